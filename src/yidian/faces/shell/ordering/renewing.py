"""How often the page of an order asks again how far it is: soon while machines are at it, seldom while people are."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_order.types import MANUAL, OrderFacts, lifecycle

SOON: Final = "every 5s"
SELDOM: Final = "every 30s"


def every(order: OrderFacts) -> str:
    """What triggers it, in htmx's words; "" for an order that has ended, or was never submitted."""
    if order.state not in lifecycle.IN_FLIGHT:
        return ""
    steps = [step for item in order.items for step in item.steps]
    return SOON if any(step.ready and step.kind != MANUAL for step in steps) else SELDOM
