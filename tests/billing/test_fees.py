"""Fees of a cycle (docs/pricing.md §7), as an operator would check them by hand."""

from __future__ import annotations

import pytest
from tests.billing.desk import FEN, YUAN, Desk, on, tariff

from yidian.kernel.rating.tariff import Fee, Offer


def rent(**told: object) -> Fee:
    return Fee(**{"offer": "PLAN", "item": "RENT", "amount_micro": 5 * YUAN, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("opened", "fen"),
    [
        ("2026-09-30", 500),  # held all month
        ("2026-10-01", 500),
        ("2026-10-02", 484),  # 5 × 30 ÷ 31 = 4.8387
        ("2026-10-16", 258),  # 5 × 16 ÷ 31 = 2.5806
        ("2026-10-31", 16),  # 5 × 1 ÷ 31 = 0.1613
        ("2026-10-31T23:59:59", 16),  # a day counts when it is touched
    ],
)
def test_first_month_of_5_yuan_a_month_is_charged_by_days_half_up(opened: str, fen: int) -> None:
    paper = Desk(tariff(fees=(rent(proration="by_days"),))).hold("PLAN", opened).read()
    assert paper.lines == [("a1", "fee", "RENT", fen)]


def test_a_half_fen_is_rounded_up() -> None:
    # 0.31 yuan × 1 ÷ 31 days = 1 fen; 0.155 yuan × 1 day ÷ 31 = 0.5 fen
    paper = Desk(tariff(fees=(rent(amount_micro=155_000, proration="by_days"),))).hold("PLAN", "2026-10-31").read()
    assert paper.total() == 1


@pytest.mark.parametrize(
    ("begin", "end", "fen"),
    [
        ("2026-10-01", None, 5000),  # 31 × 1.64 = 50.84: at most the fee
        ("2026-10-02", None, 4920),  # 30 × 1.64 = 49.20
        ("2026-10-31", None, 164),
        ("2026-10-05", "2026-10-07", 328),  # two days: the end is not held
        ("2026-10-05", "2026-10-07T00:00:01", 492),
    ],
)
def test_s5_50_a_month_or_1_64_a_day(begin: str, end: str | None, fen: int) -> None:
    fee = rent(amount_micro=50 * YUAN, proration="day_price", day_price_micro=1_640_000)
    assert Desk(tariff(fees=(fee,))).hold("PLAN", begin, end).read().total() == fen


def test_a_whole_fee_is_charged_if_held_at_all_by_the_row_of_the_first_day() -> None:
    fees = (rent(valid_to=on("2026-10-10")), rent(amount_micro=9 * YUAN, valid_from=on("2026-10-10")))
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-10-09").read().total() == 500
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-10-10").read().total() == 900


def test_a_price_change_within_the_month_is_charged_by_the_days_of_each_row() -> None:
    fees = (
        rent(proration="by_days", valid_to=on("2026-10-11")),
        rent(amount_micro=31 * YUAN, proration="by_days", valid_from=on("2026-10-11")),
    )
    # 5 × 10 ÷ 31 = 1.6129 and 31 × 21 ÷ 31 = 21.00
    assert Desk(tariff(fees=fees)).hold("PLAN").read().total() == 161 + 2100


def test_a_connection_fee_is_charged_once_in_the_month_in_which_the_holding_begins() -> None:
    fees = (rent(charged="once", amount_micro=100 * YUAN),)
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-10-31").read().total() == 10_000
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-10-01").read().total() == 10_000
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-09-30").read().lines == []
    assert Desk(tariff(fees=fees)).hold("PLAN", "2026-11-01").read().lines == []


def test_a_fee_goes_to_the_account_that_pays_at_its_first_instant_and_two_holdings_are_one_line_per_account() -> None:
    desk = Desk(tariff(fees=(rent(proration="by_days"),)))
    desk.hold("PLAN", "2026-10-01", "2026-10-11", account="a1").hold("PLAN", "2026-10-11", account="a2")
    desk.hold("PLAN", "2026-10-30", account="a2")
    assert desk.read().lines == [("a1", "fee", "RENT", 161), ("a2", "fee", "RENT", 339 + 32)]


def test_the_fees_of_two_plans_in_one_month_are_a_line_each() -> None:
    offers = (Offer(code="PLAN"), Offer(code="MORE"))
    fees = (rent(proration="by_days"), rent(offer="MORE", proration="by_days", amount_micro=31 * YUAN))
    desk = Desk(tariff(fees=fees, offers=offers)).hold("PLAN", "2026-10-01", "2026-10-11").hold("MORE", "2026-10-11")
    assert sorted(desk.read().lines) == [("a1", "fee", "RENT", 161), ("a1", "fee", "RENT", 2100)]


def test_a_fee_rounded_to_micro_keeps_its_fraction_until_the_line() -> None:
    paper = (
        Desk(tariff(fees=(rent(proration="by_days", round_to="micro", rounding="down"),)))
        .hold("PLAN", "2026-10-16")
        .read()
    )
    assert paper.micro("fee") == 2_580_645
    assert paper.total() == 258
    assert int(paper.bills.remainder_micro[0]) == 2_580_645 - 258 * FEN


@pytest.mark.parametrize(("zone", "days"), [("Europe/Paris", 31), ("America/Santiago", 31)])
def test_the_days_of_a_month_with_a_clock_change_are_counted_on_the_wall(zone: str, days: int) -> None:
    fee = rent(amount_micro=days * YUAN, proration="by_days")
    desk = Desk(tariff(fees=(fee,), zone=zone), month="2026-03" if zone == "Europe/Paris" else "2026-10")
    assert desk.hold("PLAN", f"{desk.month}-31").read().total() == 100
