"""Paying for an order: at the till with its submission, or later, where it waits for it. Nothing is opened before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from yidian.domains.party.queries import accounts_of
from yidian.domains.payment.operations import UnableToMoveOrderMoney, take_for_order
from yidian.domains.payment.queries import orders_paid
from yidian.domains.payment.types import NewPart, OrderPaid
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import (
    MANUAL,
    PAYMENT,
    Advance,
    Due,
    OrderFacts,
    StepPlan,
    UnableToChangeOrder,
    lifecycle,
)
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.money import deposits_of
from yidian.kernel.calendar import to_ms
from yidian.kernel.money import AMOUNT_LIMIT
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

RIGHT: Final = "payment.take"
TILLS: Final = ("desk", "agent")  # channels where somebody takes money when an order is submitted
METHODS: Final = ("cash", "card", "transfer", "online")
UNPAID: Final = "ORDER_NOT_PAID"
NONE_DUE: Final = Due()


@dataclass(frozen=True, slots=True)
class Tender:
    """Money that lies on the counter: how much, in minor units, and how it came (METHODS)."""

    amount_minor: int
    method: str


def paid_first(*, order: OrderFacts, place: int, plan: Sequence[StepPlan]) -> Sequence[StepPlan]:
    """The steps of an item of an order that waits for its payment: nothing of it begins before."""
    if any(one.place == place and one.after for one in order.items):
        return plan  # it begins after one that waits
    after = (replace(one, place=one.place + 1, needs=tuple(n + 1 for n in one.needs) or (1,)) for one in plan)
    return [StepPlan(place=1, kind=MANUAL, name=PAYMENT), *after]


def wish_advances(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, revision: int, advances: Sequence[Advance]
) -> None:
    """What the customer wishes to pay ahead (预存话费), on accounts of their own: part of what is agreed.

    UnableToOrder ORDER_STALE, ORDER_NOT_QUOTED; UnableToDo ORDER_ACCOUNT_FOREIGN, ORDER_ADVANCE_AMOUNT.
    """
    some = [one for one in advances if one.amount_minor]

    def work(frame: Frame) -> dict[str, Any]:
        own = {
            one.code for one in accounts_of(tenant=tenant, customer=order_named(tenant=tenant, number=order).customer)
        }
        for one in some:
            if one.account not in own:
                raise UnableToDo("ORDER_ACCOUNT_FOREIGN", f"advance-{one.account}", account=one.account)
            if not 0 < one.amount_minor < AMOUNT_LIMIT:
                raise UnableToDo("ORDER_ADVANCE_AMOUNT", f"advance-{one.account}", amount_minor=one.amount_minor)
        return {"revision": orders.set_advances(frame=frame, order=order, revision=revision, advances=some)}

    request = {"order": order, "revision": revision, "advances": [list(one) for one in some]}
    perform(tenant=tenant, actor=actor, operation="order.advance", key=key, request=request, now=now, work=work)


def pay(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, tender: Tender, channel: str = "counter"
) -> dict[str, Any]:
    """Take what is due with an order that waits for it, and let it begin: {order payment number amount_minor}.

    UnableToDo ORDER_NOTHING_DUE, ORDER_AMOUNT_IS_DUE, ORDER_PAY_METHOD; UnableToMoveOrderMoney ORDER_PAID_BEFORE;
    UnableToChangeOrder ORDER_NOT_IN_STATE. Asked again under its key it is the same receipt.
    """

    def work(frame: Frame) -> dict[str, Any]:
        orders.hold_order(frame=frame, order=order)
        facts = order_named(tenant=tenant, number=order)
        due = due_now(tenant=tenant, order=facts, now=now)
        if facts.state not in (lifecycle.AT_WORK, lifecycle.HELD):
            raise UnableToChangeOrder("ORDER_NOT_IN_STATE", order=order, state=facts.state, event="pay")
        answer = take(frame=frame, order=facts, due=due, tender=tender, channel=channel)
        orders.begin_paid(frame=frame, order=order, at_ms=to_ms(now), note=str(answer["number"]))
        return answer

    request = {"order": order, "amount_minor": tender.amount_minor, "method": tender.method, "channel": channel}
    done = perform(tenant=tenant, actor=actor, operation="order.pay", key=key, request=request, now=now, work=work)
    return {**done.answer, "amount_minor": tender.amount_minor}


def take(
    *, frame: Frame, order: OrderFacts, due: Due, tender: Tender | None, channel: str = "counter"
) -> dict[str, Any]:
    """As a part of a write, when everything else of it is done: exactly what is due, no more and no less."""
    paid = orders_paid(tenant=frame.tenant, orders=[order.number]).get(order.number)
    if paid is not None:
        raise UnableToMoveOrderMoney("ORDER_PAID_BEFORE", order=order.number, number=paid.number)
    if not due.total_minor:
        raise UnableToDo("ORDER_NOTHING_DUE", "amount", order=order.number)
    if tender is None:
        raise UnableToDo(UNPAID, "amount", order=order.number, amount_minor=due.total_minor)
    if tender.method not in METHODS:
        raise UnableToDo("ORDER_PAY_METHOD", "method", method=tender.method[:20], known=", ".join(METHODS))
    if tender.amount_minor != due.total_minor:
        raise UnableToDo(
            "ORDER_AMOUNT_IS_DUE", "amount", due_minor=due.total_minor, amount_minor=tender.amount_minor
        )  # fmt: skip
    payment, number = take_for_order(
        frame=frame, order=order.number, parts=parts_of(due), method=tender.method, channel=channel
    )
    orders.note_paid(frame=frame, order=order.number, number=number, method=tender.method, amount_minor=due.total_minor)
    return {"order": order.number, "payment": payment, "number": number}


def parts_of(due: Due) -> list[NewPart]:
    deposits = (
        NewPart(item=one.item, account=one.account, amount_minor=one.amount_minor, months=one.months)
        for one in due.deposits
    )
    return [*deposits, *(NewPart(item=0, account=one.account, amount_minor=one.amount_minor) for one in due.advances)]


def due_now(*, tenant: Tenant, order: OrderFacts, now: datetime) -> Due:
    """What is due with an order, as it was agreed; of one from before that was asked, as things are."""
    return order.due if order.due is not None else Due(deposits_of(tenant=tenant, order=order, at_ms=to_ms(now)))


def paid_with(*, tenant: Tenant, order: OrderFacts) -> OrderPaid | None:
    """What was paid with an order; asks nothing where nothing is due with it."""
    if order.due is not None and not order.due.total_minor:
        return None
    return orders_paid(tenant=tenant, orders=[order.number]).get(order.number)


def waits(order: OrderFacts) -> bool:
    """Whether an order goes on when it is paid."""
    unpaid = any(step.reason == UNPAID for item in order.items for step in item.steps)
    return order.state in (lifecycle.AT_WORK, lifecycle.HELD) and (order.waits_for_payment or unpaid)
