"""The items of an order as they are planned, and what they would change: what a quote prices and completion writes."""

from __future__ import annotations

from yidian.domains.product_inventory.types import Change
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import OrderFacts
from yidian.journeys.ordering.deeds import DOINGS
from yidian.journeys.ordering.situation import Situation, situation
from yidian.platform.tenancy.models import Tenant


def planned(*, tenant: Tenant, order: OrderFacts, at_ms: int) -> list[Situation]:
    """Its items, each with what it is planned by, in their order."""
    return [situation(tenant=tenant, order=order, item=item, at_ms=at_ms) for item in order.items]


def changes_of(*, tenant: Tenant, order: str, at_ms: int) -> tuple[Change, ...]:
    """What an order would change if it were open at an instant (UTC ms): for runs.first_bill. UnableToDo."""
    found = order_named(tenant=tenant, number=order)
    made: list[Change] = []
    for s in planned(tenant=tenant, order=found, at_ms=at_ms):
        DOINGS[s.item.deed].check(s)
        made += DOINGS[s.item.deed].changes(s, at_ms)
    return tuple(made)
