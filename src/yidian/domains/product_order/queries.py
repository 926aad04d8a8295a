"""Reading orders: one whole, those of a customer, those in flight, what waits for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django_scopes import scope

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order._forms import form_named as form_named
from yidian.domains.product_order._forms import forms_of as forms_of
from yidian.domains.product_order._laws import forms_with_holes as forms_with_holes
from yidian.domains.product_order._laws import held_by_nothing as held_by_nothing
from yidian.domains.product_order._laws import histories_astray as histories_astray
from yidian.domains.product_order._laws import order_numbers as order_numbers
from yidian.domains.product_order._laws import order_states as order_states
from yidian.domains.product_order._laws import orders_counted as orders_counted
from yidian.domains.product_order._laws import orders_due as orders_due
from yidian.domains.product_order._laws import rows_written as rows_written
from yidian.domains.product_order._lists import SOON as SOON
from yidian.domains.product_order._lists import WAITS, Place, page, sought
from yidian.domains.product_order._lists import WHICH as WHICH
from yidian.domains.product_order._lists import order_counts as order_counts
from yidian.domains.product_order._lists import orders_beginning as orders_beginning
from yidian.domains.product_order._origins import order_of_origin as order_of_origin
from yidian.domains.product_order._origins import orders_told as orders_told
from yidian.domains.product_order._origins import origins_of as origins_of
from yidian.domains.product_order._port_codes import port_code_fault as port_code_fault
from yidian.domains.product_order.models import (
    OrderEffect,
    OrderEvent,
    OrderForm,
    OrderItem,
    OrderStep,
    OrderTerm,
    ProductOrder,
)
from yidian.domains.product_order.types import (
    EventFacts,
    ItemFacts,
    OrderFacts,
    OrderRow,
    StepFacts,
    TermFacts,
    due_of_json,
    new_subscription,
)
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

Reach = Collection[str] | None
Stands = tuple[str, str, Mapping[str, Any]]  # step, why it fell out, with what
NOWHERE: Final[Stands] = ("", "", {})
CHUNK: Final = 500


class _Row(NamedTuple):
    """Columns of an order."""

    id: int
    number: str
    customer__code: str
    organisation: str
    channel: str
    state: str
    revision: int
    check_id: int | None
    quote: dict[str, Any]
    due: dict[str, Any] | None
    quoted: int | None
    read_back: int | None
    taken_at: datetime
    submitted_at: datetime | None
    promised_at: datetime | None
    ended_at: datetime | None
    actor_kind: str
    actor_id: str


_ORDERS: Final = Reading(
    lambda numbers: ProductOrder.objects.filter(number__in=numbers).order_by("-id").values_list(*_Row._fields)
)
_ITEMS: Final = Reading(
    lambda orders: OrderItem.objects.filter(order__in=orders).exclude(state=lifecycle.DROPPED).order_by("place")
)
_STEPS: Final = Reading(lambda items: OrderStep.objects.filter(item__in=items).order_by("place"))
_FORM: Final = ("order_id", "version", "number", "state")
_FORMS: Final = Reading(
    lambda orders: OrderForm.objects.filter(order__in=orders).order_by("version").values_list(*_FORM)
)
_TERMS: Final = Reading(lambda deeds: OrderTerm.objects.filter(deed__in=deeds).order_by("valid_from"))
_AT_WORK: Final = Reading(
    lambda subscribers: (
        OrderItem.objects.filter(subscriber__in=subscribers, order__state__in=lifecycle.IN_FLIGHT)
        .order_by("-order_id")
        .values_list("subscriber", "order__number")
    )
)
_ASKED: Final = ("id", "deed", "told")
_OWN: Final = Reading(
    lambda customers: OrderItem.objects.filter(
        order__customer__code__in=customers, order__state__in=lifecycle.IN_FLIGHT
    ).exclude(deed="transfer").values_list(*_ASKED)
)  # fmt: skip
_TRANSFERS: Final = Reading(
    lambda: OrderItem.objects.filter(deed="transfer", order__state__in=lifecycle.IN_FLIGHT).values_list(*_ASKED)
)


class UnableToFindOrder(Exception):
    """No order of that number. Code ORDER_NOT_FOUND."""

    code = "ORDER_NOT_FOUND"

    def __init__(self, *, order: str) -> None:
        self.params = {"order": order[:40]}
        super().__init__(f"no order {order}")


def order_named(*, tenant: Tenant, number: str) -> OrderFacts:
    """An order by its number, with items and steps; UnableToFindOrder."""
    found = orders_named(tenant=tenant, numbers=[number])
    if not found:
        raise UnableToFindOrder(order=number)
    return found[0]


def orders_named(*, tenant: Tenant, numbers: Collection[str]) -> list[OrderFacts]:
    """Orders by number, the newest first; those that are not there are left out."""
    with scope(tenant=tenant):
        found = [_Row(*row) for row in _ORDERS.rows(tenant=tenant, numbers=sorted(numbers))]
        ids = [row.id for row in found]
        items: defaultdict[int, list[OrderItem]] = defaultdict(list)
        for item in _ITEMS.instances(tenant=tenant, orders=ids):
            items[item.order_id].append(item)
        steps: defaultdict[int, list[StepFacts]] = defaultdict(list)
        all_items = [item for some in items.values() for item in some]
        laid_out = [item.pk for item in all_items if item.state != lifecycle.PLANNED]  # a cart has no steps yet
        for step in _STEPS.instances(tenant=tenant, items=laid_out):
            steps[step.item_id].append(_step(step))
        forms = {order: form for order, *form in _FORMS.rows(tenant=tenant, orders=ids)}
    return [_facts(row, items[row.id], steps, forms.get(row.id)) for row in found]


def _facts(
    row: _Row, items: list[OrderItem], steps: Mapping[int, list[StepFacts]], form: list[Any] | None
) -> OrderFacts:
    return OrderFacts(
        id=row.id, number=row.number, customer=row.customer__code, organisation=row.organisation,
        channel=row.channel, state=row.state, revision=row.revision, check=row.check_id, quote=row.quote,
        quoted=row.quoted == row.revision, read_back=row.read_back == row.revision, taken_at=row.taken_at,
        submitted_at=row.submitted_at, promised_at=row.promised_at, ended_at=row.ended_at,
        actor=f"{row.actor_kind}:{row.actor_id}",
        items=tuple(_item(item, steps.get(item.pk, [])) for item in items),
        form=(form[0], form[1], form[2]) if form else None, due=due_of_json(row.due),
    )  # fmt: skip


def orders_of(*, tenant: Tenant, customer: str, limit: int = 50, before: int = 0) -> list[OrderRow]:
    """Orders of a customer (code), the newest first; `before`: the id at which the page before ended."""
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, customer__code=customer)
        if before:
            rows = rows.filter(id__lt=before)
        return _rows(rows.order_by("-id")[:limit])


def in_flight(*, tenant: Tenant, subscribers: Collection[str]) -> dict[str, str]:
    """Which order is at work on each of some subscriptions (codes): its number, the oldest where there are several."""
    with scope(tenant=tenant):
        return dict(_AT_WORK.rows(tenant=tenant, subscribers=sorted(subscribers)))


def subscriptions_under_way(*, tenant: Tenant) -> frozenset[str]:
    """Codes of the subscriptions that orders in flight are at work on, those that they will make too."""
    with scope(tenant=tenant):
        rows = OrderItem.objects.filter(tenant=tenant, order__state__in=lifecycle.IN_FLIGHT)
        told = list(rows.exclude(state=lifecycle.DROPPED).values_list("order__number", "place", "subscriber"))
    made = {new_subscription(order=order, place=place) for order, place, _ in told}
    return frozenset(made | {subscriber for _, _, subscriber in told})


def ordered_login(*, tenant: Tenant, login: str, but: int) -> bool:
    """Whether another order in flight (not that of id `but`) is to give somebody this broadband account name."""
    with scope(tenant=tenant):
        rows = OrderItem.objects.filter(
            tenant=tenant, deed="new", told__login=login, order__state__in=lifecycle.IN_FLIGHT
        )
        return bool(rows.exclude(order_id=but).exclude(state__in=(lifecycle.DROPPED, lifecycle.CANCELLED)).exists())


def deeds_in_flight(*, tenant: Tenant, customers: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """(deed, what was told) of the items in flight that are for some customers (codes), those handed to them too."""
    with scope(tenant=tenant):
        own = _OWN.rows(tenant=tenant, customers=sorted(customers))
        handed = [row for row in _TRANSFERS.rows(tenant=tenant) if row[2].get("customer") in customers]
    return [(deed, told) for _, deed, told in sorted((*own, *handed), key=lambda row: row[0])]


def order_owners(*, tenant: Tenant, numbers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Whose orders are: number → (customer, the node that looks after the customer)."""
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, number__in=sorted(numbers))
        columns = ("number", "customer__code", "customer__organisation")
        return {number: (customer, node) for number, customer, node in rows.values_list(*columns)}


