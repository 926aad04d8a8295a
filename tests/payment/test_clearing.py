"""Balance books pay what is owed: in the operator's order, restricted books their own items only, once."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, owing, paid, principal

from yidian.domains.charging.operations import credit, define_type
from yidian.domains.charging.queries import books
from yidian.domains.charging.types import BalanceType
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment.models import Allocation
from yidian.domains.payment.operations import clear_from_books
from yidian.domains.payment.types import DueItem
from yidian.kernel.ledger.clearing import Open, clear
from yidian.platform.writing.operations import chunk


def frame_of(tenant: Any, subject: str) -> Any:
    return chunk(tenant=tenant, actor=STAFF, operation="test", now=NOW, digest="", count=1, subject=subject)


def gift(tenant: Any, account: str, type_: str, amount: int) -> None:
    with frame_of(tenant, "gift") as frame:
        credit(
            frame=frame, account=account, type=type_, amount_minor=amount, against=AccountKey("gift_cost"),
            on=NOW.date(),
        )  # fmt: skip


def test_a_book_for_data_pays_the_data_on_the_bill_and_nothing_else(tenant: Any) -> None:
    accounts(tenant, "A1")
    with frame_of(tenant, "type") as frame:
        define_type(frame=frame, type=BalanceType("data_gift", 150, ("data",), may_pay_arrears=True))
    receivable = bill(tenant, 1, "A1", 1_000)
    gift(tenant, "A1", "data_gift", 900)
    paid(tenant, "A1", 50, named=[receivable])
    items = {receivable: [DueItem("voice", "S1", 400), DueItem("data", "S1", 700), DueItem("discount", "", -100)]}
    with frame_of(tenant, "clear") as frame:
        assert clear_from_books(frame=frame, account="A1", items=items) == 700
    with frame_of(tenant, "clear again") as frame:
        assert clear_from_books(frame=frame, account="A1", items=items) == 0
    assert owing(tenant, "A1") == [250]
    assert {book.type: book.balance_minor for book in books(tenant=tenant, account="A1")} == {"data_gift": 200}
    assert [(row.item, row.amount_minor) for row in Allocation.objects.filter(source="book")] == [("data", 700)]
    add_up(tenant)


def test_without_items_a_restricted_book_pays_nothing_and_the_general_one_all(tenant: Any) -> None:
    accounts(tenant, "A1")
    with frame_of(tenant, "type") as frame:
        define_type(frame=frame, type=BalanceType("data_gift", 150, ("data",), may_pay_arrears=True))
    paid(tenant, "A1", 600)
    gift(tenant, "A1", "data_gift", 900)
    bill(tenant, 1, "A1", 1_000)
    with frame_of(tenant, "clear") as frame:
        assert clear_from_books(frame=frame, account="A1") == 600
    assert (owing(tenant, "A1"), principal(tenant, "A1")) == ([400], 0)
    add_up(tenant)


def test_the_parts_and_the_rest_are_the_amount_and_no_receivable_is_overpaid() -> None:
    chance = random.Random(3)
    for _ in range(500):
        owed = [
            Open(n, date(2026, 10, 1) + timedelta(days=chance.randint(0, 3)), chance.randint(1, 50))
            for n in chance.sample(range(20), chance.randint(0, 6))
        ]
        named = chance.sample([one.id for one in owed], chance.randint(0, len(owed))) if chance.random() < 0.5 else []
        amount = chance.randint(0, 200)
        parts, rest = clear(amount_minor=amount, owed=owed, named=named)
        assert sum(part.amount_minor for part in parts) + rest == amount
        left = {one.id: one.open_minor for one in owed}
        for part in parts:
            left[part.id] -= part.amount_minor
            assert part.amount_minor > 0
            assert left[part.id] >= 0
        asked = named or [one.id for one in sorted(owed, key=lambda one: (one.due_on, one.id))]
        assert [part.id for part in parts] == asked[: len(parts)]
        assert rest == 0 or all(left[id_] == 0 for id_ in asked)
