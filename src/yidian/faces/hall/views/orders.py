"""我的订单: what the customer ordered and how far it is. Why something is late stays between staff until it is told."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import ItemFacts, lifecycle
from yidian.faces.shell.asked import Asked
from yidian.journeys.customer.orders import orders

MARKS: Final = {
    lifecycle.DONE: "done", lifecycle.SENT: "now", lifecycle.FALLEN: "now", lifecycle.STUCK: "now",
    lifecycle.UNDOING: "now",
}  # fmt: skip
NOT_YET: Final = (lifecycle.CART, lifecycle.ABANDONED)  # what was never submitted is no order of theirs


def listed(asked: Asked) -> HttpResponse:
    """The newest first, page by page (`?before=`)."""
    before = asked.request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    found = orders(tenant=asked.tenant, customer=asked.customer, before=number)
    rows = [(one, _late(asked, one)) for one in found.shown if one.state not in NOT_YET]
    return asked.page("hall/orders.html", rows=rows, following=found.following)


def one(asked: Asked, order: str) -> HttpResponse:
    facts = order_named(tenant=asked.tenant, number=order)
    if facts.state in NOT_YET:
        raise Http404
    return asked.page(
        "hall/order.html", facts=facts, late=_late(asked, facts), items=[(item, _steps(item)) for item in facts.items],
        in_flight=facts.state in lifecycle.IN_FLIGHT,
    )  # fmt: skip


def _steps(item: ItemFacts) -> list[dict[str, Any]]:
    return [
        {
            "name": step.name, "state": step.state, "at_ms": step.done_ms,
            "mark": "now" if step.state == lifecycle.WAITING and step.ready else MARKS.get(step.state, ""),
        }
        for step in item.steps
    ]  # fmt: skip


def _late(asked: Asked, order: Any) -> bool:
    return order.state in lifecycle.IN_FLIGHT and order.promised_at is not None and order.promised_at < asked.now
