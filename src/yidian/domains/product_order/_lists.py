"""Lists of orders as somebody works them off: by what they wait for, page by page, within somebody's reach."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django_scopes import scope

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderItem, OrderStep, ProductOrder
from yidian.domains.product_order.types import MANUAL, PAYMENT, OrderCounts
from yidian.platform.tenancy.models import Tenant

Reach = Collection[str] | None
Place = tuple[datetime | None, int]  # where a page ended: the promise and the id of its last row
SOON: Final = timedelta(hours=2)  # a promise is near
WAITING, NEAR, FLIGHT, CARTS = "waiting", "near", "flight", "carts"
WHICH: Final = (WAITING, NEAR, FLIGHT, CARTS)
WAITS: Final = Q(state__in=(lifecycle.FALLEN, lifecycle.STUCK)) | Q(
    kind=MANUAL, state=lifecycle.WAITING, ready=True
)  # for somebody
WAITS_FOR_PAYMENT: Final = Q(name=PAYMENT, kind=MANUAL, state=lifecycle.WAITING)


def sought(tenant: Tenant, which: str, within: Reach, now: datetime, actor: str, deed: str) -> Any:
    """Rows of one list. `within`: nodes that look after the customers, None: all; `actor`: whose carts (kind:id)."""
    rows = ProductOrder.objects.filter(_is(tenant, which, now, actor), tenant=tenant)
    if within is not None:
        rows = rows.filter(customer__organisation__in=sorted(within))
    if deed:
        rows = rows.filter(id__in=OrderItem.objects.filter(tenant=tenant, deed=deed).values("order_id"))
    return rows


def page(rows: Any, which: str, after: Place | None, limit: int) -> Any:
    """A page of a list: carts the newest first, all others the nearest promise first."""
    if which == CARTS:
        newest = rows if after is None else rows.filter(id__lt=after[1])
        return newest.order_by("-id")[:limit]
    if after is not None:
        at, id_ = after
        rows = rows.filter(Q(promised_at__gt=at) | Q(promised_at=at, id__gt=id_))
    return rows.order_by("promised_at", "id")[:limit]


def order_counts(*, tenant: Tenant, within: Reach, now: datetime, actor: str) -> OrderCounts:
    """How many stand in each list, in one statement. `actor`: whose carts ("staff:zhou")."""
    with scope(tenant=tenant):
        open_ = (*lifecycle.IN_FLIGHT, lifecycle.CART)
        rows = ProductOrder.objects.filter(tenant=tenant, state__in=open_)
        if within is not None:
            rows = rows.filter(customer__organisation__in=sorted(within))
        late = Q(state__in=lifecycle.IN_FLIGHT, promised_at__lt=now)
        found = rows.aggregate(
            late=Count("id", filter=late), **{one: Count("id", filter=_is(tenant, one, now, actor)) for one in WHICH}
        )
    return OrderCounts(found[WAITING], found[NEAR], found["late"], found[FLIGHT], found[CARTS])


def orders_beginning(
    *, tenant: Tenant, asked: str, limit: int, within: Reach = None
) -> list[tuple[str, str, str, str, str]]:
    """(number, customer, name, node, state) of orders whose number begins so, the newest first.

    A number is O, six digits of its month, a dash and digits: whatever cannot begin one finds nothing.
    """
    text = asked.upper()
    if not (text.startswith("O") and text[1:7].isdecimal() and text.isascii()) or text[7:8] not in ("", "-"):
        return []
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant, number__gte=text, number__startswith=text)
        shorter = text[1:].rstrip("9-")  # the first text of digits after all that begin so: a range of the index
        rows = rows.filter(number__lt=f"O{shorter[:-1]}{int(shorter[-1]) + 1}") if shorter else rows
        if within is not None:
            rows = rows.filter(customer__organisation__in=sorted(within))
        told = rows.order_by("-number").values_list(
            "number", "customer__code", "customer__name", "customer__organisation", "state"
        )  # fmt: skip
        return list(told[:limit])


def _is(tenant: Tenant, which: str, now: datetime, actor: str) -> Q:
    flying = Q(state__in=lifecycle.IN_FLIGHT)
    if which == WAITING:
        return flying & Q(id__in=OrderStep.objects.filter(WAITS, tenant=tenant).values("item__order_id"))
    if which == NEAR:
        return flying & Q(promised_at__lt=now + SOON)
    if which == CARTS:
        kind, _, id_ = actor.partition(":")
        return Q(state=lifecycle.CART, actor_kind=kind, actor_id=id_)
    return flying
