"""Transactions as columns: the same rows as one by one, and what is none of them is refused all the same."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django_scopes import scope
from tests.ledger.desk import ON, receivable, run, write

from yidian.domains.ledger import bulk, operations, queries
from yidian.domains.ledger.bulk import UnableToPost
from yidian.domains.ledger.models import LedgerAccount, LedgerPosting, LedgerTransaction
from yidian.domains.ledger.types import AccountKey, Entry, Leg, Lot
from yidian.platform.tenancy.models import Tenant

OTHERS = [AccountKey("revenue", code="voice"), AccountKey("revenue", code="data"), AccountKey("tax", code="basic")]
SIZES = (1, 49, 50, 51, 549, 551)  # around the blocks in which rows are written


def some_entries(draw: random.Random, count: int) -> list[Entry]:
    found = []
    for n in range(count):
        amounts = [draw.choice([-1, 1]) * draw.randrange(1, 1 << draw.choice([4, 20, 60])) for _ in
                   range(draw.randrange(1, 4))]  # fmt: skip
        legs = [Leg(draw.choice([*OTHERS, receivable(f"A{draw.randrange(40)}")]), amount) for amount in amounts]
        rest = -sum(amounts)
        legs += [Leg(receivable(f"A{draw.randrange(40)}"), rest)] if rest else [
            Leg(receivable("A1"), 3), Leg(receivable("A1"), -3)
        ]  # fmt: skip
        found.append(Entry("bill", tuple(legs), f"bill/{n}", ON, "2026-10"))
    return found


def as_lot(entries: list[Entry]) -> Lot:
    legs = [leg for entry in entries for leg in entry.legs]
    return Lot(
        kind="bill", on=ON, cycle="2026-10", refers=[entry.refers for entry in entries],
        legs=[len(entry.legs) for entry in entries], accounts=[leg.account for leg in legs],
        amounts_minor=[leg.amount_minor for leg in legs],
    )  # fmt: skip


def rows(tenant: Tenant) -> tuple[list[Any], list[Any], list[Any]]:
    """All that stands in a tenant's ledger, by natural keys."""
    with scope(tenant=tenant):
        accounts = LedgerAccount.objects.order_by("kind", "owner", "code")
        heads = LedgerTransaction.objects.order_by("id")
        legs = LedgerPosting.objects.order_by("id")
        return (
            list(accounts.values_list("kind", "owner", "code", "currency", "side", "floor_minor", "balance_minor")),
            list(heads.values_list("kind", "refers", "business_date", "cycle", "posted_at", "reverses", "reason")),
            list(legs.values_list("transaction__refers", "account__kind", "account__owner", "account__code",
                                  "amount_minor", "currency")),
        )  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_columns_are_booked_like_entries_and_entries_like_one_after_the_other(tenant: Tenant, size: int) -> None:
    draw = random.Random(size)
    second, third = (Tenant.objects.create(code=code, currency="CNY", zone="Asia/Shanghai") for code in "xy")
    for _ in range(2):  # the second time most accounts are there
        entries = some_entries(draw, size)
        for entry in entries:
            if size < 100:
                told = {"kind": entry.kind, "legs": entry.legs, "refers": entry.refers, "on": ON, "cycle": entry.cycle}
                write(tenant, lambda frame, told=told: operations.post(frame=frame, **told))
        with run(second) as frame:
            bulk.post_many(frame=frame, entries=entries)
        lot = as_lot(entries)
        wanted = draw.sample(sorted(set(lot.accounts)), k=len(set(lot.accounts)) // 2)
        known = bulk.known_accounts(tenant=third, keys=wanted)
        with run(third) as frame:
            ids = bulk.post_lot(frame=frame, lot=lot, known=known)
        assert len(ids) == size
        assert rows(third) == rows(second)
        assert size >= 100 or rows(second) == rows(tenant)
        assert queries.rebuild_differences(tenant=third) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([Leg(receivable("A1"), 5)], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 0), Leg(receivable("A2"), 0)], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 1 << 62), Leg(receivable("A2"), -(1 << 62))], "LEDGER_LEGS"),
        ([Leg(receivable("A1"), 5), Leg(receivable("A2"), -4)], "LEDGER_UNBALANCED"),
        ([Leg(AccountKey("pocket"), 5), Leg(receivable("A1"), -5)], "LEDGER_KIND_UNKNOWN"),
        ([Leg(receivable("A1"), 1), Leg(receivable("A2"), -1)] * 600, "LEDGER_LEGS"),
    ],
)
def test_one_wrong_transaction_among_columns_stops_all_of_them(tenant: Tenant, wrong: list[Leg], code: str) -> None:
    entries = some_entries(random.Random(7), 5)
    entries.insert(3, replace(entries[0], legs=tuple(wrong), refers="bill/wrong"))
    with pytest.raises(UnableToPost) as told, run(tenant) as frame:
        bulk.post_lot(frame=frame, lot=as_lot(entries), known={})
    assert (told.value.code, told.value.params["refers"]) == (code, "bill/wrong")
    assert rows(tenant) == ([], [], [])


def test_sums_that_make_up_for_each_other_are_two_wrong_transactions(tenant: Tenant) -> None:
    legs = (Leg(receivable("A1"), 5), Leg(OTHERS[0], -4)), (Leg(receivable("A1"), 5), Leg(OTHERS[0], -6))
    entries = [Entry("bill", pair, f"bill/{n}", ON) for n, pair in enumerate(legs)]
    with pytest.raises(UnableToPost, match="LEDGER_UNBALANCED"), run(tenant) as frame:
        bulk.post_lot(frame=frame, lot=as_lot(entries), known={})


def test_columns_of_different_lengths_are_nothing(tenant: Tenant) -> None:
    lot = as_lot(some_entries(random.Random(1), 3))
    with pytest.raises(ValueError, match="legs"), run(tenant) as frame:
        bulk.post_lot(frame=frame, lot=replace(lot, accounts=lot.accounts[1:]), known={})
    with run(tenant) as frame:
        assert bulk.post_lot(frame=frame, lot=as_lot([]), known={}) == []
