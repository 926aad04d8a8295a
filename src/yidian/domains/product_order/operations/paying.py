"""That an order was paid, and that what was kept for it went back: told to its history, the audit and the outbox."""

from __future__ import annotations

from datetime import datetime

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderStep, ProductOrder
from yidian.domains.product_order.operations._ends import settle
from yidian.domains.product_order.operations._rows import asked_by, customer_of, held, move_step, remember
from yidian.domains.product_order.types import MANUAL, PAYMENT
from yidian.platform.writing.frame import Frame


def note_paid(*, frame: Frame, order: str, number: str, method: str, amount_minor: int) -> None:
    """What is due with an order was taken, with a receipt (`number`)."""
    row = held(frame, order)
    told: dict[str, str | int] = {"number": number, "method": method, "amount_minor": amount_minor}
    _tell(frame, row, "paid", told)


def note_returned(*, frame: Frame, order: str, number: str, amount_minor: int) -> None:
    """What was kept for an order that ended was given back, under a voucher (`number`)."""
    row = held(frame, order)
    _tell(frame, row, "money_returned", {"number": number, "amount_minor": amount_minor})


def begin_paid(*, frame: Frame, order: str, at_ms: int, note: str) -> bool:
    """The steps that wait for its payment are done, and the order begins: it is promised as long after its payment as
    it was after it was submitted. False where none waits. `note`: the receipt."""
    row = held(frame, order)
    rows = OrderStep.objects.select_for_update(no_key=True, of=("self",)).select_related("item__order")
    waiting = rows.filter(item__order=row, kind=MANUAL, name=PAYMENT, state=lifecycle.WAITING)
    steps = list(waiting.order_by("item__place"))
    for step in steps:
        told = {"note": note}
        move_step(frame, row, step.item, step, "done", told=told, ready=False, params=told, done_ms=at_ms)
        settle(frame, row, step.item)
    if steps:
        _promise(row, frame.now)
    return bool(steps)


def _promise(row: ProductOrder, now: datetime) -> None:
    assert row.promised_at is not None, "it is in flight"
    assert row.submitted_at is not None
    row.promised_at = now + (row.promised_at - row.submitted_at)
    row.save(update_fields=["promised_at"])


def _tell(frame: Frame, row: ProductOrder, what: str, told: dict[str, str | int]) -> None:
    remember(frame, row, what, told=told)
    frame.changed("order", row.number, before=None, after={what: told})
    frame.emit(
        f"order.{what}", aggregate=f"order/{row.number}",
        payload={
            "order": row.number, "customer": customer_of(row), "state": row.state, **told,
            "currency": frame.tenant.currency, **asked_by(row),
        },
    )  # fmt: skip
