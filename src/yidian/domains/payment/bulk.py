"""Receivables by the thousand, inside the caller's write. SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import connection

from yidian.domains.payment.types import NewReceivable
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.writing.frame import Frame

_RECEIVABLE: Final = """
INSERT INTO payment_receivable
(tenant_id, account, kind, refers, cycle, opened_on, due_on, amount_minor, cleared_minor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0)
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
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    values = []
    for row in rows:
        if row.amount_minor < 0:
            raise UnableToOpenReceivable(account=row.account, cycle=row.cycle)
        refers = row.refers or str(row.bill_id)
        values.append((
            frame.tenant.pk, row.account, row.kind, refers, row.cycle, on, row.due_on, row.amount_minor,
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(_RECEIVABLE, values)
    return len(values)