def work_list(*, tenant: Tenant, within: Reach, limit: int = 50) -> list[OrderRow]:
    """Orders that wait for somebody (退单, 人工), the nearest promise first.

    `within`: nodes that look after the customers, None: all.
    """
    with scope(tenant=tenant):
        waiting = OrderStep.objects.filter(WAITS, tenant=tenant)
        rows = ProductOrder.objects.filter(tenant=tenant, id__in=waiting.values("item__order_id"))
        return _rows(_within(rows, within).order_by("promised_at", "id")[:limit])


def orders_in_state(*, tenant: Tenant, states: Collection[str], within: Reach, limit: int = 50) -> list[OrderRow]:
    """Orders in some states, those promised first first."""
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, state__in=sorted(states))
        return _rows(_within(rows, within).order_by("promised_at", "id")[:limit])


def history(*, tenant: Tenant, number: str) -> list[EventFacts]:
    """What happened to an order, in order."""
    with scope(tenant=tenant):
        rows = OrderEvent.objects.filter(tenant=tenant, order__number=number).order_by("sequence")
        return [
            EventFacts(
                sequence=row.sequence, event=row.event, item=row.item, step=row.step, state=row.state, at=row.at,
                actor=f"{row.actor_kind}:{row.actor_id}", told=row.told,
            )
            for row in rows
        ]  # fmt: skip


