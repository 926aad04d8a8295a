"""What must always hold of orders; whatever is found here is wrong (yidian doctor)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django_scopes import scope

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order._lists import WAITS_FOR_PAYMENT
from yidian.domains.product_order.models import OrderEffect, OrderEvent, OrderForm, OrderStep, ProductOrder
from yidian.domains.product_order.types import Due, due_of_json
from yidian.platform.database.asking import where
from yidian.platform.numbering.queries import numbers_given
from yidian.platform.tenancy.models import Tenant

MOST: Final = 100
CHUNK: Final = 10_000
BEGUN: Final = (
    lifecycle.AT_WORK, lifecycle.HELD, lifecycle.COMPLETED, lifecycle.REVERSING, lifecycle.REVERSED
)  # fmt: skip
GIVEN_UP: Final = (lifecycle.FALLEN, lifecycle.STUCK)


class Written(NamedTuple):
    """A row that an item wrote and did not take back (OrderEffect): whose, what, since when (UTC ms)."""

    order: str
    table: str
    row: int
    subscriber: str
    what: str
    from_ms: int


class DueOf(NamedTuple):
    """What is paid with an order, and whether it waits for that (`waits`)."""

    number: str
    state: str
    due_minor: int
    waits: bool


def orders_counted(*, tenant: Tenant) -> int:
    with scope(tenant=tenant):
        return int(ProductOrder.objects.filter(tenant=tenant).count())


def held_by_nothing(*, tenant: Tenant) -> list[tuple[str, str]]:
    """(number, state) of orders in flight of which no step is to be worked at and none waits for somebody; of those
    said to be held of which nothing fell out."""
    steps = OrderStep.objects.filter(item__order=OuterRef("pk"))
    moving, fallen = Exists(steps.filter(Q(ready=True) | Q(state__in=GIVEN_UP))), Exists(
        steps.filter(state=lifecycle.FALLEN)
    )  # fmt: skip
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, state__in=lifecycle.IN_FLIGHT)
        found = rows.filter(~Q(moving) | Q(state=lifecycle.HELD) & ~Q(fallen)).order_by("id")
        return list(found.values_list("number", "state")[:MOST])


def histories_astray(*, tenant: Tenant) -> list[tuple[str, str, str]]:
    """(number, state, state as told) of orders whose events have a gap, or whose last one tells another state."""
    with scope(tenant=tenant):
        last = OrderEvent.objects.filter(order=OuterRef("pk"), item=0, step=0).order_by("-sequence").values("state")[:1]
        rows: Any = ProductOrder.objects.filter(tenant=tenant).annotate(
            told=last, newest=Max("events__sequence"), many=Count("events")
        )
        astray = rows.exclude(newest=F("many"), told=F("state")).order_by("id")
        return [
            (number, state, told or "") for number, state, told in astray.values_list("number", "state", "told")[:MOST]
        ]


def rows_written(*, tenant: Tenant, tables: Collection[str]) -> Iterator[Written]:
    """Everything that orders wrote into some tables of the inventory and have not taken back."""
    with scope(tenant=tenant):
        rows = OrderEffect.objects.filter(tenant=tenant, undone=False, action__in=("add", "modify"), table__in=tables)
        columns = rows.order_by("id").values_list("item__order__number", "table", "row", "told")
        for order, table, row, told in columns.iterator(chunk_size=CHUNK):
            yield Written(order, table, row, told["subscriber"], told["what"], told["from_ms"])


def order_states(*, tenant: Tenant, numbers: Collection[str]) -> dict[str, str]:
    """The states of orders, of those that are there."""
    with scope(tenant=tenant):
        return dict(where(ProductOrder.objects.filter(tenant=tenant), "number", numbers, "state"))


def orders_due(*, tenant: Tenant) -> Iterator[DueOf]:
    """Orders that were begun, or are to be, with which something is paid."""
    waiting = OrderStep.objects.filter(WAITS_FOR_PAYMENT, item__order=OuterRef("pk"))
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, state__in=BEGUN, due__isnull=False)
        some: Any = rows.exclude(due=Due().to_json()).annotate(waits=Exists(waiting)).order_by("id")
        for number, state, due, waits in some.values_list("number", "state", "due", "waits").iterator(chunk_size=CHUNK):
            told = due_of_json(due)
            if told is not None and told.total_minor:
                yield DueOf(number, state, told.total_minor, waits)


def order_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of orders that begin with `head`."""
    return numbers_given(ProductOrder, tenant=tenant, head=head)


def forms_with_holes(*, tenant: Tenant) -> list[tuple[str, int, int]]:
    """(order, its newest form's version, how many forms it has) where one of them is gone."""
    with scope(tenant=tenant):
        rows = OrderForm.objects.filter(tenant=tenant).values("order__number").order_by("order__number")
        counted = rows.annotate(newest=Max("version"), forms=Count("id")).exclude(newest=F("forms"))
        return list(counted.values_list("order__number", "newest", "forms"))
