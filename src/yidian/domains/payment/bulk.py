"""Receivables, receipts and what they clear by the thousand, inside the caller's write, each in one statement.

SQL that SQLite and PostgreSQL both understand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection

from yidian.domains.payment.models import Allocation, Payment
from yidian.domains.payment.types import NewReceivable
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

_RECEIVABLE: Final = """
INSERT INTO payment_receivable
(tenant_id, account, kind, refers, cycle, opened_on, due_on, amount_minor, cleared_minor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0)
"""

_PAYMENT: Final = """
INSERT INTO payment_payment (tenant_id, id, channel, channel_txn, number, account, payer, method, amount_minor,
currency, paid_at, business_on, state, cleared_minor, credited_minor, suspense_minor, returned_minor, book,
"transaction", file_id, line)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ALLOCATION: Final = """
INSERT INTO payment_allocation
(tenant_id, receivable_id, source, payment_id, book, item, amount_minor, made_on, value_on, reverses_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_CLEARED: Final = """
UPDATE payment_receivable SET cleared_minor = cleared_minor + %s WHERE tenant_id = %s AND id = %s
"""


class UnableToOpenReceivable(Exception):
    """RECEIVABLE_NEGATIVE: nobody owes less than nothing; `params` names the account and the cycle."""

    code = "RECEIVABLE_NEGATIVE"

    def __init__(self, *, account: str, cycle: str) -> None:
        self.params = {"account": account, "cycle": cycle}
        super().__init__(f"negative receivable of {account} in {cycle}")


def open_receivables(*, frame: Frame, rows: Sequence[NewReceivable]) -> int:
    """Open receivables on the local day of the caller's write; how many. The ledger's side is the caller's.

    IntegrityError where a bill has its receivable already. UnableToOpenReceivable for a negative amount; 0 is kept, so
    that every bill has its row. One audit entry is the caller's (a chunk's digest).
    """
    on = connection.ops.adapt_datefield_value(local_date(to_ms(frame.now), frame.tenant.zone))
    due = {row.due_on: connection.ops.adapt_datefield_value(row.due_on) for row in rows}
    values = []
    for row in rows:
        if row.amount_minor < 0:
            raise UnableToOpenReceivable(account=row.account, cycle=row.cycle)
        refers = row.refers or str(row.bill_id)
        values.append((
            frame.tenant.pk, row.account, row.kind, refers, row.cycle, on, due[row.due_on], row.amount_minor,
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(_RECEIVABLE, values)
    return len(values)


def insert_payments(rows: Sequence[Payment]) -> None:
    """Write new receipts that have their ids. IntegrityError where a channel's id is there already."""
    day, instant = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(_PAYMENT, [
            (
                row.tenant_id, row.pk, row.channel, row.channel_txn, row.number, row.account, row.payer, row.method,
                row.amount_minor, row.currency, instant(row.paid_at), day(row.business_on), str(row.state),
                row.cleared_minor, row.credited_minor, row.suspense_minor, row.returned_minor, row.book,
                row.transaction, row.file_id, row.line,
            )
            for row in rows
        ])  # fmt: skip


def insert_allocations(rows: Sequence[Allocation]) -> None:
    """Write what clears what."""
    if not rows:
        return
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(_ALLOCATION, [
            (
                row.tenant_id, row.receivable_id, row.source, row.payment_id, row.book, row.item, row.amount_minor,
                day(row.made_on), day(row.value_on), row.reverses_id,
            )
            for row in rows
        ])  # fmt: skip


def move_cleared(*, tenant: Tenant, by_receivable: Mapping[int, int]) -> None:
    """Add to what is cleared of receivables; the database keeps each within 0 and its amount."""
    moved = [(amount, tenant.pk, id_) for id_, amount in sorted(by_receivable.items()) if amount]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_CLEARED, moved)
        if cursor.rowcount != len(moved):
            raise RuntimeError(f"of {len(moved)} receivables {cursor.rowcount} are there")
