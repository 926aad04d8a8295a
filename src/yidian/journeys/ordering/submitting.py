"""Submitting a cart: everything is looked at once more, the steps are laid out, what it names is kept to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from yidian.domains.party.operations import expect_checked
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import deeds_in_flight, order_named
from yidian.domains.product_order.types import Due, OrderFacts, StepPlan
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.accepting import looked_at_first
from yidian.journeys.ordering.deeds import DOINGS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.money import deposit_of
from yidian.journeys.ordering.paying import NONE_DUE, TILLS, Tender, paid_first, take
from yidian.journeys.ordering.planned import planned
from yidian.journeys.ordering.situation import Situation
from yidian.journeys.ordering.taking import expect_possible
from yidian.journeys.realname import expect_room_for
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

CHECKED: Final = ("desk", "agent")  # channels where somebody looks at the customer's document or password first
AT_ONCE: Final = timedelta(hours=1)  # what is opened without anybody going there (L9: a mean of at most one hour)


def submit(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, revision: int, place: str = "",
    tender: Tender | None = None,
) -> OrderFacts:  # fmt: skip
    """Submit the cart that was priced, read back and signed as `revision`, and take what is due with it: one write.
    `place`: where the actor works; `tender`: what the customer gives, None: nothing.

    UnableToDo (also ORDER_NOT_PAID, ORDER_AMOUNT_IS_DUE), UnableToOrder, UnableToHold, UnableToRegister (identity
    check, five numbers).
    """

    def work(frame: Frame) -> dict[str, Any]:
        lay_out(frame=frame, order=order, revision=revision, place=place, tender=tender)
        return {"order": order}

    request: dict[str, Any] = {"order": order, "revision": revision}
    if tender is not None:
        request |= {"amount_minor": tender.amount_minor, "method": tender.method}
    perform(tenant=tenant, actor=actor, operation="order.submit", key=key, request=request, now=now, work=work)
    return order_named(tenant=tenant, number=order)


def lay_out(*, frame: Frame, order: str, revision: int, place: str = "", tender: Tender | None = None) -> None:
    """The same as a part of a write. Where no till is, an order with something due waits for its payment first."""
    found = order_named(tenant=frame.tenant, number=order)
    if found.channel in CHECKED:
        _expect_checked(frame, found, place)
    _expect_room(frame, found)
    plans: dict[int, Sequence[StepPlan]] = {}
    hours = 0
    situations = planned(tenant=frame.tenant, order=found, at_ms=to_ms(frame.now))
    due = _expect_due(found, situations)
    waits = due.total_minor > 0 and tender is None and found.channel not in TILLS
    for s in situations:
        expect_possible(s)
        plan = DOINGS[s.item.deed].steps(s)
        if s.item.deed == "port_out":
            _spend_code(frame, s)
        plan = looked_at_first(order=found, deed=s.item.deed, plan=plan)
        plans[s.item.place] = paid_first(order=found, place=s.item.place, plan=plan) if waits else plan
        hours = max(hours, s.terms.hours)
    resources.keep(frame=frame, order=found)
    promised = frame.now + (timedelta(hours=hours) if hours else AT_ONCE)
    orders.submit(frame=frame, order=order, revision=revision, plans=plans, promised_at=promised)
    if tender is not None or (due.total_minor and not waits):  # a receipt is numbered at the end of a write
        take(frame=frame, order=found, due=due, tender=tender)


def _expect_due(order: OrderFacts, situations: Sequence[Situation]) -> Due:
    """What was agreed is what is due now; of a cart that was never priced orders.submit says so. UnableToDo
    ORDER_DUE_CHANGED: the terms of a number are others since."""
    if order.due is None:
        return NONE_DUE
    if order.due.deposits != tuple(one for s in situations if (one := deposit_of(s)) is not None):
        raise UnableToDo("ORDER_DUE_CHANGED", order=order.number)
    return order.due


def _spend_code(frame: Frame, s: Situation) -> None:
    """The code that a number goes away with is this order's; of two orders with one code the second is refused."""
    try:
        orders.spend_port_code(
            frame=frame, subscriber=s.item.subscriber, code=s.told("code"), order=s.order.number
        )  # fmt: skip
    except orders.UnableToPort as refused:
        raise UnableToDo(refused.code, "code", **refused.params) from refused


def _expect_checked(frame: Frame, order: OrderFacts, place: str) -> None:
    """Whoever orders has proved who they are, and so has whoever takes a number over (过户: both are there)."""
    whose = [(order.customer, order.check or 0, [item.deed for item in order.items])]
    for item in order.items:
        if item.deed == "transfer":
            if not item.told.get("check"):
                raise UnableToDo("ORDER_HEIR_UNCHECKED", "check", customer=str(item.told["customer"]))
            whose.append((str(item.told["customer"]), int(item.told["check"]), [item.deed]))
    for customer, check, deeds in whose:
        expect_checked(
            tenant=frame.tenant, actor=frame.actor, customer=customer, now=frame.now, check=check, deeds=deeds,
            place=place,
        )  # fmt: skip


def _expect_room(frame: Frame, order: OrderFacts) -> None:
    """Five numbers of one identity, those in flight counted (R3)."""
    more: Counter[str] = Counter()
    for item in order.items:
        if _numbers(item.deed, item.told):
            more[str(item.told.get("customer") or order.customer)] += 1
    for customer, count in sorted(more.items()):
        expect_room_for(
            tenant=frame.tenant, customer=customer, more=count, now=frame.now,
            in_flight=partial(_in_flight, frame.tenant, {who: n for who, n in more.items() if who != customer}),
        )  # fmt: skip


def _in_flight(tenant: Tenant, beside: Mapping[str, int], customers: Collection[str]) -> int:
    """Mobile numbers that customers (codes) are to get by orders in flight, and by this order beside."""
    here = sum(count for who, count in beside.items() if who in customers)
    return here + sum(_numbers(deed, told) for deed, told in deeds_in_flight(tenant=tenant, customers=customers))


def _numbers(deed: str, told: Mapping[str, Any]) -> int:
    """How many mobile numbers a deed gives to whoever it is for."""
    return int(deed in ("port_in", "transfer") or (deed == "new" and told.get("line") == "mobile"))