def effects(*, tenant: Tenant, number: str) -> list[dict[str, Any]]:
    """What an order wrote into the inventory and was not taken back, in order."""
    with scope(tenant=tenant):
        rows = OrderEffect.objects.filter(tenant=tenant, item__order__number=number, undone=False)
        return list(rows.order_by("item__place", "sequence").values_list("told", flat=True))


def terms_on(*, tenant: Tenant, on: date, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], TermFacts]:
    """What (deed, line of business) bring along on a local day; a row of the line goes before one of any."""
    with scope(tenant=tenant):
        rows = _TERMS.instances(tenant=tenant, deeds=sorted({deed for deed, _ in asked}))
        newest = {(row.deed, row.line): row for row in rows if row.valid_from <= on}
    found = {}
    for deed, line in asked:
        row = newest.get((deed, line)) or newest.get((deed, ""))
        found[deed, line] = TermFacts(
            fees=tuple(row.fees), free_for=tuple(row.free_for), hours=row.hours
        ) if row else TermFacts()  # fmt: skip
    return found


def _rows(orders: Any) -> list[OrderRow]:
    found = list(orders.select_related("customer"))
    deeds: defaultdict[int, list[str]] = defaultdict(list)
    ids = [row.pk for row in found]
    items = OrderItem.objects.filter(order__in=ids).exclude(state=lifecycle.DROPPED).order_by("place")
    for order, deed in items.values_list("order_id", "deed"):
        deeds[order].append(deed)
    at = _standing(ids)
    return [
        OrderRow(
            id=row.pk, number=row.number, customer=row.customer.code, name=row.customer.name,
            organisation=row.organisation, channel=row.channel, state=row.state, deeds=tuple(deeds[row.pk]),
            step=at.get(row.pk, NOWHERE)[0], reason=at.get(row.pk, NOWHERE)[1], params=at.get(row.pk, NOWHERE)[2],
            taken_at=row.taken_at, promised_at=row.promised_at,
        )
        for row in found
    ]  # fmt: skip


def _standing(ids: list[int]) -> dict[int, Stands]:
    """The step at which each order stands, and why it fell out: one that fell out before one that merely waits."""
    open_ = (lifecycle.WAITING, lifecycle.SENT, lifecycle.UNDOING, lifecycle.FALLEN, lifecycle.STUCK)
    rows = OrderStep.objects.filter(item__order__in=ids, state__in=open_).order_by("item__place", "place")
    found: dict[int, Stands] = {}
    for order, name, reason, params in rows.values_list("item__order_id", "name", "reason", "params"):
        if order not in found or (reason and not found[order][1]):
            found[order] = (name, reason, params)
    return found


def _within(rows: Any, within: Reach) -> Any:
    return rows if within is None else rows.filter(customer__organisation__in=sorted(within))


def _item(row: OrderItem, steps: Iterable[StepFacts]) -> ItemFacts:
    return ItemFacts(
        id=row.pk, place=row.place, deed=row.deed, subscriber=row.subscriber, told=row.told, after=row.after,
        state=row.state, completed_ms=row.completed_ms, moves=tuple(tuple(one) for one in row.moves),
        deposits=tuple(row.deposits), steps=tuple(steps),
    )  # fmt: skip


def _step(row: OrderStep) -> StepFacts:
    return StepFacts(
        id=row.pk, place=row.place, kind=row.kind, name=row.name, state=row.state, ready=row.ready,
        attempts=row.attempts, due_ms=row.due_ms, reason=row.reason, params=row.params, done_ms=row.done_ms,
    )  # fmt: skip


def orders_page(
    *, tenant: Tenant, which: str, within: Reach, now: datetime, actor: str = "", deed: str = "",
    after: Place | None = None, limit: int = 50,
) -> list[OrderRow]:  # fmt: skip
    """A page of what waits for somebody, is promised soon, is in flight, or of somebody's carts (WHICH).

    `within`: nodes that look after the customers (None: all), as `order_owners` tells them; `after`: (promise, id) of
    the last row of the page before.
    """
    with scope(tenant=tenant):
        return _rows(page(sought(tenant, which, within, now, actor, deed), which, after, limit))


def deeds_listed(*, tenant: Tenant, which: str, within: Reach, now: datetime, actor: str = "") -> list[str]:
    """The deeds that stand in a list."""
    with scope(tenant=tenant):
        rows = sought(tenant, which, within, now, actor, "")
        items = OrderItem.objects.filter(tenant=tenant, order__in=rows.values("id")).exclude(state=lifecycle.DROPPED)
        return sorted(set(items.values_list("deed", flat=True)))
