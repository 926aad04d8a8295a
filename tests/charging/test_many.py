"""Many at once are what one after the other are: books, postings, audit and events, in the same order."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.charging.shop import CASH, GIFT_COST, Shop, due
from tests.ledger.desk import ON, run

from yidian.domains.charging.models import Book, BookUse
from yidian.domains.charging.operations import UnableToCredit, credit, credit_many, deduct, deduct_many
from yidian.domains.charging.types import Credit, DueLine, Terms
from yidian.domains.ledger.models import LedgerAccount, LedgerPosting, LedgerTransaction
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

NAMES = ("A1", "A2", "A3")
# Accounts of the ledger are named by their key: which of them is made first is nobody's affair.
WRITTEN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Book, ()), (BookUse, ("book_id", "cycle", "used_minor")), (LedgerTransaction, ()), (AuditEntry, ()),
    (LedgerAccount, ("kind", "owner", "code", "side", "floor_minor", "balance_minor")),
    (LedgerPosting, ("id", "transaction_id", "account__kind", "account__owner", "account__code", "amount_minor")),
    (OutboxEvent, ()),
)  # fmt: skip
NUMBERED = ("charging_book", "charging_bookuse", "audit_auditentry", "outbox_outboxevent", "payment_payment",
            "ledger_transaction_numbers")  # fmt: skip
TERMS = (Terms(), Terms("S1"), Terms(expires_on=ON + timedelta(days=30)), Terms("S2", cycle_upper_minor=70))


class _Undone(Exception):
    """Ends a write so that nothing of it stays."""


def written(tenant: Tenant, *works: Callable[[Frame], Any]) -> list[Any]:
    """Of each write what it answers, tells the audit and leaves as rows; then it is as if it had not been."""
    found: list[Any] = []
    told = marks()
    for work in works:
        rewind(told)
        with pytest.raises(_Undone), run(tenant) as frame:  # noqa: PT012 - the write ends by it
            answer = work(frame)
            found.append((answer, list(frame._changes), [_rows(*kind) for kind in WRITTEN]))
            raise _Undone
    return found


def _rows(model: Any, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    names = columns or tuple(f.attname for f in model._meta.fields)
    return sorted(model.objects.values_list(*names), key=repr)


def marks() -> dict[str, int]:
    """Where the sequences of PostgreSQL stand: they do not go back with a write that is undone."""
    if connection.vendor != "postgresql":
        return {}
    found = {}
    with connection.cursor() as cursor:
        for name in NUMBERED:
            cursor.execute(f"SELECT nextval({_sequence(name)})")
            found[name] = int(cursor.fetchone()[0])
    return found


def rewind(told: dict[str, int]) -> None:
    """Numbers go on from the marks."""
    with connection.cursor() as cursor:
        for name, last in told.items():
            cursor.execute(f"SELECT setval({_sequence(name)}, %s)", [last])


def _sequence(name: str) -> str:
    return f"'{name}'" if name.endswith("_numbers") else f"pg_get_serial_sequence('{name}', 'id')"


def some_credits(chance: random.Random, count: int) -> list[Credit]:
    found = []
    for n in range(count):
        type_ = chance.choice(["general", "gift"])
        against = CASH if type_ == "general" else GIFT_COST
        terms = chance.choice(TERMS)
        refers = chance.choice(["", f"x/{n}"])
        found.append(Credit(chance.choice(NAMES), type_, chance.randint(1, 300), against, terms, refers, "2026-10"))
    return found


def one_by_one(frame: Frame, credits: list[Credit]) -> list[int]:
    return [
        credit(
            frame=frame, account=one.account, type=one.type, amount_minor=one.amount_minor, against=one.against, on=ON,
            subscriber=one.terms.subscriber, expires_on=one.terms.expires_on, refers=one.refers, cycle=one.cycle,
            cycle_upper_minor=one.terms.cycle_upper_minor, kind="payment",
        )
        for one in credits
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_credits_at_once_leave_what_credits_one_by_one_leave(tenant: Tenant, seed: int) -> None:
    shop, chance = Shop(tenant, NAMES), random.Random(seed)
    shop.pay_in("A1", 5)
    credits = some_credits(chance, 30)
    together, apart = written(
        tenant, lambda f: credit_many(frame=f, credits=credits, on=ON, kind="payment"), lambda f: one_by_one(f, credits)
    )
    assert together == apart
    assert len(set(together[0])) > len(NAMES)


@pytest.mark.parametrize("seed", range(5))
def test_deductions_at_once_leave_what_deductions_one_by_one_leave(tenant: Tenant, seed: int) -> None:
    shop, chance = Shop(tenant, NAMES), random.Random(seed)
    with run(tenant) as frame:
        credit_many(frame=frame, credits=some_credits(chance, 25), on=ON)
    dues: dict[str, list[DueLine]] = {
        name: [
            due(chance.randint(0, 200), ref=f"r{n}", subscriber=chance.choice(["S1", "S2"]),
                cycle=chance.choice(["2026-09", "2026-10"]))
            for n in range(chance.randint(0, 4))
        ]
        for name in NAMES
    }  # fmt: skip
    together, apart = written(
        tenant, lambda f: deduct_many(frame=f, dues=dues, on=ON, refers="r"),
        lambda f: {name: deduct(frame=f, account=name, due=dues[name], on=ON, refers="r") for name in NAMES},
    )  # fmt: skip
    assert together == apart
    with run(tenant) as frame:
        deduct_many(frame=frame, dues=dues, on=ON)
    shop.is_sound()


@pytest.mark.parametrize("wrong", [
    (Credit("A9", "general", 1, CASH), "CREDIT_ACCOUNT_UNKNOWN"), (Credit("A1", "general", 0, CASH), "CREDIT_NOTHING"),
    (Credit("A1", "none", 1, CASH), "BALANCE_TYPE_UNKNOWN"), (Credit("A1", "gift", 1, CASH), "CREDIT_MONEY_AS_GIFT"),
    (Credit("A1", "special", 1, CASH), "BALANCE_TYPE_NO_ITEMS"),
], ids=lambda wrong: str(wrong[1]))  # fmt: skip
def test_one_wrong_credit_among_many_refuses_all_with_its_own_reason(tenant: Tenant, wrong: tuple[Credit, str]) -> None:
    shop = Shop(tenant)
    last = Credit("A1", "nothing", -1, CASH)  # the first that is wrong is told, not this one
    with pytest.raises(UnableToCredit) as error, run(tenant) as frame:
        credit_many(frame=frame, credits=[Credit("A1", "general", 7, CASH), wrong[0], last], on=ON)
    assert error.value.code == wrong[1]
    assert shop.books("A1") == {}
    shop.is_sound()


def test_a_hundred_credits_take_as_many_statements_as_two(tenant: Tenant) -> None:
    Shop(tenant, [f"B{n}" for n in range(110)])
    counted = []
    for first, last in ((0, 2), (2, 102)):
        credits = [Credit(f"B{n}", "general", 1, CASH) for n in range(first, last)]
        with run(tenant) as frame:
            statements = Statements()
            with connection.execute_wrapper(statements):
                credit_many(frame=frame, credits=credits, on=ON)
                deduct_many(frame=frame, dues={f"B{n}": [due(1)] for n in range(first, last)}, on=ON)
            counted.append(statements.count)
    assert counted[1] <= counted[0] + 2  # events go in by the hundred


class Statements:
    """Counts what is said to the database."""

    count = 0

    def __call__(self, execute: Any, *said: Any) -> Any:
        self.count += 1
        return execute(*said)


def test_every_change_of_a_book_is_told_to_others(tenant: Tenant) -> None:
    shop = Shop(tenant)
    shop.pay_in("A1", 500)
    shop.give("A1", 40, expires_on=ON + timedelta(days=3))
    shop.deduct("A1", due(60))
    told = OutboxEvent.objects.filter(event="balance.changed", aggregate="account/A1").order_by("id")
    said = [(one.payload["type"], one.payload["kind"], one.payload["amount_minor"], one.payload["balance_minor"])
            for one in told]  # fmt: skip
    assert said == [("general", "credit", 500, 500), ("gift", "credit", 40, 40), ("general", "deduction", -20, 480),
                    ("gift", "deduction", -40, 0)]  # fmt: skip
    shop.give("A2", 30, expires_on=ON + timedelta(days=1))
    shop.pay_in("A2", 9, expires_on=ON + timedelta(days=1))
    from yidian.domains.charging import operations

    shop.run(operations.expire_books, on=ON + timedelta(days=2))
    said = [
        (one.payload["kind"], one.payload["amount_minor"], one.payload["balance_minor"])
        for one in OutboxEvent.objects.filter(event="balance.changed", aggregate="account/A2").order_by("id")
    ]
    assert said[2:] == [("lapse", -30, 0), ("carry_over", -9, 0), ("carry_over", 9, 9)]
    for name in ("A1", "A2"):
        for book in Book.objects.filter(account__code=name):
            events = OutboxEvent.objects.filter(event="balance.changed", payload__book=book.pk).order_by("id")
            assert [one.payload["balance_minor"] for one in events][-1] == book.balance_minor
            assert sum(one.payload["amount_minor"] for one in events) == book.balance_minor
    shop.is_sound()
