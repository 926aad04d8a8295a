"""Transactions are booked whole, stay for ever, and are undone once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scopes_disabled
from tests.ledger.desk import NOW, ON, bill, paid, receivable, run, write

from yidian.domains.ledger import bulk, operations, queries
from yidian.domains.ledger.bulk import UnableToPost
from yidian.domains.ledger.operations import UnableToReverse
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.platform.tenancy.models import Tenant


def book(tenant: Tenant, legs: list[Leg], kind: str = "bill", cycle: str = "2026-10") -> int:
    return write(
        tenant, lambda frame: operations.post(frame=frame, kind=kind, legs=legs, refers="bill/1", on=ON, cycle=cycle)
    )  # type: ignore[no-any-return]


@contextmanager
def past_the_doors() -> Iterator[Any]:
    with scopes_disabled(), connection.cursor() as cursor:
        yield cursor


def refused(statement: str, *params: object) -> str:
    """What the database says to a statement that it must refuse."""
    with pytest.raises(IntegrityError) as error, transaction.atomic(), past_the_doors() as cursor:
        cursor.execute(statement, params)
    return str(error.value)


def test_a_bill_is_owed_and_earned_and_its_payment_clears_it(tenant: Tenant) -> None:
    book(tenant, bill("A1", 10_000, 900))
    assert queries.balance(tenant=tenant, key=receivable("A1")) == 10_900
    assert queries.balance(tenant=tenant, key=AccountKey("revenue", code="voice")) == -10_000
    book(tenant, paid("A1", 10_900), kind="payment")
    assert queries.balance(tenant=tenant, key=receivable("A1")) == 0
    assert queries.balances(tenant=tenant, kind="cash") == {AccountKey("cash", code="counter"): 10_900}
    assert queries.rebuild_differences(tenant=tenant) == []


def test_an_account_nobody_posted_to_is_zero(tenant: Tenant) -> None:
    assert queries.balance(tenant=tenant, key=receivable("nobody")) == 0
    assert queries.balance(tenant=tenant, key=AccountKey("cash", code="nowhere")) == 0
    assert queries.balances(tenant=tenant, kind="receivable", owners=["nobody"]) == {}


@pytest.mark.parametrize(
    ("legs", "code"),
    [
        ([], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 5)], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 0), Leg(receivable("A2"), 0)], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 1 << 62), Leg(receivable("A2"), -(1 << 62))], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 5), Leg(AccountKey("rounding"), -4)], "LEDGER_UNBALANCED"),
        ([Leg(AccountKey("pocket"), 5), Leg(receivable("A1"), -5)], "LEDGER_KIND_UNKNOWN"),
        ([Leg(receivable("A1"), 1)] * 600 + [Leg(AccountKey("rounding"), -1)] * 600, "LEDGER_LEGS"),
    ],
)
def test_what_is_no_transaction_is_refused_before_anything_is_written(
    tenant: Tenant, legs: list[Leg], code: str
) -> None:
    with pytest.raises(UnableToPost) as error:
        book(tenant, legs)
    assert error.value.code == code
    assert queries.trial_balance(tenant=tenant) == []


def test_the_database_itself_refuses_a_half_transaction(tenant: Tenant) -> None:
    first = book(tenant, bill("A1", 100))
    (account,) = bulk.known_accounts(tenant=tenant, keys={receivable("A1")}).values()
    posting = (
        "INSERT INTO ledger_ledgerposting (tenant_id, id, transaction_id, account_id, amount_minor, currency)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )
    header = (
        "INSERT INTO ledger_ledgertransaction (tenant_id, id, kind, refers, business_date, cycle, posted_at, reason)"
        " VALUES (%s, %s, 'x', '', '2026-11-01', '', '2026-11-01 00:00:00+00:00', '')"
    )
    assert "LEDGER_UNBALANCED" in refused(header, tenant.pk, first + 1)  # no legs at all
    for legs in (
        [(7, "CNY")], [(7, "CNY"), (-6, "CNY")], [(7, "CNY"), (-7, "USD")],
        [(7, "CNY"), (-7, "CNY"), (1, "USD"), (-2, "USD")],
    ):  # fmt: skip
        with transaction.atomic(), past_the_doors() as cursor:
            for n, (amount, currency) in enumerate(legs):
                cursor.execute(posting, [tenant.pk, (first + 1) << 10 | n, first + 1, account, amount, currency])
            assert "LEDGER_UNBALANCED" in refused(header, tenant.pk, first + 1)
            transaction.set_rollback(True)
    late = [tenant.pk, first << 10 | 9, first, account, 5, "CNY"]
    assert "LEDGER_SEALED" in refused(posting, *late)  # under a transaction that is booked
    stray = [tenant.pk, (first + 7) << 10, first + 1, account, 5, "CNY"]
    assert "LEDGER_SEALED" in refused(posting, *stray)  # a leg outside its transaction's range


@pytest.mark.parametrize("table", ["ledger_ledgertransaction", "ledger_ledgerposting"])
@pytest.mark.parametrize("act", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_what_is_booked_is_never_changed_or_deleted(tenant: Tenant, table: str, act: str) -> None:
    book(tenant, bill("A1", 100))
    assert "LEDGER_SEALED" in refused(act.format(table))


def test_a_book_cannot_fall_below_its_floor(tenant: Tenant) -> None:
    purse = AccountKey("book", "A1", "general/1")
    book(tenant, [Leg(AccountKey("cash", code="counter"), 50), Leg(purse, -50)], kind="credit")
    with pytest.raises(IntegrityError, match="ledger_balance_above_floor"):
        book(tenant, [Leg(purse, 51), Leg(receivable("A1"), -51)], kind="deduction")
    book(tenant, [Leg(purse, 50), Leg(receivable("A1"), -50)], kind="deduction")
    assert queries.balance(tenant=tenant, key=purse) == 0


def test_a_transaction_is_reversed_once_and_its_reversal_never(tenant: Tenant) -> None:
    first = book(tenant, bill("A1", 100))
    undo = lambda frame: operations.reverse(frame=frame, transaction=first, reason="wrong account", on=ON)  # noqa: E731
    second = write(tenant, undo)
    assert queries.balance(tenant=tenant, key=receivable("A1")) == 0
    told = queries.legs_of(tenant=tenant, transaction=second)
    assert told is not None
    assert (told.reverses, told.cycle, told.kind) == (first, "2026-10", "bill")
    with pytest.raises(UnableToReverse, match="TRANSACTION_REVERSED"):
        write(tenant, undo)
    with pytest.raises(UnableToReverse, match="REVERSAL_OF_REVERSAL"):
        write(tenant, lambda frame: operations.reverse(frame=frame, transaction=second, reason="", on=ON))
    with pytest.raises(UnableToReverse, match="TRANSACTION_NOT_FOUND"):
        write(tenant, lambda frame: operations.reverse(frame=frame, transaction=999_999, reason="", on=ON))


def test_another_tenants_transaction_is_not_found(tenant: Tenant) -> None:
    first = book(tenant, bill("A1", 100))
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    assert queries.legs_of(tenant=other, transaction=first) is None
    assert queries.balance(tenant=other, key=receivable("A1")) == 0
    with pytest.raises(UnableToReverse, match="TRANSACTION_NOT_FOUND"):
        write(other, lambda frame: operations.reverse(frame=frame, transaction=first, reason="", on=ON))


def test_thousands_at_once_sum_like_one_by_one(tenant: Tenant) -> None:
    entries = [Entry("bill", bill(f"A{n % 300}", n, n % 7), f"bill/{n}", ON, "2026-10") for n in range(1, 2_001)]
    with run(tenant) as frame:
        ids = bulk.post_many(frame=frame, entries=entries)
    assert len(set(ids)) == 2_000
    owed = queries.balances(tenant=tenant, kind="receivable")
    assert len(owed) == 300
    assert sum(owed.values()) == sum(n + n % 7 for n in range(1, 2_001))
    assert owed[receivable("A7")] == sum(n + n % 7 for n in range(1, 2_001) if n % 300 == 7)
    assert queries.rebuild_differences(tenant=tenant) == []
    assert bulk.post_many(frame=frame, entries=[]) == []


def test_the_trial_balance_of_a_cycle_and_of_all(tenant: Tenant) -> None:
    book(tenant, bill("A1", 100, 9))
    book(tenant, bill("A2", 50), cycle="2026-11")
    book(tenant, paid("A1", 40), cycle="2026-11")
    lines = {(line.kind, line.code): (line.debit_minor, line.credit_minor) for line in
             queries.trial_balance(tenant=tenant)}  # fmt: skip
    assert lines == {
        ("receivable", ""): (159, 40), ("revenue", "voice"): (0, 150), ("tax", "basic"): (0, 9),
        ("cash", "counter"): (40, 0),
    }  # fmt: skip
    of_october = queries.trial_balance(tenant=tenant, cycle="2026-10")
    assert sum(line.balance_minor for line in of_october) == 0
    assert [(line.kind, line.balance_minor) for line in of_october] == [
        ("receivable", 109), ("revenue", -100), ("tax", -9),
    ]  # fmt: skip


@pytest.mark.parametrize("other", [AccountKey("book", "A1", "general/1"), AccountKey("deposit", "A1", "1")])
def test_what_moved_a_book_is_not_reversed_here_but_undone_by_charging(tenant: Tenant, other: AccountKey) -> None:
    first = book(tenant, [Leg(AccountKey("cash", code="counter"), 40), Leg(other, -40)], kind="credit")
    with pytest.raises(operations.UnableToReverse) as error:
        write(tenant, lambda f: operations.reverse(frame=f, transaction=first, reason="wrong", on=ON))
    assert error.value.code == "TRANSACTION_OF_BOOK"
    assert queries.balance(tenant=tenant, key=other) == -40


def test_a_statement_tells_each_line_with_the_balance_around_it(tenant: Tenant) -> None:
    first = book(tenant, bill("A1", 100))
    second = book(tenant, paid("A1", 40), kind="payment", cycle="")
    third = write(tenant, lambda f: operations.reverse(frame=f, transaction=second, reason="bounced", on=ON))
    lines = list(queries.statement(tenant=tenant, key=receivable("A1")))
    assert [(line.transaction, line.amount_minor, line.before_minor, line.after_minor) for line in lines] == [
        (first, 100, 0, 100), (second, -40, 100, 60), (third, 40, 60, 100),
    ]  # fmt: skip
    assert [line.reverses for line in lines] == [None, None, second]
    assert lines[0].posted_at == NOW
    assert lines[0].on == ON
