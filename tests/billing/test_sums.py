"""Rounding of lines, totals, tax, currencies (§8.4, §8.5), and amounts that do not fit (§8.6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.billing.desk import TAXES, YUAN, Desk, on, tariff

from yidian.kernel.billing.exact import LIMIT, TOO_LARGE, ratio, total
from yidian.kernel.billing.totals import tax_inside
from yidian.kernel.money.rounding import ROUNDINGS
from yidian.kernel.rating.tariff import Discount, Fee, Tax


@pytest.mark.parametrize(
    ("rounding", "minor"),
    [("half_up", (101, 100)), ("up", (101, 101)), ("down", (100, 100)), ("half_even", (100, 100))],
)
def test_lines_are_rounded_as_the_tariff_says_and_the_bill_is_their_sum(rounding: str, minor: tuple[int, int]) -> None:
    desk = Desk(tariff(bill_rounding=rounding)).usage("LOCAL", 1_005_000).usage("LONG", 1_004_999)
    paper = desk.read()
    assert tuple(line[3] for line in paper.lines) == minor
    assert paper.total() == sum(minor)
    assert int(paper.bills.remainder_micro[0]) == 2_009_999 - sum(minor) * 10_000


@pytest.mark.parametrize(
    ("currency", "micro", "minor"),
    [
        ("CNY", 1_234_500, 123),
        ("JPY", 1_500_000, 2),
        ("JPY", 1_499_999, 1),
        ("KWD", 1_234_500, 1235),
        ("CLF", 1_234_550, 12346),
    ],
)
def test_a_bill_is_in_the_minor_unit_of_its_currency(currency: str, micro: int, minor: int) -> None:
    assert Desk(tariff(currency=currency)).usage("LOCAL", micro).read().total() == minor


def test_tax_of_6_and_9_percent_stands_inside_the_prices() -> None:
    paper = Desk(tariff()).usage("LOCAL", 109 * YUAN).usage("DATA", 106 * YUAN).read()
    assert (paper.tax("basic"), paper.tax("value_added")) == (900, 600)


def test_the_rate_is_the_one_in_force_on_the_last_day_of_the_cycle() -> None:
    taxes = (
        Tax(tax_class="basic", rate_ppm=110_000, valid_to=on("2026-10-31")),
        Tax(tax_class="basic", rate_ppm=90_000, valid_from=on("2026-10-31")),
        TAXES[1],
    )
    assert Desk(tariff(taxes=taxes)).usage("LOCAL", 109 * YUAN).read().tax("basic") == 900
    assert Desk(tariff(taxes=taxes), month="2026-09").usage("LOCAL", 111 * YUAN).read().tax("basic") == 1100


def test_half_a_fen_of_tax_is_rounded_up() -> None:
    assert tax_inside(3, 200_000) == 1  # 3 × 0.2 ÷ 1.2 = 0.5
    assert tax_inside(-3, 200_000) == -1


@pytest.mark.parametrize("rounding", sorted(ROUNDINGS))
def test_a_product_beyond_64_bits_is_divided_exactly(rounding: str) -> None:
    from fractions import Fraction
    from math import ceil, floor

    cases = [
        (10**18, 10**18, 10**18 + 1),
        (LIMIT, LIMIT, LIMIT),
        (-(10**17) - 1, 10**17, 3 * 10**17),
        (7, 5, 2),
        (-7, 5, 2),
    ]
    for a, b, c in cases:
        exact = Fraction(a * b, c)
        answers = {
            "up": ceil(exact) if exact > 0 else floor(exact),
            "down": floor(exact) if exact > 0 else ceil(exact),
            "ceiling": ceil(exact),
            "floor": floor(exact),
            "half_even": round(exact),
            "half_up": floor(abs(exact) + Fraction(1, 2)) * (1 if exact > 0 else -1),
        }
        assert ratio(a, b, c, ROUNDINGS[rounding]) == answers[rounding]


def test_what_leaves_the_bounds_is_said_and_never_wraps() -> None:
    assert ratio(LIMIT, 3, 1, 0) == TOO_LARGE
    assert ratio(-LIMIT, 2, 1, 0) == TOO_LARGE
    assert ratio(LIMIT + 1, 1, 2, 0) == TOO_LARGE
    assert total(LIMIT, 1) == TOO_LARGE
    assert total(-LIMIT, -1) == TOO_LARGE
    assert total(LIMIT, -LIMIT) == 0


def neighbours() -> Desk:
    return Desk(tariff()).usage("LOCAL", 5 * YUAN, subscriber="good", account="fine")


def test_a_usage_sum_that_is_too_large_parks_its_account_and_no_other() -> None:
    desk = (
        neighbours()
        .usage("LOCAL", LIMIT, subscriber="bad", account="huge")
        .usage("LOCAL", 1, subscriber="bad", account="huge")
    )
    paper = desk.read()
    assert dict(zip(paper.accounts, paper.bills.too_large.tolist(), strict=True)) == {"fine": 0, "huge": 1}
    assert paper.lines == [("fine", "usage", "LOCAL", 500)]


def test_an_account_whose_total_is_too_large_is_parked_although_each_subscriber_is_fine() -> None:
    desk = neighbours()
    desk.tariff = replace(desk.tariff, currency="CLF")
    for n in range(300):
        desk.usage("LOCAL", LIMIT, subscriber=f"s{n}", account="huge")
    paper = desk.read()
    assert paper.bills.too_large.tolist() == [0, 1]
    assert paper.bills.total_minor.tolist() == [50_000, 0]
    assert paper.lines == [("fine", "usage", "LOCAL", 50_000)]


def test_a_fee_and_a_discount_that_are_too_large_park_the_accounts_of_their_subscriber() -> None:
    fee = Fee(offer="PLAN", item="RENT", amount_micro=LIMIT + 1)
    cut = Discount(code="C", offer="CUT", item="OFF", items=("LOCAL", "LONG"), rate_ppm=1)
    desk = neighbours()
    desk.tariff = tariff(fees=(fee,), discounts=(cut,))
    desk.hold("PLAN", subscriber="x", account="fees").usage("DATA", YUAN, subscriber="x", account="elsewhere")
    desk.hold("CUT", subscriber="y", account="cuts")
    desk.usage("LOCAL", LIMIT, subscriber="y", account="cuts").usage("LONG", 1, subscriber="y", account="cuts")
    paper = desk.read()
    assert dict(zip(paper.accounts, paper.bills.too_large.tolist(), strict=True)) == {
        "cuts": 1, "elsewhere": 1, "fees": 1, "fine": 0,
    }  # fmt: skip
    assert paper.lines == [("fine", "usage", "LOCAL", 500)]
