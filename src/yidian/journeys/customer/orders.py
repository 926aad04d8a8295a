"""What a customer has ordered, those in flight with the step at which they stand (CH-70), then the newest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yidian.domains.product_order.queries import orders_of
from yidian.domains.product_order.types import OrderRow, lifecycle
from yidian.platform.tenancy.models import Tenant

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Orders:
    """A page; `following`: give it as `before` for the next one, 0: there is none."""

    shown: tuple[OrderRow, ...]
    flight: int
    following: int


def orders(*, tenant: Tenant, customer: str, before: int = 0) -> Orders:
    """The newest first, those in flight before the others of a page."""
    found = orders_of(tenant=tenant, customer=customer, limit=PAGE + 1, before=before)
    page = found[:PAGE]
    flying = [one for one in page if one.state in lifecycle.IN_FLIGHT]
    rest = [one for one in page if one.state not in lifecycle.IN_FLIGHT]
    return Orders((*flying, *rest), len(flying), page[-1].id if found[PAGE:] else 0)
