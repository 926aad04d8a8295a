"""A file of gifts is taken whole, once, or refused with every fault in its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.charging.shop import Shop
from tests.ledger.desk import NOW, ON, ZHANG

from yidian.domains.charging import operations, queries
from yidian.domains.charging.types import GiftReport
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant

HEAD = "target_kind,target,type,amount_fen,level,cycle_upper_fen,cycle_lower_fen,effective,expires\n"
GOOD = (
    "account,A1,gift,3000,account,500,0,2026-11-01,2027-05-01\n"
    "account,A1,gift,100,,-1,0,,\n"
    "account,A2,compensation,250,,,,,\n"
)


@pytest.fixture
def shop(tenant: Tenant) -> Shop:
    return Shop(tenant)


def take(shop: Shop, path: Path) -> GiftReport:
    return operations.import_gifts(tenant=shop.tenant, actor=ZHANG, path=path, now=NOW, on=ON)


def test_gifts_reach_their_books_with_their_terms(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "gifts.csv"
    path.write_text(HEAD + GOOD)
    assert take(shop, path) == GiftReport(rows=3, accounts=2, amount_minor=3_350, repeated=False)
    assert (shop.books("A1"), shop.books("A2")) == ({"gift": 3_100}, {"compensation": 250})
    terms = {book.balance_minor: book.terms for book in queries.books(tenant=shop.tenant, account="A1")}
    assert (terms[3_000].cycle_upper_minor, terms[3_000].expires_on) == (500, date(2027, 5, 1))
    assert terms[100].cycle_upper_minor is None
    shop.is_sound()


def test_the_same_bytes_under_another_name_do_nothing(shop: Shop, tmp_path: Path) -> None:
    for name in ("gifts.csv", "again.csv"):
        (tmp_path / name).write_text(HEAD + GOOD)
    take(shop, tmp_path / "gifts.csv")
    assert take(shop, tmp_path / "again.csv").repeated
    assert shop.books("A1") == {"gift": 3_100}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("account,A9,gift,5,,,,,", "GIFT_TARGET_UNKNOWN", "target"),
        ("number,13900000000,gift,5,,,,,", "GIFT_TARGET_UNKNOWN", "target"),
        ("account,A1,general,5,,,,,", "VALUE_UNKNOWN", "type"),
        ("shop,A1,gift,5,,,,,", "VALUE_UNKNOWN", "target_kind"),
        ("account,A1,gift,0,,,,,", "GIFT_AMOUNT", "amount_fen"),
        ("account,A1,gift,1.5,,,,,", "GIFT_AMOUNT", "amount_fen"),
        ("account,A1,gift,-1,,,,,", "GIFT_AMOUNT", "amount_fen"),
        ("account,A1,gift,,,,,,", "VALUE_MISSING", "amount_fen"),
        ("account,A1,gift,5,number,,,,", "GIFT_LEVEL_WITHOUT_NUMBER", "level"),
        ("account,A1,gift,5,,3,4,,", "GIFT_LIMITS", "cycle_upper_fen"),
        ("account,A1,gift,5,,,,2026-11-31,", "DATE_IMPOSSIBLE", "effective"),
        ("account,A1,gift,5,,,,2026-11-02,2026-11-02", "PERIOD_EMPTY", "expires"),
    ],
)
def test_a_wrong_row_refuses_the_whole_file(shop: Shop, tmp_path: Path, row: str, code: str, column: str) -> None:
    path = tmp_path / "gifts.csv"
    path.write_text(HEAD + GOOD + row + "\n")
    with pytest.raises(BadInput) as error:
        take(shop, path)
    told: list[Any] = [(fault.code, fault.where.line, fault.where.column) for fault in error.value.faults]
    assert told == [(code, 5, column)]
    assert shop.books("A1") == {}
