"""Taking a receipt back on its own business day, as if it had never been: receivables, books and suspense restored."""

from __future__ import annotations

from collections import defaultdict

from yidian.domains.charging.operations import undo
from yidian.domains.ledger import operations as ledger
from yidian.domains.ledger.queries import statement
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment import lifecycle
from yidian.domains.payment.bulk import insert_allocations, move_cleared
from yidian.domains.payment.models import Allocation, Payment
from yidian.domains.payment.operations.holding import hold
from yidian.domains.payment.operations.taking import PRINCIPAL, business_day, receipt_of, told
from yidian.domains.payment.queries import UnableToFindPayment
from yidian.domains.payment.types import Receipt
from yidian.platform.writing.frame import Frame


class UnableToReversePayment(Exception):
    """PAYMENT_OF_ANOTHER_DAY: a receipt is reversed on its own business day only; later it is refunded.
    PAYMENT_OF_ORDER: what was paid with an order goes back with it, when it is cancelled or reversed."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def reverse(*, frame: Frame, payment: int, reason: str) -> Receipt:
    """Undo a receipt inside the caller's write. UnableToChangePayment, UnableToReversePayment.

    Where its rest has been spent meanwhile, charging's UnableToUndo.
    """
    row = held(payment=payment)
    before, on = told(row), business_day(frame)
    refuse_of_order(receipt_of(row))
    state = lifecycle.after(payment=named(row), state=row.state, event="reverse")
    if row.business_on != on:
        raise UnableToReversePayment("PAYMENT_OF_ANOTHER_DAY", payment=named(row), on=row.business_on.isoformat())
    _reopen(frame, row)
    if row.credited_minor:
        book = AccountKey("book", row.account, f"{PRINCIPAL}/{row.book}")
        undo(frame=frame, transaction=_booked(frame, row, book), reason=reason, on=on)
    if before["state"] == lifecycle.ASSIGNED and row.cleared_minor:
        assigned = _booked(frame, row, AccountKey("receivable", owner=row.account))
        ledger.reverse(frame=frame, transaction=assigned, reason=reason, on=on)
    if row.transaction is not None:
        ledger.reverse(frame=frame, transaction=row.transaction, reason=reason, on=on)
    row.state = state
    row.cleared_minor = row.credited_minor = row.suspense_minor = 0
    row.save(update_fields=["state", "cleared_minor", "credited_minor", "suspense_minor"])
    frame.changed("payment", row.pk, before=before, after=told(row))
    frame.emit("payment.reversed", aggregate=f"account/{row.account or '-'}", payload=told(row))
    return receipt_of(row)


def refuse_of_order(found: Receipt) -> None:
    """PAYMENT_OF_ORDER: what was paid with an order goes back with it and not past it."""
    if found.order:
        raise UnableToReversePayment("PAYMENT_OF_ORDER", payment=found.number, order=found.order)


def _booked(frame: Frame, row: Payment, key: AccountKey) -> int:
    """The ledger transaction by which a part of the receipt came into an account of whom it was for."""
    lines = statement(tenant=frame.tenant, key=key)
    return next(line.transaction for line in lines if line.refers == f"payment/{row.pk}" and line.reverses is None)


def held(*, payment: int) -> Payment:
    """A receipt's row, held until the transaction ends."""
    row: Payment | None = Payment.objects.select_for_update(no_key=True).filter(pk=payment).first()
    if row is None:
        raise UnableToFindPayment(payment=str(payment))
    return row


def named(row: Payment) -> str:
    """How people name a receipt: by its number, else by its channel's id."""
    return row.number or f"{row.channel}:{row.channel_txn}"


def _reopen(frame: Frame, row: Payment) -> None:
    """What the receipt had cleared is owed again, by rows that point at those they undo."""
    mine = list(Allocation.objects.filter(payment=row, reverses=None).order_by("id"))
    hold(ids={one.receivable_id for one in mine})
    back: defaultdict[int, int] = defaultdict(int)
    for one in mine:
        back[one.receivable_id] -= one.amount_minor
    on = business_day(frame)
    insert_allocations([
        Allocation(
            tenant=frame.tenant, receivable_id=one.receivable_id, source="payment", payment=row,
            amount_minor=-one.amount_minor, made_on=on, value_on=one.value_on, reverses=one,
        )
        for one in mine
    ])  # fmt: skip
    move_cleared(tenant=frame.tenant, by_receivable=back)
