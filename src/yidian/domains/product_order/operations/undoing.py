"""撤单 before completion and 返销 after it: what was done is taken back, the last first."""

from __future__ import annotations

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderEffect, OrderEvent, OrderItem, OrderStep, ProductOrder
from yidian.domains.product_order.operations._ends import settle
from yidian.domains.product_order.operations._rows import held, move, move_item, move_step, standing_items
from yidian.domains.product_order.operations.capture import UnableToOrder, refuse_in_flight
from yidian.domains.product_order.operations.stepping import UNCERTAIN
from yidian.domains.product_order.types import Outcome, conflicts, new_subscription
from yidian.platform.writing.frame import Frame


def cancel(*, frame: Frame, order: str, reason: str) -> Outcome:
    """撤单: undo the steps begun of every item that is not complete, spare the rest; what is complete stays."""
    row = held(frame, order)
    items = [item for item in standing_items(row)[::-1] if item.state != lifecycle.COMPLETED]
    move(frame, row, "cancel", told={"reason": reason})
    return _go_back(frame, row, items, "cancel")


def reverse(*, frame: Frame, order: str, reason: str) -> Outcome:
    """返销: undo an order that is complete, as if it had never been. UnableToOrder ORDER_IN_FLIGHT, ORDER_OVERTAKEN."""
    row = held(frame, order)
    items = [item for item in standing_items(row)[::-1] if item.state == lifecycle.COMPLETED]
    move(frame, row, "reverse", told={"reason": reason})
    for item in items:
        for subscriber in (item.subscriber, new_subscription(order=order, place=item.place)):
            refuse_in_flight(frame, row, [(subscriber, item.deed)])
            _refuse_overtaken(frame, row, item, subscriber)
    return _go_back(frame, row, items, "reverse")


def _refuse_overtaken(frame: Frame, row: ProductOrder, item: OrderItem, subscriber: str) -> None:
    """ORDER_OVERTAKEN: another order completed something after it that does not go beside it, and that stands."""
    rows = OrderItem.objects.filter(tenant=frame.tenant, subscriber=subscriber, state=lifecycle.COMPLETED)
    others = [other for other in rows.exclude(order=row) if conflicts(other.deed, item.deed)]
    if others and _completion(item) < max(_completion(other) for other in others):
        raise UnableToOrder("ORDER_OVERTAKEN", order=row.number, subscriber=subscriber)


def _completion(item: OrderItem) -> int:
    """Grows from one completion to the next."""
    events = OrderEvent.objects.filter(order_id=item.order_id, item=item.place, step=0, event="complete")
    return int(events.values_list("id", flat=True).get())


def _go_back(frame: Frame, row: ProductOrder, items: list[OrderItem], event: str) -> Outcome:
    undone: list[int] = []
    for item in items:
        move_item(frame, row, item, event)
    for item in items:
        steps = OrderStep.objects.select_for_update(no_key=True).filter(item=item)
        for step in steps.order_by("-place"):
            # What is being sent just now is undone when nobody can be sending it any more: the lease stays.
            move_step(
                frame, row, item, step, "undo" if _begun(step) else "spare", ready=False, attempts=0, due_ms=0,
                began_at=None,
            )  # fmt: skip
        undone += settle(frame, row, item).undone
    return Outcome(taken=True, state=row.state, undone=tuple(undone))


def _begun(step: OrderStep) -> bool:
    """Whether the outside may know of a step."""
    if step.state == lifecycle.FALLEN:
        return step.reason in UNCERTAIN
    return step.state != lifecycle.WAITING or step.attempts > 0


def effects_of(*, frame: Frame, order: str, item: int) -> list[dict[str, object]]:
    """What an item wrote and has not been taken back, in order; it is taken back in this frame."""
    row = held(frame, order)
    rows = OrderEffect.objects.filter(item__order=row, item__place=item, undone=False)
    found = list(rows.order_by("sequence").values_list("told", flat=True))
    rows.update(undone=True)
    return found
