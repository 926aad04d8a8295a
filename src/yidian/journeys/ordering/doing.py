"""What a deed is made of: what it asks of resources and of the network, and what completion changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from yidian.domains.product_inventory.types import Change, GiveOffer
from yidian.domains.product_order.types import COMPLETE, MANUAL, NETWORK, StepPlan
from yidian.journeys.ordering.situation import Situation

MOMENT_MS: Final = 1  # how long an offer is held that only brings a fee


class Move(NamedTuple):
    """Something completion does with a resource: use | retire | hand_over | lose | find | leave | enter | ported, its
    kind, its public id; `to`: whose it becomes, where it is not the item's subscription; of ported the network."""

    verb: str
    kind: str
    id: str
    to: str = ""


class UnableToDo(Exception):
    """Why a deed cannot be done as things are: a code of wording/ordering.toml with its params; `field`: what of the
    item is meant, "" the whole."""

    def __init__(self, code: str, field: str = "", **params: str | int) -> None:
        self.code, self.field, self.params = code, field, params
        super().__init__(f"{code} {field} {params}")


class Doing(NamedTuple):
    """A deed: what is wrong with it as things are (UnableToDo), its steps, its changes at an instant, its moves."""

    check: Callable[[Situation], None]
    steps: Callable[[Situation], Sequence[StepPlan]]
    changes: Callable[[Situation, int], Sequence[Change]]
    moves: Callable[[Situation], Sequence[Move]]


def nothing(_: Situation) -> tuple[()]:
    return ()


def steps(*, before: Sequence[StepPlan] = (), after: Sequence[StepPlan] = ()) -> list[StepPlan]:
    """Steps one after the other, then completion, then what may come later without keeping it waiting."""
    made: list[StepPlan] = []
    ending = StepPlan(place=0, kind=COMPLETE, name="complete")
    for one in (*before, ending, *after):
        place = len(made) + 1
        made.append(
            StepPlan(
                place=place, kind=one.kind, name=one.name, needs=(place - 1,) if place > 1 else (),
                command=one.command, undo=one.undo, due_ms=one.due_ms,
            )
        )  # fmt: skip
    return made


def tell(
    verb: str, subscriber: str, params: Mapping[str, str], *, back: tuple[str, Mapping[str, str]] | None = None,
    whose: str = "", due_ms: int = 0,
) -> StepPlan:  # fmt: skip
    """A command to the network; `back`: verb and params of the one that takes it back; `whose`: another's."""
    undo: dict[str, Any] = {}
    if back is not None:
        undo = {"verb": back[0], "subscriber": whose or subscriber, "params": _told(back[1])}
    command = {"verb": verb, "subscriber": whose or subscriber, "params": _told(params)}
    return StepPlan(place=0, kind=NETWORK, name=verb, command=command, undo=undo, due_ms=due_ms)


def work(name: str) -> StepPlan:
    """Somebody's work: what was done is taken back by the steps around it."""
    return StepPlan(place=0, kind=MANUAL, name=name)


def _told(params: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if value}


def fees(s: Situation, subscriber: str, at_ms: int) -> list[Change]:
    """The one-off fees that the deed brings, as offers held for a moment."""
    return [GiveOffer(subscriber=subscriber, offer=code, at_ms=at_ms, to_ms=at_ms + MOMENT_MS) for code in s.fees]
