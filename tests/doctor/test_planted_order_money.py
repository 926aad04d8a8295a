"""Money of orders under the doctor's eye: right it is found right, and each planted defect is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.orders.hall import CARDS, Hall, furnished, mobile

from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.ledger_sums import ledger_sums
from yidian.runs.doctor.month_equation import month_equation
from yidian.runs.doctor.numbers import numbers
from yidian.runs.doctor.order_money import order_money
from yidian.runs.doctor.receipts import receipts
from yidian.runs.doctor.visit import Visit

DEAR = ("13900770011", "13900770022")  # of level 7: a deposit of 200
LAWS = (receipts, order_money, ledger_sums, numbers, month_equation)
ONE, OTHER = "O202611-000001", "O202611-000002"


def visit(hall: Hall) -> Visit:
    return Visit(tenant=hall.tenant, home=hall.home, places=hall.world.places, now=hall.now)


@pytest.fixture
def hall(tenant: Any, tmp_path: Path) -> Hall:
    """An order that was paid and is complete, one that was paid and waits for the network, one cancelled."""
    hall = furnished(tenant, tmp_path / "home")
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    dear = [("new", mobile(n) | {"number": number}) for n, number in enumerate(DEAR)]
    hall.opened(hall.submitted(hall.cart(dear[0])))
    kept = hall.submitted(hall.cart(dear[1]))
    assert [hall.see(one).state for one in (ONE, kept)] == ["completed", "at_work"]
    gone = hall.submitted(hall.cart(("new", mobile(2) | {"number": "13900770033", "card": CARDS[3]})))
    hall.cancelled(gone)
    return hall


def test_money_that_is_right_is_found_right(hall: Hall) -> None:
    for law in LAWS:
        assert law(visit(hall)).violations == (), law(visit(hall))
    assert order_money(visit(hall)).checked == 2, "with which something is due, and which were begun"


PLANTED = [
    ("UPDATE payment_payment SET kept_minor = kept_minor - 1, credited_minor = 1 WHERE tenant_id = %s "
     "AND \"order\" = 'O202611-000002'", order_money, {"ORDER_MONEY_DIFFERS", "ORDER_PARTS_DIFFER"}),
    ("UPDATE payment_orderpart SET amount_minor = amount_minor + 1 WHERE tenant_id = %s AND state = 'kept'",
     order_money, {"ORDER_PARTS_DIFFER"}),
    ("UPDATE payment_orderpart SET amount_minor = amount_minor + 1 WHERE tenant_id = %s AND state = 'deposited'",
     order_money, {"ORDER_PARTS_DIFFER", "ORDER_DEPOSIT_DIFFERS"}),
    ("DELETE FROM payment_orderpart WHERE tenant_id = %s AND state = 'kept'", order_money, {"ORDER_PARTS_DIFFER"}),
    ("UPDATE product_order_productorder SET state = 'completed', ended_at = submitted_at WHERE tenant_id = %s "
     "AND number = 'O202611-000002'", order_money, {"ORDER_ENDED_WITH_MONEY"}),
    ("UPDATE product_order_productorder SET number = 'O202611-900000' WHERE tenant_id = %s "
     "AND number = 'O202611-000002'", order_money, {"ORDER_ENDED_WITH_MONEY", "ORDER_BEGUN_UNPAID"}),
    ("UPDATE payment_payment SET \"order\" = 'O202611-000009' WHERE tenant_id = %s AND \"order\" = 'O202611-000001'",
     order_money, {"ORDER_BEGUN_UNPAID"}),
    ("UPDATE product_order_productorder SET due = '{\"deposits\": [[1, \"A1\", 30000, 12]], \"advances\": []}' "
     "WHERE tenant_id = %s AND number = 'O202611-000001'", order_money, {"ORDER_BEGUN_UNPAID"}),
    ("UPDATE charging_deposit SET amount_minor = amount_minor + 1 WHERE tenant_id = %s", order_money,
     {"ORDER_DEPOSIT_DIFFERS"}),
    ("UPDATE charging_deposit SET amount_minor = amount_minor + 1 WHERE tenant_id = %s", ledger_sums,
     {"SUB_LEDGER_DIFFERS"}),
    ("UPDATE ledger_ledgeraccount SET balance_minor = balance_minor - 1 WHERE tenant_id = %s AND kind = 'order_money' "
     "AND owner = 'O202611-000002'", order_money, {"ORDER_MONEY_DIFFERS"}),
    ("UPDATE payment_refund SET amount_minor = amount_minor - 1 WHERE tenant_id = %s", order_money,
     {"ORDER_PARTS_DIFFER"}),
    ("UPDATE payment_refund SET payment_id = NULL WHERE tenant_id = %s", receipts, {"CASH_DIFFERS"}),
    ("UPDATE payment_payment SET channel = 'bank' WHERE tenant_id = %s AND \"order\" = 'O202611-000001'", receipts,
     {"CASH_DIFFERS"}),
    ("UPDATE payment_payment SET amount_minor = amount_minor + 1, kept_minor = kept_minor + 1 WHERE tenant_id = %s "
     "AND \"order\" = 'O202611-000002'", receipts, {"CASH_DIFFERS"}),
    ("UPDATE payment_refund SET number = 'F202611-000007' WHERE tenant_id = %s", numbers,
     {"NUMBER_MISSING", "NUMBER_NEVER_COUNTED"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "query", "codes"), PLANTED, ids=range(len(PLANTED)))
def test_a_planted_defect_is_found(hall: Hall, sql: str, query: Callable[[Visit], Finding], codes: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [hall.tenant.pk])
        assert cursor.rowcount == 1
    assert {one.code for one in query(visit(hall)).violations} == codes
