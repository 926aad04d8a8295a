"""What follows from a step that ended: others are ready, an item is complete or undone, at last the order."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderItem, OrderStep, ProductOrder
from yidian.domains.product_order.operations._rows import move, move_item, steps_of
from yidian.domains.product_order.types import Outcome
from yidian.platform.writing.frame import Frame

GONE: Final = (lifecycle.UNDONE, lifecycle.SPARED)
GOING_BACK: Final = (lifecycle.CANCELLING, lifecycle.REVERSING)


def settle(frame: Frame, row: ProductOrder, item: OrderItem) -> Outcome:
    """Look at an item of a held order after one of its steps ended."""
    if item.state in GOING_BACK:
        return _back(frame, row, item)
    follow(row, item)
    return Outcome(taken=True, state=row.state)


def follow(row: ProductOrder, item: OrderItem) -> None:
    """Steps are ready when all that they need are done."""
    steps = steps_of(row, item)
    done = {step.place for step in steps if step.state == lifecycle.DONE}
    waiting = [step for step in steps if step.state == lifecycle.WAITING and not step.ready and step.needs]
    ready = [step.pk for step in waiting if done.issuperset(step.needs)]
    if ready:
        OrderStep.objects.filter(pk__in=ready).update(ready=True)


def begin_after(row: ProductOrder, item: OrderItem) -> None:
    """Items that waited for one that is complete now begin."""
    for step in OrderStep.objects.filter(item__order=row, item__after=item.place, item__state=lifecycle.AT_WORK):
        if not step.needs and step.state == lifecycle.WAITING:
            OrderStep.objects.filter(pk=step.pk).update(ready=True)


def _back(frame: Frame, row: ProductOrder, item: OrderItem) -> Outcome:
    """Undoing goes from the last to the first: a step when nothing that needed it stands any more, so with items."""
    if OrderItem.objects.filter(order=row, after=item.place, state__in=GOING_BACK).exists():
        return Outcome(taken=True, state=row.state)
    steps = steps_of(row, item)[::-1]
    while True:
        standing = {need for step in steps if step.state not in GONE for need in step.needs}
        free = [step for step in steps if step.state == lifecycle.UNDOING and step.place not in standing]
        bare = [step for step in free if not step.undo]
        if not bare:
            break
        for step in bare:  # there is nothing outside to take back
            step.state = lifecycle.after(
                lifecycle.STEP, code="ORDER_STEP_NOT_IN_STATE", name=row.number, state=step.state, event="undone"
            )
            step.ready = False
            step.save(update_fields=["state", "ready"])
    OrderStep.objects.filter(pk__in=[step.pk for step in free]).update(ready=True)
    if any(step.state not in GONE for step in steps):
        return Outcome(taken=True, state=row.state)
    move_item(frame, row, item, "undone")
    before = OrderItem.objects.filter(order=row, place=item.after, state__in=GOING_BACK).first()
    if before is not None:
        undone = (item.place, *_back(frame, row, before).undone)
        return Outcome(taken=True, state=row.state, undone=undone)
    if not OrderItem.objects.filter(order=row, state__in=GOING_BACK).exists():
        stays = OrderItem.objects.filter(order=row, state=lifecycle.COMPLETED).exists()
        move(frame, row, "rest_undone" if stays else "undone")
    return Outcome(taken=True, state=row.state, undone=(item.place,))
