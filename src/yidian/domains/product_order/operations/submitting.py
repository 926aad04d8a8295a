"""Submitting an order: from now on it is in flight (在途), and blocks what conflicts with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from yidian.domains.product_order.models import OrderForm, OrderStep, ProductOrder
from yidian.domains.product_order.operations._rows import expect_cart, held, move, move_item, standing_items
from yidian.domains.product_order.operations.capture import UnableToOrder, refuse_in_flight
from yidian.domains.product_order.types import CREDIT, StepPlan
from yidian.platform.writing.frame import Frame

# Nobody signs: a system's hand is on the button, or none. Of the web the proof of who submits it is the signature.
UNSIGNED: Final = ("reseller", "cli", "file", CREDIT)


def submit(
    *, frame: Frame, order: str, revision: int, plans: Mapping[int, Sequence[StepPlan]], promised_at: datetime
) -> None:
    """Submit a cart with the steps of each item by its place. What was quoted, read back and signed is this revision.

    UnableToOrder: ORDER_EMPTY, ORDER_STALE, ORDER_NOT_QUOTED, ORDER_NOT_READ_BACK, ORDER_NOT_SIGNED, ORDER_IN_FLIGHT.
    """
    row = held(frame, order)
    expect_cart(row)
    items = standing_items(row)
    if not items:
        raise UnableToOrder("ORDER_EMPTY", order=order)
    _expect_agreed(row, revision)
    refuse_in_flight(frame, row, [(item.subscriber, item.deed) for item in items])
    move(frame, row, "submit", submitted_at=frame.now, promised_at=promised_at)
    for item in items:
        move_item(frame, row, item, "submit")
        OrderStep.objects.bulk_create(
            OrderStep(
                tenant=frame.tenant, item=item, place=step.place, kind=step.kind, name=step.name,
                needs=list(step.needs), command=dict(step.command), undo=dict(step.undo), due_ms=step.due_ms,
                ready=not step.needs and not item.after,
            )
            for step in plans[item.place]
        )  # fmt: skip


def _expect_agreed(row: ProductOrder, revision: int) -> None:
    if row.revision != revision:
        raise UnableToOrder("ORDER_STALE", order=row.number, revision=revision, now=row.revision)
    if row.quoted != revision:
        raise UnableToOrder("ORDER_NOT_QUOTED", order=row.number)
    if row.read_back != revision:
        raise UnableToOrder("ORDER_NOT_READ_BACK", order=row.number)
    signed = OrderForm.objects.filter(order=row, revision=revision, state=OrderForm.State.SIGNED)
    if row.channel not in UNSIGNED and not signed.exists():
        raise UnableToOrder("ORDER_NOT_SIGNED", order=row.number)
