"""The money of a month: who pays what, and the files in which it comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.operator.gifts import write_gifts
from tools.operator.payers import Came, write_payments

pytestmark = pytest.mark.no_database


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    """The export of two thousand bills of 100.01."""
    path = tmp_path / "bills.csv"
    path.write_text("cycle,account,total\n" + "".join(f"2026-10,A{n:07},100.01\n" for n in range(2_000)))
    return path


def paid(bills: Path, folder: Path, month: int = 0) -> Came:
    return write_payments(seed=1, month=month, bills=bills, folder=folder)


def test_the_same_bills_are_paid_by_the_same_bytes(bills: Path, tmp_path: Path) -> None:
    assert paid(bills, tmp_path / "one") == paid(bills, tmp_path / "two")
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_people_pay_too_little_too_much_nothing_and_for_nobody(bills: Path, tmp_path: Path) -> None:
    came = paid(bills, tmp_path)
    money = tmp_path / "2026-10" / "money"
    counter = (money / "counter.csv").read_text("utf-8")
    assert ",60.00," in counter, "a part"
    assert ",200.00," in counter, "more than is owed"
    assert came.over
    assert came.strange
    assert ",4001\n" in (money / "collection.csv").read_text("utf-8"), "not on the account"
    owed = dict(line.split(",") for line in (money / "owed.csv").read_text("utf-8").splitlines()[1:])
    assert {"10001", "4001", "-9999"} <= set(owed.values())


def test_the_banks_trailer_says_how_many_and_how_much(bills: Path, tmp_path: Path) -> None:
    came = paid(bills, tmp_path)
    *rows, tail = (tmp_path / "2026-10" / "money" / "bank.txt").read_text("gbk").splitlines()[1:]
    fen = sum(int(row.split("|")[3].replace(".", "")) for row in rows)
    assert tail == f"T|{came.rows['bank']}|{fen // 100}.{fen % 100:02}"
    assert len(rows) == came.rows["bank"]


def test_what_is_owed_of_a_month_is_paid_with_the_next(bills: Path, tmp_path: Path) -> None:
    paid(bills, tmp_path)
    paid(bills, tmp_path, month=1)
    later = (tmp_path / "2026-11" / "money" / "counter.csv").read_text("utf-8")
    assert ",200.02," in later, "two months at once"
    assert ",0.02," in later, "a credit is reckoned with"


def test_gifts_have_limits_and_an_end(bills: Path, tmp_path: Path) -> None:
    assert write_gifts(seed=1, month=0, bills=bills, folder=tmp_path) in range(150, 350)
    rows = (tmp_path / "2026-10" / "money" / "gifts.csv").read_text("utf-8").splitlines()[1:]
    assert {row.split(",")[2] for row in rows} == {"gift", "compensation"}
    assert {row.split(",")[6] for row in rows} == {"2026-11-01"}
    assert {row.split(",")[5] for row in rows} > {"-1"}
