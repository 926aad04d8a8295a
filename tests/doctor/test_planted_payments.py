"""Money in under the doctor's eye: books that are right are found right, and each planted defect is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.payment.counter import NOW, STAFF, accounts, bill, key, paid

from yidian.domains.payment.operations import refund
from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.receipts import receipts
from yidian.runs.doctor.receivables import receivables
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Places


def visit(tenant: Any) -> Visit:
    here = Path()
    return Visit(tenant=tenant, home=here, places=Places(lake=here, work=here), now=NOW)


def counter_day(tenant: Any) -> None:
    accounts(tenant, "A1", "A2")
    bill(tenant, 1, "A1", 10_000)
    bill(tenant, 2, "A2", 500)
    paid(tenant, "A1", 12_000)
    paid(tenant, "A2", 300)
    refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=1_000)


def test_books_that_are_right_are_found_right(tenant: Any) -> None:
    counter_day(tenant)
    for query in (receipts, receivables):
        finding = query(visit(tenant))
        assert finding.ok, finding
        assert finding.checked == 2


PLANTED = [
    ("UPDATE payment_payment SET cleared_minor = cleared_minor + 1, amount_minor = amount_minor + 1 WHERE "
     "tenant_id = %s AND account = 'A1'", receipts, {"CLEARED_DIFFERS", "CASH_DIFFERS"}),
    ("UPDATE payment_payment SET cleared_minor = cleared_minor - 1, credited_minor = credited_minor + 1 "
     "WHERE tenant_id = %s AND account = 'A2'", receipts, {"CLEARED_DIFFERS"}),
    ("UPDATE payment_receivable SET cleared_minor = cleared_minor - 1 WHERE tenant_id = %s AND account = 'A2'",
     receivables, {"RECEIVABLE_CONTROL_DIFFERS"}),
    ("UPDATE payment_receivable SET cleared_minor = cleared_minor - 1 WHERE tenant_id = %s AND account = 'A2'",
     receipts, {"CLEARED_DIFFERS"}),
    ("DELETE FROM payment_allocation WHERE tenant_id = %s AND amount_minor = 300", receipts, {"CLEARED_DIFFERS"}),
    ("UPDATE payment_refund SET amount_minor = amount_minor - 1 WHERE tenant_id = %s", receipts, {"CASH_DIFFERS"}),
    ("UPDATE payment_payment SET channel = 'bank' WHERE tenant_id = %s AND account = 'A2'", receipts, {"CASH_DIFFERS"}),
    ("UPDATE payment_payment SET state = 'suspended', suspense_minor = amount_minor, cleared_minor = 0 "
     "WHERE tenant_id = %s AND account = 'A2'", receipts, {"SUSPENSE_DIFFERS", "CLEARED_DIFFERS"}),
    ("UPDATE ledger_ledgeraccount SET balance_minor = balance_minor + 1 WHERE tenant_id = %s AND kind = 'receivable' "
     "AND owner = 'A1'", receivables, {"RECEIVABLE_CONTROL_DIFFERS"}),
    ("UPDATE payment_receivable SET account = 'A1' WHERE tenant_id = %s AND account = 'A2'", receivables,
     {"RECEIVABLE_CONTROL_DIFFERS"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "query", "codes"), PLANTED, ids=range(len(PLANTED)))
def test_a_planted_defect_is_found(tenant: Any, sql: str, query: Callable[[Visit], Finding], codes: set[str]) -> None:
    counter_day(tenant)
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant.pk])
        assert cursor.rowcount == 1
    assert {one.code for one in query(visit(tenant)).violations} == codes
