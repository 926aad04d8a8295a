"""Opening what was ordered (业务开通), step by step: the network told, its answer written down, completion (竣工).

Killed anywhere it goes on: a step that was sent is sent again under the same key, and the network does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError

from yidian.domains.charging.operations import UnableToTakeDeposit
from yidian.domains.party.operations import hold_numbering
from yidian.domains.payment.operations import UnableToMoveOrderMoney
from yidian.domains.product_inventory.operations import UnableToChange, apply_changes
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import COMPLETE, Claimed, Outcome, lifecycle
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.journeys.ordering import barred, resources, unforeseen
from yidian.journeys.ordering.deeds import DOINGS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.going_back import put_back
from yidian.journeys.ordering.money import settle_complete, take_deposits
from yidian.journeys.ordering.situation import situation
from yidian.kernel.calendar import to_ms
from yidian.platform.network.patience import after_fault, next_try
from yidian.platform.network.types import Adapter, Answer, Command
from yidian.platform.points import PlantedFault, point
from yidian.platform.secrets.sealing import UnableToUnseal
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import OutcomeUnknown, UnableToWrite, perform
from yidian.platform.writing.types import Actor, system

MANY: Final = 50  # steps taken at a time
WORKER: Final = system("worker")
UNHEARD: Final = "NETWORK_COMMAND_UNHEARD"
Refusal = UnableToChange | UnableToHold | UnableToDo | UnableToTakeDeposit | UnableToMoveOrderMoney
REFUSALS: Final = (UnableToChange, UnableToHold, UnableToDo, UnableToTakeDeposit, UnableToMoveOrderMoney)
# What ails everything and no step: it is for the worker, and nothing falls out of an order for it.
ELSEWHERE: Final = (OperationalError, InterfaceError, UnableToWrite, OutcomeUnknown, UnableToUnseal, PlantedFault)
Reach = Adapter | Callable[[datetime], Adapter]


@dataclass(frozen=True, slots=True)
class Advanced:
    """What one look at the steps came to."""

    taken: int = 0
    completed: int = 0
    fallen: int = 0


def advance(
    *, tenant: Tenant, network: Reach, now: datetime, order: str = "", limit: int = MANY, actor: Actor = WORKER
) -> Advanced:
    """Work at steps that are due (of one `order`, if named) until none is, or `limit` are done.

    `network`: one for all, or which it is for a step that was first sent at an instant (network.choosing).
    """
    taken = completed = fallen = 0
    while taken < limit:
        steps = orders.claim(tenant=tenant, now=now, limit=min(MANY, limit - taken), order=order)
        if not steps:
            break
        for step in steps:
            event = _tried(tenant, actor, network, step, now)
            completed += event == "complete"
            fallen += event == "fall_out"
        taken += len(steps)
    return Advanced(taken, completed, fallen)


def _tried(tenant: Tenant, actor: Actor, network: Reach, step: Claimed, now: datetime) -> str:
    """What came of a step: the event. What nobody foresaw is tried again so many times, then it waits for somebody."""
    try:
        if step.kind == COMPLETE:
            return _complete(tenant, actor, step, now)
        return _send(tenant, actor, network(step.heard or now) if callable(network) else network, step, now)
    except ELSEWHERE:
        raise
    except Exception as error:  # whatever ails one step, the others go on
        due = after_fault(key=step.key, fault=step.faults + 1, now=now)
        event = "later" if due else "fall_out"
        told = unforeseen.told_of(error)

    def work(frame: Frame) -> dict[str, Any]:
        outcome = orders.answer(
            frame=frame, step=step, event=event, at_ms=to_ms(now), due_ms=to_ms(due) if due else 0,
            reason=unforeseen.FAULT, params=told, fault=True,
        )  # fmt: skip
        return {"taken": outcome.taken, "state": outcome.state}

    _write(tenant, actor, step, f"fault/{event}", now, work)
    return event


def _send(tenant: Tenant, actor: Actor, network: Adapter, claimed: Claimed, now: datetime) -> str:
    """Tell the network, or look how far it is; write down what it says."""
    step = _settled(tenant, claimed, now)
    if step is None:
        return ""
    event, due_ms, reason, said = _asked(network, step, now)
    point("order.sent")

    def work(frame: Frame) -> dict[str, Any]:
        orders.hold_order(frame=frame, order=step.order)
        if said.state == "done" and event != "later" and _otherwise(frame, step.planned, step.command):
            outcome = orders.anew(frame=frame, step=step, at_ms=to_ms(now))
            return {"taken": outcome.taken, "state": outcome.state}
        outcome = orders.answer(
            frame=frame, step=step, event=event, at_ms=to_ms(now), due_ms=due_ms, reason=reason, params=said.params
        )
        put_back(frame=frame, order=step.order, outcome=outcome)
        return {"taken": outcome.taken, "state": outcome.state}

    try:
        _write(tenant, actor, step, event, now, work)
    except REFUSALS as refusal:  # what it wrote or used cannot be taken back any more
        return _fallen(tenant, actor, step, refusal, now)
    return event


def _settled(tenant: Tenant, step: Claimed, now: datetime) -> Claimed | None:
    """With its commands as they are to be sent: written down before, so that a key never means anything else. None:
    somebody has claimed it since."""
    open_ = {step.key: step.command, step.forward: step.unsure}
    made = {
        key: barred.settled(tenant=tenant, told=told, at_ms=to_ms(now))
        for key, told in open_.items() if key and barred.depends(told)
    }  # fmt: skip
    if made and not orders.keep_sent(tenant=tenant, step=step, commands=made):
        return None
    return replace(
        step, command=made.get(step.key, step.command), unsure=made.get(step.forward, step.unsure),
        sent={**step.sent, **made},
    )  # fmt: skip


def _otherwise(frame: Frame, planned: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether a command would be another one now than it was when it was sent; until the write ends it stays so."""
    if not barred.depends(planned):
        return False
    hold_numbering()
    return barred.settled(tenant=frame.tenant, told=planned, at_ms=to_ms(frame.now)) != sent


