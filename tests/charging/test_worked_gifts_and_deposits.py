"""Every row of docs/numbers/gifts-and-deposits.md, done with the books of an account."""

from __future__ import annotations

from datetime import date

import pytest
from tests.charging.shop import CASH, Shop, due
from tests.ledger.desk import ON
from tests.numbers.pages import FOLDER, read_page

from yidian.domains.charging import operations, queries
from yidian.domains.charging.types import BalanceType
from yidian.kernel.money import currency, format_minor, parse_minor
from yidian.platform.tenancy.models import Tenant

YUAN = currency("CNY")
DEPOSITS, GIFTS = (
    [row for _, row in table.rows]
    for section in read_page(FOLDER / "gifts-and-deposits.md")
    for table in section.tables
)


def fen(text: str) -> int:
    return parse_minor(text, YUAN)


def told(amount: int) -> str:
    return format_minor(amount, YUAN)


@pytest.fixture
def shop(tenant: Tenant) -> Shop:
    return Shop(tenant)


@pytest.mark.parametrize("row", DEPOSITS, ids=lambda row: row["case"])
def test_a_deposit_comes_back_as_its_row_says(shop: Shop, row: dict[str, str]) -> None:
    shop.do(
        operations.take_deposit, account="A1", amount_minor=fen(row["deposit"]), months=int(row["months"]),
        first_on=date.fromisoformat(row["first"]), against=CASH, on=ON,
    )  # fmt: skip
    done = shop.run(operations.return_deposits, on=date.fromisoformat(row["until"]))
    (deposit,) = queries.deposits(tenant=shop.tenant, account="A1")
    books = queries.books(tenant=shop.tenant, account="A1")
    parts = [
        line.amount_minor for book in books for line in queries.changes(tenant=shop.tenant, account="A1", book=book)
    ]
    found = {
        "returned": str(deposit.returned),
        "part": told(parts[-1]) if parts else "–",
        "account": told(shop.books("A1").get("general", 0)),
        "held": told(queries.deposits_held(tenant=shop.tenant, account="A1")),
    }
    assert found == {name: row[name] for name in found}
    assert (done.returns, done.amount_minor) == (deposit.returned, fen(row["account"]))


@pytest.mark.parametrize("row", GIFTS, ids=lambda row: row["case"])
def test_a_gift_pays_as_its_row_says(shop: Shop, row: dict[str, str]) -> None:
    on, items = date.fromisoformat(row["on"]), tuple(row["items"].split())
    shop.do(operations.define_type, type=BalanceType("trial", priority=50, items=items))
    limit = None if row["limit"] == "–" else fen(row["limit"])
    expires = date.fromisoformat(row["expires"])
    shop.give("A1", fen(row["gift"]), type="trial", expires_on=expires, cycle_upper_minor=limit)
    dues = [entry.split() for entry in row["due"].split(";")]
    paid = shop.deduct("A1", *(due(fen(amount), item=item, ref=item, cycle="2026-11") for item, amount in dues), on=on)
    shop.run(operations.expire_books, on=on)
    assert "; ".join(f"{part.item} {told(part.amount_minor)}" for part in paid) == row["paid"].strip("–")
    assert told(shop.books("A1").get("trial", 0)) == row["left"]


def test_the_facts_have_their_rows() -> None:
    assert len(DEPOSITS) >= 8
    assert {row["case"].split()[0] for row in GIFTS} == {"TF-04", "TF-05"}
