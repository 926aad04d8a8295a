"""Carts that nobody came back to: let go after a day, with all they kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from yidian.domains.product_order.queries import orders_in_state
from yidian.domains.product_order.types import UnableToChangeOrder, lifecycle
from yidian.journeys.ordering import taking
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor

LEFT: Final = timedelta(days=1)
MANY: Final = 50  # at a time


def let_old_carts_go(*, tenant: Tenant, actor: Actor, now: datetime) -> int:
    """Carts that were opened more than a day ago, the oldest first; how many."""
    gone = 0
    for cart in orders_in_state(tenant=tenant, states=[lifecycle.CART], within=None, limit=MANY):
        if now - cart.taken_at <= LEFT:
            continue
        try:
            taking.let_go(tenant=tenant, actor=actor, key=f"left/{cart.number}", now=now, order=cart.number)
        except UnableToChangeOrder:  # it was submitted, or let go, meanwhile
            continue
        gone += 1
    return gone