def _asked(network: Adapter, step: Claimed, now: datetime) -> tuple[str, int, str, Answer]:
    """(event, when to come again, why, what was said).

    Nothing is taken back before it is known whether it was done: what may be on its way is sent once more under its own
    key, so that it cannot arrive after it was taken back.
    """
    if step.forward:
        said = network.look(step.forward)
        if said.code == UNHEARD:
            said = network.send(_command(step.forward, step.unsure))
        event, due_ms, reason = _meaning(step, said, now)
        if said.state == "refused" and event == "fall_out" and not step.done_before:
            return "undone", 0, "", said
        if said.state not in ("done", "refused") or event == "later":
            return event, due_ms, reason, said
    again = step.state == lifecycle.UNDOING and step.attempts > 1  # it may have been accepted: a look says how far
    said = network.look(step.key) if again or step.state == lifecycle.SENT else Answer("unknown", UNHEARD)
    if said.code == UNHEARD and step.state != lifecycle.SENT:
        said = network.send(_command(step.key, step.command))
    return *_meaning(step, said, now), said


def _command(key: str, told: Mapping[str, Any]) -> Command:
    return Command(key, told["verb"], told["subscriber"], told["params"])


def _meaning(step: Claimed, said: Answer, now: datetime) -> tuple[str, int, str]:
    """(event, when to come again, why): an answer as a step understands it."""
    undoing = step.state == lifecycle.UNDOING
    following = next_try(key=step.key, answer=said, attempt=step.attempts, began=step.began or now, now=now)
    if following.act == "done":
        return ("undone" if undoing else "done"), 0, ""
    if following.act == "give_up":
        return "fall_out", 0, following.reason
    assert following.at is not None
    event = "accepted" if following.act == "look" and not undoing else "later"
    return event, to_ms(following.at), said.code


def _complete(tenant: Tenant, actor: Actor, step: Claimed, now: datetime) -> str:
    """竣工 in one write; what keeps it from being done is written down in another, and waits for somebody."""

    event = "complete"

    def work(frame: Frame) -> dict[str, Any]:
        nonlocal event
        taken = orders.take_completion(frame=frame, step=step)
        for place, (planned, sent) in orders.told_before(step=step).items() if taken else ():
            if _otherwise(frame, planned, sent):
                event = "later"
                outcome = orders.not_yet(frame=frame, step=step, again=place, at_ms=to_ms(now))
                return {"taken": outcome.taken, "state": outcome.state}
        outcome = _completed(frame, step, now) if taken else Outcome(taken=False, state="")
        return {"taken": outcome.taken, "state": outcome.state}

    try:
        _write(tenant, actor, step, event, now, work)
        return event
    except REFUSALS as refusal:
        return _fallen(tenant, actor, step, refusal, now)


def _fallen(tenant: Tenant, actor: Actor, step: Claimed, refusal: Refusal, now: datetime) -> str:
    """A step that our own rooms refuse falls out, with their reason."""
    code, params = refusal.code, dict(refusal.params)

    def fallen(frame: Frame) -> dict[str, Any]:
        outcome = orders.answer(frame=frame, step=step, event="fall_out", at_ms=to_ms(now), reason=code, params=params)
        return {"taken": outcome.taken, "state": outcome.state}

    _write(tenant, actor, step, "fall_out", now, fallen)
    return "fall_out"


def _completed(frame: Frame, step: Claimed, now: datetime) -> Outcome:
    """After `take_completion`."""
    at_ms = orders.opened_ms(step=step, now_ms=to_ms(now))
    order = order_named(tenant=frame.tenant, number=step.order)
    [item] = [one for one in order.items if one.place == step.item]
    s = situation(tenant=frame.tenant, order=order, item=item, at_ms=at_ms)
    doing = DOINGS[item.deed]
    moves = doing.moves(s)
    # Bought is bought: an offer that went off sale while the order was in flight is given all the same.
    effects = apply_changes(
        frame=frame, changes=doing.changes(s, at_ms), known_offers=dict.fromkeys(s.offers, (None, None)),
        terms={code: offer.terms for code, offer in s.offers.items()},
        quotas={code: offer.quota for code, offer in s.offers.items() if offer.quota}, held_back={},
    )  # fmt: skip
    resources.bring_about(
        frame=frame, holder=order.holder, subscriber=item.subscriber, moves=moves, at_ms=at_ms,
        place=str(item.told.get("address", "")),
    )  # fmt: skip
    deposits = take_deposits(frame=frame, situation=s)
    point("order.complete")
    outcome = orders.complete_item(
        frame=frame, step=step, at_ms=at_ms, effects=[effect.as_json() for effect in effects],
        moves=[list(move) for move in moves], deposits=deposits,
    )  # fmt: skip
    settle_complete(frame=frame, order=step.order, outcome=outcome)
    return outcome


def _write(
    tenant: Tenant, actor: Actor, step: Claimed, event: str, now: datetime, work: Callable[[Frame], dict[str, Any]]
) -> None:
    """One write for one claim of a step: the fence tells two claims apart."""
    key = f"{step.key}/{step.fence}/{event}"
    perform(tenant=tenant, actor=actor, operation="order.step", key=key, request={"step": step.id}, now=now, work=work)
