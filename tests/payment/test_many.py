"""A chunk of payments is what its payments are one after the other; and it costs no statement more than a few."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.charging.test_many import Statements, marks, rewind
from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, paid

from yidian.domains.charging.models import Book
from yidian.domains.ledger.models import LedgerPosting
from yidian.domains.payment.models import Allocation, Payment, Receivable
from yidian.domains.payment.operations.counter import receipt_number
from yidian.domains.payment.operations.taking import take_new, unnumbered
from yidian.domains.payment.types import NewPayment
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import chunk

CODES = [f"A{n}" for n in range(6)]
RECEIPT = ("channel", "channel_txn", "number", "account", "payer", "amount_minor", "paid_at", "business_on", "state",
           "cleared_minor", "credited_minor", "suspense_minor", "line")  # fmt: skip
POSTED = ("transaction__kind", "transaction__refers", "transaction__business_date", "account__kind", "account__owner",
          "amount_minor")  # fmt: skip
LEFT: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Payment, RECEIPT), (LedgerPosting, POSTED), (Receivable, ("refers", "account", "cleared_minor")),
    (Allocation, ("receivable__refers", "source", "payment__channel_txn", "amount_minor", "made_on", "value_on")),
    (Book, ("account__code", "type__code", "balance_minor", "plain")), (OutboxEvent, ("event", "aggregate")),
)  # fmt: skip


class _Undone(Exception):
    """Ends a write so that nothing of it stays."""


def left_by(tenant: Any, work: Callable[[Frame], Any], told: dict[str, int]) -> tuple[list[Any], dict[str, list[Any]]]:
    """What a write tells the audit, and the rows it leaves; then it is as if it had not been."""
    found: dict[str, list[Any]] = {}
    assert not Payment.objects.exists()
    rewind(told)
    with pytest.raises(_Undone), desk(tenant) as frame:  # noqa: PT012 - the write ends by it
        work(frame)
        said = [(one.kind, one.after) for one in frame._changes]
        for model, columns in LEFT:
            found[model.__name__] = sorted(map(repr, model.objects.values_list(*columns)))
        raise _Undone
    return said, found


def desk(tenant: Any) -> Any:
    return chunk(tenant=tenant, actor=STAFF, operation="test.take", now=NOW, digest="", count=1, subject="t")


def some_payments(chance: random.Random, count: int) -> list[NewPayment]:
    return [
        NewPayment(
            channel="bank", channel_txn=f"t{n}", account=chance.choice([*CODES, ""]), payer="somebody",
            amount_minor=chance.choice([1, 50, 700, 2_000]), paid_at=NOW - timedelta(days=chance.randint(0, 3)), line=n,
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("number", [unnumbered, receipt_number], ids=["file", "counter"])
@pytest.mark.parametrize("seed", range(4))
def test_payments_at_once_leave_what_payments_one_by_one_leave(tenant: Any, seed: int, number: Any) -> None:
    chance = random.Random(seed)
    accounts(tenant, *CODES)
    for serial in range(1, 12):
        due = date(2026, 10, chance.randint(1, 20))
        bill(tenant, serial, chance.choice(CODES), chance.choice([100, 900, 1_500]), due=due)
    payments = some_payments(chance, 40)
    at = marks()
    told, rows = left_by(tenant, lambda frame: take_new(frame=frame, payments=payments, number=number), at)
    told_apart, apart = left_by(
        tenant, lambda frame: [take_new(frame=frame, payments=[one], number=number) for one in payments], at
    )
    assert rows == apart
    assert told == told_apart
    assert len(rows["Payment"]) == len(payments)
    with desk(tenant) as frame:
        take_new(frame=frame, payments=payments, number=number)
    add_up(tenant)


def test_two_hundred_payments_take_as_many_statements_as_four(tenant: Any) -> None:
    chance = random.Random(1)
    codes = [f"B{n:03d}" for n in range(220)]
    accounts(tenant, *codes)
    for serial, code in enumerate(codes, 1):
        bill(tenant, serial, code, 100)
    paid(tenant, codes[219], 500)  # the first money ever: types of books are made
    audited = AuditEntry.objects.count()
    counted = []
    for first, last in ((0, 4), (4, 204)):
        payments = [
            NewPayment("bank", f"t{n}", code, chance.choice([60, 100, 140]) if n > 3 else 140, NOW, line=n)
            for n, code in enumerate(codes[first:last], first)
        ]
        with desk(tenant) as frame:
            statements = Statements()
            with connection.execute_wrapper(statements):
                take_new(frame=frame, payments=payments)
            counted.append(statements.count)
    assert counted[1] <= counted[0] + 4 < 40  # events go in by the hundred
    assert AuditEntry.objects.count() == audited + 2
    add_up(tenant)
