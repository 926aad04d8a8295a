"""The resources of an order: reserved while it is taken and opened, somebody's after completion, else free again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from yidian.domains.product_inventory.operations import tell_network, untell_network
from yidian.domains.product_order.types import ItemFacts, OrderFacts
from yidian.domains.resource_inventory import operations as held
from yidian.journeys.ordering.doing import Move
from yidian.journeys.ordering.situation import KINDS
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.kernel.calendar.instants import whole_ms
from yidian.platform.writing.frame import Frame

IN_CART: Final = timedelta(minutes=30)  # so long a cart keeps what it has chosen
QUARANTINE: Final = timedelta(days=90)  # X4


def wanted(item: ItemFacts) -> list[tuple[str, str]]:
    """(kind, public id) of what an item names; of a number that is brought along the kind is "guest"."""
    found = [(kind, str(item.told[name])) for name, kind in KINDS.items() if item.told.get(name)]
    return [("guest" if item.deed == "port_in" and kind == "number" else kind, id_) for kind, id_ in found]


def reserve(*, frame: Frame, holder: str, wants: Iterable[tuple[str, str]], within: Collection[str] | None) -> None:
    """Keep what a cart names, for a while. UnableToHold."""
    until_ms = to_ms(frame.now) + whole_ms(IN_CART)
    for kind, id_ in wants:
        if kind == "guest":
            held.enter(frame=frame, number=id_, holder=holder, until_ms=until_ms)
        else:
            held.reserve(frame=frame, kind=kind, id=id_, holder=holder, until_ms=until_ms, within=within)


def keep(*, frame: Frame, order: OrderFacts) -> None:
    """Keep what a submitted order names until it ends. UnableToHold where the time ran out and somebody was quicker."""
    for item in order.items:
        for kind, id_ in wanted(item):
            if kind == "guest":
                held.enter(frame=frame, number=id_, holder=order.holder, until_ms=FOREVER_MS)
            else:
                held.reserve(frame=frame, kind=kind, id=id_, holder=order.holder, until_ms=FOREVER_MS)


def release(*, frame: Frame, holder: str, items: Iterable[ItemFacts]) -> None:
    """Let go what items name and nobody uses."""
    for item in items:
        for kind, id_ in wanted(item):
            held.release(frame=frame, kind="number" if kind == "guest" else kind, id=id_, holder=holder)


def bring_about(
    *, frame: Frame, holder: str, subscriber: str, moves: Iterable[Move], at_ms: int, place: str
) -> None:  # fmt: skip
    """What completion does with resources. UnableToHold. `place`: the address of a line that comes out somewhere, "" of
    others."""
    until_ms = to_ms(frame.now) + whole_ms(QUARANTINE)
    for verb, kind, id_, to in moves:
        if verb == "ported":
            tell_network(frame=frame, number=id_, network=to, at_ms=at_ms)
        elif verb in ("use", "enter"):
            held.use(frame=frame, kind=kind, id=id_, holder=holder, subscriber=to or subscriber, place=place)
        elif verb == "retire":
            held.retire(frame=frame, kind=kind, id=id_, subscriber=subscriber, quarantine_until_ms=until_ms)
        elif verb == "hand_over":
            held.hand_over(frame=frame, kind=kind, id=id_, subscriber=subscriber, to=to)
        elif verb == "lose":
            held.lose(frame=frame, card=id_, subscriber=subscriber)
        elif verb == "find":
            held.find_again(frame=frame, card=id_, subscriber=subscriber)
        else:
            held.leave(frame=frame, number=id_, subscriber=subscriber)


def keep_again(*, frame: Frame, order: OrderFacts) -> None:
    """Keep for a reversal what its order gave away and anybody may take at once: ports. UnableToHold."""
    for item in order.items:
        for verb, kind, id_, _ in item.moves:
            if (verb, kind) == ("retire", "port"):
                held.reserve(frame=frame, kind=kind, id=id_, holder=order.holder, until_ms=FOREVER_MS)


def take_back(*, frame: Frame, holder: str, subscriber: str, moves: Iterable[Move], at_ms: int) -> None:
    """返销: the last move first, each as if it had never been; after `keep_again`. UnableToHold."""
    for verb, kind, id_, to in reversed(list(moves)):
        if verb == "ported":
            untell_network(frame=frame, number=id_, network=to, at_ms=at_ms)
        elif verb in ("use", "enter"):
            held.give_back(frame=frame, kind=kind, id=id_, subscriber=to or subscriber)
        elif verb == "hand_over":
            held.hand_over(frame=frame, kind=kind, id=id_, subscriber=to, to=subscriber)
        elif verb == "lose":
            held.find_again(frame=frame, card=id_, subscriber=subscriber)
        elif verb == "find":
            held.lose(frame=frame, card=id_, subscriber=subscriber)
        elif (verb, kind) == ("retire", "port"):
            held.use(frame=frame, kind=kind, id=id_, holder=holder, subscriber=subscriber)
        else:
            held.restore(frame=frame, kind=kind, id=id_, subscriber=subscriber)
