"""One step in the life of an order: rows held, tables asked, what happened remembered, audit and outbox told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Max

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderEvent, OrderItem, OrderStep, ProductOrder
from yidian.domains.product_order.queries import UnableToFindOrder
from yidian.platform.writing.frame import Frame

PAST: Final = {
    "submit": "submitted", "abandon": "abandoned", "hold": "held", "release": "released", "complete": "completed",
    "cancel": "cancelling", "reverse": "reversing", "undone": "undone", "rest_undone": "completed",
}  # fmt: skip
NOTHING: Final[Mapping[str, Any]] = {}


def held(frame: Frame, number: str) -> ProductOrder:
    """An order's row, held until the transaction ends: of two who change it at once one comes first."""
    rows = ProductOrder.objects.select_for_update(no_key=True)
    row: ProductOrder | None = rows.filter(tenant=frame.tenant, number=number).first()
    if row is None:
        raise UnableToFindOrder(order=number)
    return row


def expect_cart(row: ProductOrder) -> None:
    """ORDER_NOT_IN_STATE: nothing is put in or taken out after submission."""
    if row.state != lifecycle.CART:
        raise lifecycle.UnableToChangeOrder("ORDER_NOT_IN_STATE", order=row.number, state=row.state, event="change")


def standing_items(row: ProductOrder) -> Any:
    """The items of an order that were not taken out again, in order."""
    return OrderItem.objects.filter(order=row).exclude(state=lifecycle.DROPPED).order_by("place")


def move(frame: Frame, row: ProductOrder, event: str, *, told: Mapping[str, Any] = NOTHING, **fields: Any) -> None:
    """Let an event happen to a held order."""
    before = row.state
    row.state = lifecycle.after(lifecycle.ORDER, code="ORDER_NOT_IN_STATE", name=row.number, state=before, event=event)
    if row.state in lifecycle.ENDED:
        row.ended_at = frame.now
    elif before in lifecycle.ENDED:
        row.ended_at = None
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "ended_at", *fields])
    remember(frame, row, event, told=told)
    if before != row.state:
        frame.changed("order", row.number, before={"state": before}, after={"state": row.state, **told})
        frame.emit(
            f"order.{PAST[event] if event != 'undone' else row.state}", aggregate=f"order/{row.number}",
            payload={"order": row.number, "customer": row.customer.code, "state": row.state},
        )  # fmt: skip


def move_item(frame: Frame, row: ProductOrder, item: OrderItem, event: str, **fields: Any) -> None:
    """Let an event happen to an item of a held order."""
    item.state = lifecycle.after(
        lifecycle.ITEM, code="ORDER_ITEM_NOT_IN_STATE", name=f"{row.number}#{item.place}", state=item.state, event=event
    )
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=["state", *fields])
    remember(frame, row, event, item=item.place, state=item.state)


def move_step(
    frame: Frame, row: ProductOrder, item: OrderItem, step: OrderStep, event: str, *,
    told: Mapping[str, Any] = NOTHING, **fields: Any,
) -> None:  # fmt: skip
    """Let an event happen to a step of a held order; a wait for the next attempt is not remembered."""
    name = f"{row.number}#{item.place}.{step.place}"
    before = step.state
    step.state = lifecycle.after(lifecycle.STEP, code="ORDER_STEP_NOT_IN_STATE", name=name, state=before, event=event)
    for field, value in fields.items():
        setattr(step, field, value)
    step.save(update_fields=["state", *fields])
    if step.state != before:
        remember(frame, row, f"step.{event}", item=item.place, step=step.place, state=step.state, told=told)


def remember(
    frame: Frame, row: ProductOrder, event: str, *, item: int = 0, step: int = 0, state: str = "",
    told: Mapping[str, Any] = NOTHING,
) -> None:  # fmt: skip
    """The next event of a held order."""
    last = OrderEvent.objects.filter(order=row).aggregate(last=Max("sequence"))["last"] or 0
    OrderEvent.objects.create(
        tenant=frame.tenant, order=row, sequence=last + 1, event=event, item=item, step=step,
        state=state or row.state, at=frame.now, actor_kind=frame.actor.kind, actor_id=frame.actor.id, told=dict(told),
    )  # fmt: skip
