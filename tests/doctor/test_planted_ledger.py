"""The laws of the ledger are broken past every door, and the doctor tells which one and how."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from django_scopes import scopes_disabled
from tests.charging.shop import CASH, Shop, due
from tests.ledger.desk import NOW, ON

from yidian.domains.charging import operations
from yidian.domains.ledger.queries import GUARDS
from yidian.platform.tenancy.models import Tenant
from yidian.runs.doctor.balances import balances
from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.ledger_sums import ledger_sums
from yidian.runs.doctor.visit import Visit

LAST = "(SELECT max(id) FROM ledger_ledgerposting)"
OF_A_BOOK = "(SELECT min(id) FROM ledger_ledgeraccount WHERE kind = 'book')"


class Ward(Shop):
    """A shop with some history, whose database has lost its triggers and checks."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self.pay_in("A1", 10_000)
        self.give("A1", 500)
        self.bill("A1", due(3_000))
        self.deduct("A1", due(3_000))
        taken = {"account": "A2", "amount_minor": 600, "months": 3, "first_on": ON, "on": ON}
        self.do(operations.take_deposit, against=CASH, **taken)

    def sql(self, *statements: str) -> None:
        with scopes_disabled(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            else:
                cursor.execute("PRAGMA ignore_check_constraints = ON")
            for statement in (*_opened(), *statements):
                cursor.execute(statement)
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # postings come before their transaction
            else:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")

    def asked(self) -> dict[str, Finding]:
        on = Visit(tenant=self.tenant, home=Path(), places=cast(Any, SimpleNamespace()), now=NOW)
        return {finding.query: finding for finding in (ledger_sums(on), balances(on))}

    def broken(self) -> set[str]:
        """Codes of every violation, those of the lost triggers left out."""
        codes = {remark.code for finding in self.asked().values() for remark in finding.violations}
        return codes - {"LEDGER_GUARD_MISSING"}


def _opened() -> list[str]:
    if connection.vendor != "postgresql":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in sorted(GUARDS)]
    tables = {"ledger_ledgertransaction": (), "ledger_ledgerposting": (),
              "ledger_ledgeraccount": ("ledger_balance_above_floor",),
              "charging_book": ("book_reserved_within",)}  # fmt: skip
    opened = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
    return opened + [
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}" for table, names in tables.items() for name in names
    ]


@pytest.fixture
def ward(tenant: Tenant) -> Ward:
    return Ward(tenant)


def test_a_sound_ledger_is_told_to_be_sound(ward: Ward) -> None:
    found = ward.asked()
    assert [finding.violations for finding in found.values()] == [(), ()]
    assert found["LEDGER_SUMS"].checked == 5
    assert found["BALANCES"].checked == 4 + 2, "one receivable, two books, one deposit; and the books' reserves"


def test_lost_triggers_are_told_by_name(ward: Ward) -> None:
    ward.sql()
    told = [remark.params["guard"] for remark in ward.asked()["LEDGER_SUMS"].violations]
    assert told == sorted(GUARDS)
    assert ward.broken() == set()


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        (f"DELETE FROM ledger_ledgerposting WHERE id = {LAST}",
         {"TRANSACTION_UNBALANCED", "LEDGER_NOT_ZERO", "POSTING_ASTRAY", "BALANCE_DIFFERS"}),
        (f"UPDATE ledger_ledgerposting SET amount_minor = amount_minor + 1 WHERE id = {LAST}",
         {"TRANSACTION_UNBALANCED", "LEDGER_NOT_ZERO", "BALANCE_DIFFERS"}),
        (f"UPDATE ledger_ledgerposting SET currency = 'USD' WHERE id = {LAST}",
         {"TRANSACTION_UNBALANCED", "LEDGER_NOT_ZERO", "POSTING_ASTRAY"}),
        ("UPDATE ledger_ledgerposting SET currency = 'USD'", {"POSTING_ASTRAY"}),
        (f"UPDATE ledger_ledgeraccount SET balance_minor = balance_minor - 1 WHERE id = {OF_A_BOOK}",
         {"BALANCE_DIFFERS", "SUB_LEDGER_DIFFERS"}),
        (f"UPDATE ledger_ledgeraccount SET balance_minor = 7 WHERE id = {OF_A_BOOK}",
         {"BALANCE_DIFFERS", "SUB_LEDGER_DIFFERS", "BALANCE_BELOW_FLOOR"}),
        ("UPDATE charging_book SET balance_minor = balance_minor + 1", {"SUB_LEDGER_DIFFERS"}),
        ("UPDATE charging_book SET reserved_minor = balance_minor + 1", {"BOOK_RESERVE"}),
        ("UPDATE charging_book SET reserved_minor = -1", {"BOOK_RESERVE"}),
        ("UPDATE charging_deposit SET returned_minor = 1", {"SUB_LEDGER_DIFFERS"}),
    ],
)  # fmt: skip
def test_a_defect_is_found_and_named(ward: Ward, statement: str, codes: set[str]) -> None:
    ward.sql(statement)
    assert ward.broken() == codes


def test_principal_that_lapsed_is_told(ward: Ward) -> None:
    """Both the ledger and the books agree: only whose money it was tells that it may not go."""
    ward.sql("UPDATE charging_balancetype SET principal = (code = 'gift'), refundable = (1 = 0)")
    ward.do(operations.close_books, account="A1", to=CASH, on=ON)
    ward.sql("UPDATE charging_balancetype SET principal = (code <> 'gift')")
    assert ward.broken() == {"PRINCIPAL_LAPSED"}
