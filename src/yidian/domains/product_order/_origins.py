"""Orders as other systems ask for them: by the name they gave them, and page by page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django_scopes import scope

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order._lists import WAITS_FOR_PAYMENT
from yidian.domains.product_order.models import OrderOrigin, OrderStep, ProductOrder
from yidian.domains.product_order.types import OriginFacts
from yidian.platform.tenancy.models import Tenant

NO_ORDER: Final = (lifecycle.CART, lifecycle.ABANDONED)  # never submitted: nobody else's business


def origins_of(*, tenant: Tenant, numbers: Collection[str]) -> dict[str, OriginFacts]:
    """Which system asked for some orders, by number; those taken by people are left out."""
    with scope(tenant=tenant):
        rows = OrderOrigin.objects.filter(tenant=tenant, order__number__in=sorted(numbers))
        told = rows.values_list("order__number", "system", "external_id", "items")
        return {number: OriginFacts(system, name, tuple(items)) for number, system, name, items in told}


def order_of_origin(*, tenant: Tenant, system: str, external_id: str) -> str:
    """The number of the order that a system asked for by a name; "" where there is none."""
    with scope(tenant=tenant):
        rows = OrderOrigin.objects.filter(tenant=tenant, system=system, external_id=external_id)
        found: str | None = rows.values_list("order__number", flat=True).first()
    return found or ""


def orders_told(
    *, tenant: Tenant, within: Collection[str] | None, states: Collection[str] = (), customer: str = "",
    numbers: Collection[str] | None = None, waiting: bool | None = None, offset: int = 0, limit: int = 20,
) -> tuple[int, list[str]]:  # fmt: skip
    """How many submitted orders there are, and the numbers of a page of them, the newest first.

    `within`: nodes that look after the customers, None: all; `states`, `numbers`: only these; `customer`: of this one;
    `waiting`: of those at work only those that wait for their payment, or only the others.
    """
    with scope(tenant=tenant):
        rows = ProductOrder.objects.filter(tenant=tenant).exclude(state__in=NO_ORDER)
        if within is not None:
            rows = rows.filter(customer__organisation__in=sorted(within))
        if states:
            rows = rows.filter(state__in=sorted(states))
        if customer:
            rows = rows.filter(customer__code=customer)
        if numbers is not None:
            rows = rows.filter(number__in=sorted(numbers))
        if waiting is not None:
            unpaid = Exists(OrderStep.objects.filter(WAITS_FOR_PAYMENT, item__order=OuterRef("pk")))
            rows = rows.filter(~Q(state=lifecycle.AT_WORK) | (unpaid if waiting else ~unpaid))
        return rows.count(), list(rows.order_by("-id").values_list("number", flat=True)[offset : offset + limit])
