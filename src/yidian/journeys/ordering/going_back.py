"""撤单 before completion and 返销 after it: what was opened is closed, what was written is taken back, money too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yidian.domains.payment.operations import keep_again
from yidian.domains.product_inventory.operations import UnableToChange, expect_undoable, undo_effects
from yidian.domains.product_inventory.types import effect_of
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import effects, order_named
from yidian.domains.product_order.types import OrderFacts, Outcome, UnableToChangeOrder, lifecycle
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.doing import Move, UnableToDo
from yidian.journeys.ordering.money import give_deposits_back, settle_ended
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def cancel(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, reason: str) -> OrderFacts:
    """撤单. What the network was told is taken back by the worker; with the last of it all that was kept is free."""

    def work(frame: Frame) -> dict[str, Any]:
        outcome = orders.cancel(frame=frame, order=order, reason=reason)
        put_back(frame=frame, order=order, outcome=outcome)
        return {"order": order}

    perform(
        tenant=tenant, actor=actor, operation="order.cancel", key=key, request={"order": order, "reason": reason},
        now=now, work=work, reason=reason,
    )  # fmt: skip
    return order_named(tenant=tenant, number=order)


def reverse_within(*, frame: Frame, order: str, reason: str) -> None:
    """Begin a reversal in the caller's write. Nothing is told to the network that could not be taken back here.

    UnableToTakeDeposit DEPOSIT_BEGUN, UnableToMoveOrderMoney ORDER_ADVANCE_SPENT: money of it is gone.
    """
    expect_reversible(tenant=frame.tenant, order=order, now=frame.now)
    try:
        told = [effect_of(one) for one in effects(tenant=frame.tenant, number=order)]
        expect_undoable(frame=frame, effects=told)
    except UnableToChange as overtaken:
        subscriber = str(overtaken.params.get("subscriber", ""))
        raise UnableToDo("ORDER_OVERTAKEN", order=order, subscriber=subscriber) from overtaken
    outcome = orders.reverse(frame=frame, order=order, reason=reason)
    keep_again(frame=frame, order=order, reason=reason)  # nobody spends it while it is being reversed
    resources.keep_again(frame=frame, order=order_named(tenant=frame.tenant, number=order))
    put_back(frame=frame, order=order, outcome=outcome)


def expect_reversible(*, tenant: Tenant, order: str, now: datetime) -> None:
    """That an order is complete, and since today. UnableToChangeOrder, UnableToDo ORDER_TOO_OLD."""
    facts = order_named(tenant=tenant, number=order)
    if facts.state != lifecycle.COMPLETED:
        raise UnableToChangeOrder("ORDER_NOT_IN_STATE", order=order, state=facts.state, event="reverse")
    if not completed_today(facts, tenant, now):
        raise UnableToDo("ORDER_TOO_OLD", order=order)


def completed_today(facts: OrderFacts, tenant: Tenant, now: datetime) -> bool:
    """Whether nothing of an order was completed before today (D12)."""
    today = local_date(to_ms(now), tenant.zone)
    done = (item.completed_ms for item in facts.items if item.completed_ms is not None)
    return all(local_date(at_ms, tenant.zone) == today for at_ms in done)


def put_back(*, frame: Frame, order: str, outcome: Outcome) -> None:
    """Of items that the network has taken back: what they wrote, what they used, what they kept; with the last of them
    the money that was kept for the order."""
    if not outcome.undone:
        return
    found = order_named(tenant=frame.tenant, number=order)
    for place in outcome.undone:
        [item] = [one for one in found.items if one.place == place]
        if item.state == lifecycle.REVERSED:
            told = orders.effects_of(frame=frame, order=order, item=place)
            undo_effects(frame=frame, effects=[effect_of(one) for one in told])
            moves = [Move(*one) for one in item.moves]
            resources.take_back(
                frame=frame, holder=found.holder, subscriber=item.subscriber, moves=moves, at_ms=item.completed_ms or 0
            )
            give_deposits_back(frame=frame, order=order, deposits=item.deposits)
        resources.release(frame=frame, holder=found.holder, items=[item])
    settle_ended(frame=frame, order=order, outcome=outcome)
