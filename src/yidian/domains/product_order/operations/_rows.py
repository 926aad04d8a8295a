"""One step in the life of an order: rows held, tables asked, what happened remembered, audit and outbox told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import (
    OrderEvent,
    OrderForm,
    OrderItem,
    OrderOrigin,
    OrderStep,
    ProductOrder,
)
from yidian.domains.product_order.queries import UnableToFindOrder
from yidian.platform.database.kept import Reading, add, change
from yidian.platform.writing.frame import Frame

PAST: Final = {
    "submit": "submitted", "abandon": "abandoned", "hold": "held", "release": "released", "complete": "completed",
    "cancel": "cancelling", "reverse": "reversing", "undone": "undone", "rest_undone": "completed",
}  # fmt: skip
NOTHING: Final[Mapping[str, Any]] = {}
_HELD: Final = Reading(lambda number: ProductOrder.objects.select_for_update(no_key=True).filter(number=number))
_WHOSE: Final = Reading(lambda id: ProductOrder.objects.filter(id=id).values_list("customer__code"))
_ORIGIN: Final = Reading(lambda order: OrderOrigin.objects.filter(order=order).values_list("system", "external_id")[:1])
_ITEMS: Final = Reading(
    lambda order: OrderItem.objects.filter(order=order).exclude(state=lifecycle.DROPPED).order_by("place")
)
_STEPS: Final = Reading(lambda item: OrderStep.objects.filter(item=item).order_by("place"))
_LAST: Final = Reading(
    lambda order: OrderEvent.objects.filter(order=order).order_by("-sequence").values_list("sequence")[:1]
)


def held(frame: Frame, number: str) -> ProductOrder:
    """An order's row, held until the transaction ends: of two who change it at once one comes first."""
    rows: list[ProductOrder] = _HELD.instances(tenant=frame.tenant, number=number)
    if not rows:
        raise UnableToFindOrder(order=number)
    return rows[0]


def expect_cart(row: ProductOrder) -> None:
    """ORDER_NOT_IN_STATE: nothing is put in or taken out after submission."""
    if row.state != lifecycle.CART:
        raise lifecycle.UnableToChangeOrder("ORDER_NOT_IN_STATE", order=row.number, state=row.state, event="change")


def standing_items(row: ProductOrder) -> list[OrderItem]:
    """The items of a held order that were not taken out again, in order."""
    items: list[OrderItem] = _ITEMS.instances(tenant=row.tenant, order=row.pk)
    return items


def steps_of(row: ProductOrder, item: OrderItem) -> list[OrderStep]:
    """The steps of an item of a held order, in order."""
    steps: list[OrderStep] = _STEPS.instances(tenant=row.tenant, item=item.pk)
    return steps


def void_forms(frame: Frame, row: ProductOrder) -> None:
    """What was printed of a held order is no more what is in it."""
    good = OrderForm.objects.filter(order=row).exclude(state=OrderForm.State.VOID)
    good.update(state=OrderForm.State.VOID, void_at=frame.now, void_by=f"{frame.actor.kind}:{frame.actor.id}")


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
    change(row, {"state": row.state, "ended_at": row.ended_at, **fields})
    remember(frame, row, event, told=told)
    if before != row.state:
        frame.changed("order", row.number, before={"state": before}, after={"state": row.state, **told})
        frame.emit(
            f"order.{PAST[event] if event != 'undone' else row.state}", aggregate=f"order/{row.number}",
            payload={"order": row.number, "customer": customer_of(row), "state": row.state, **asked_by(row)},
        )  # fmt: skip


def customer_of(row: ProductOrder) -> str:
    """Whose an order is: their code."""
    [(code,)] = _WHOSE.rows(tenant=row.tenant, id=row.pk)
    return str(code)


def asked_by(row: ProductOrder) -> dict[str, str]:
    """The system that asked for an order and its name there, as its events tell; nothing of one that people took."""
    names = _ORIGIN.rows(tenant=row.tenant, order=row.pk)
    return dict(zip(("system", "external_id"), names[0], strict=True)) if names else {}


def move_item(frame: Frame, row: ProductOrder, item: OrderItem, event: str, **fields: Any) -> None:
    """Let an event happen to an item of a held order."""
    item.state = lifecycle.after(
        lifecycle.ITEM, code="ORDER_ITEM_NOT_IN_STATE", name=f"{row.number}#{item.place}", state=item.state, event=event
    )
    for name, value in fields.items():
        setattr(item, name, value)
    change(item, {"state": item.state, **fields})
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
    change(step, {"state": step.state, **fields})
    if step.state != before:
        remember(frame, row, f"step.{event}", item=item.place, step=step.place, state=step.state, told=told)


def remember(
    frame: Frame, row: ProductOrder, event: str, *, item: int = 0, step: int = 0, state: str = "",
    told: Mapping[str, Any] = NOTHING,
) -> None:  # fmt: skip
    """The next event of a held order."""
    found = _LAST.rows(tenant=frame.tenant, order=row.pk)
    last = found[0][0] if found else 0
    happened = OrderEvent(
        tenant=frame.tenant, order=row, sequence=last + 1, event=event, item=item, step=step,
        state=state or row.state, at=frame.now, actor_kind=frame.actor.kind, actor_id=frame.actor.id, told=dict(told),
    )  # fmt: skip
    add([happened])
