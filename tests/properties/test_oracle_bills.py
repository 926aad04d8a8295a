"""The oracle's bill against bills worked by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.oracle.bill import bill
from tests.oracle.roundings import rounded, shared
from tests.properties.worlds import FEN, YUAN, at, rows_of, subscriber, voice

from yidian.kernel.rating.tariff import Discount, Fee, Item, Minimum, Offer, Tariff, Tax

SHANGHAI = "Asia/Shanghai"
OCTOBER = (at(SHANGHAI, "2026-10-01 00:00:00"), at(SHANGHAI, "2026-11-01 00:00:00"))
MID = at(SHANGHAI, "2026-10-22 15:00:00")


def plan(**parts: Any) -> Tariff:
    plain: dict[str, Any] = {
        "currency": "CNY",
        "zone": SHANGHAI,
        "offers": (Offer(code="plan"), Offer(code="new")),
        "items": (
            voice(),
            voice(code="net", tax_class="D"),
            Item(code="rent", kind="recurring", tax_class="T"),
            Item(code="off", kind="discount"),
            Item(code="low", kind="minimum", tax_class="T"),
        ),
    }
    return Tariff(**{**plain, **parts})


def billed(described: Tariff, usage: dict[str, int] | None = None, *holdings: tuple[str, int, int], **more: Any) -> Any:
    person = subscriber(holdings=holdings or (("plan", *OCTOBER),), **more)
    of = {("S", "A", item): amount for item, amount in (usage or {}).items()}
    return bill(rows_of(described), OCTOBER, [person], of)


def amounts(result: Any) -> list[tuple[str, str, int]]:
    return sorted((line["item"], line["tax_class"], line["amount_micro"]) for line in result[0])


ROUNDED = {
    "half_up": [3, -3, 2, -2, 2, -2, 2],
    "half_even": [2, -2, 2, -2, 2, -2, 2],
    "up": [3, -3, 3, -3, 2, -2, 2],
    "down": [2, -2, 2, -2, 1, -1, 2],
    "ceiling": [3, -2, 3, -2, 2, -1, 2],
    "floor": [2, -3, 2, -3, 1, -2, 2],
}


@pytest.mark.parametrize("name", sorted(ROUNDED))
def test_six_roundings_of_5_halves_9_quarters_7_quarters_and_2(name: str) -> None:
    halves = [
        Fraction(5, 2),
        Fraction(-5, 2),
        Fraction(9, 4),
        Fraction(-9, 4),
        Fraction(7, 4),
        Fraction(-7, 4),
        Fraction(2),
    ]
    assert [rounded(value, name) for value in halves] == ROUNDED[name]


def test_shares_give_the_last_units_to_the_largest_remainders_then_by_name() -> None:
    assert shared(10, [("a", 1), ("b", 1), ("c", 1)]) == {"a": 4, "b": 3, "c": 3}
    assert shared(10, [("a", 10), ("b", 26), ("c", 27)]) == {"a": 2, "b": 4, "c": 4}


@pytest.mark.parametrize(
    ("proration", "held_from", "fen"),
    [
        ("none", MID, 5000),
        ("by_days", MID, 1613),  # 50.00 × 10 / 31 = 16.129
        ("by_days", OCTOBER[0], 5000),
        ("day_price", MID, 1640),  # 10 × 1.64
        ("day_price", OCTOBER[0], 5000),  # 31 × 1.64 = 50.84: CNY 50 in a month of 31 days
    ],
)
def test_fifty_yuan_a_month_in_the_first_month(proration: str, held_from: int, fen: int) -> None:
    fee = Fee(offer="plan", item="rent", amount_micro=50 * YUAN, proration=proration, day_price_micro=164 * FEN)
    lines, headers = billed(plan(fees=(fee,)), None, ("plan", held_from, 1 << 62))
    assert [line["amount_minor"] for line in lines] == [fen]
    assert headers["A"]["total_minor"] == fen


def test_a_fee_that_changes_in_the_month_is_paid_by_the_days_of_each_amount() -> None:
    old = Fee(offer="plan", item="rent", amount_micro=31 * YUAN, proration="by_days", valid_to=date(2026, 10, 11))
    new = Fee(offer="plan", item="rent", amount_micro=62 * YUAN, proration="by_days", valid_from=date(2026, 10, 11))
    assert amounts(billed(plan(fees=(old, new)))) == [("rent", "T", 10 * YUAN + 21 * 2 * YUAN)]


def test_an_entry_fee_is_paid_in_the_cycle_in_which_the_holding_begins() -> None:
    described = plan(fees=(Fee(offer="plan", item="rent", amount_micro=7, charged="once", round_to="micro"),))
    assert amounts(billed(described, None, ("plan", OCTOBER[0], 1 << 62))) == [("rent", "T", 7)]
    assert amounts(billed(described, None, ("plan", OCTOBER[0] - 1, 1 << 62))) == []


def test_the_second_discount_works_on_what_the_first_left() -> None:
    described = plan(
        discounts=(
            Discount(code="half", offer="plan", item="off", items=("voice",), rate_ppm=500_000, priority=1),
            Discount(code="ten", offer="plan", item="off", items=("voice",), amount_micro=10 * YUAN, priority=2),
            Discount(code="big", offer="plan", item="off", items=("voice",), amount_micro=1, threshold_micro=21 * YUAN),
        )
    )
    assert amounts(billed(described, {"voice": 30 * YUAN})) == [
        ("off", "T", -15 * YUAN),
        ("off", "T", -10 * YUAN),
        ("voice", "T", 30 * YUAN),
    ]
    assert sum(line[2] for line in amounts(billed(described, {"voice": 12 * YUAN}))) == 0


def test_a_reduction_bears_the_tax_class_of_what_it_reduces() -> None:
    cut = Discount(code="cut", offer="plan", item="off", items=("voice", "net"), amount_micro=10)
    taxes = (Tax(tax_class="T", rate_ppm=90_000), Tax(tax_class="D", rate_ppm=60_000))
    result = billed(plan(discounts=(cut,), taxes=taxes), {"voice": 109 * YUAN, "net": 2 * 109 * YUAN})
    assert amounts(result) == [
        ("net", "D", 218 * YUAN),
        ("off", "D", -7),
        ("off", "T", -3),
        ("voice", "T", 109 * YUAN),
    ]
    header = result[1]["A"]
    assert header["tax_minor"] == {"T": 900, "D": 1234}  # 109.00 × 9/109; 218.00 × 6/106 = 12.3396
    assert header["rounding_micro"] == 10


def test_who_used_too_little_pays_the_difference_to_the_minimum_of_his_days() -> None:
    described = plan(minimums=(Minimum(offer="plan", item="low", amount_micro=31 * YUAN),))
    assert amounts(billed(described, {"voice": 3 * YUAN}))[0] == ("low", "T", 28 * YUAN)
    assert amounts(billed(described, {"voice": 3 * YUAN}, ("plan", MID, 1 << 62)))[0] == ("low", "T", 7 * YUAN)
    assert amounts(billed(described, {"voice": 31 * YUAN})) == [("voice", "T", 31 * YUAN)]


def test_each_line_is_rounded_by_the_tariffs_own_rule_and_the_header_says_what_it_took() -> None:
    for rounding, fen, given in (("half_up", 2, 9000), ("down", 0, -11_000), ("up", 2, 9000)):
        lines, headers = billed(plan(bill_rounding=rounding), {"voice": 5500, "net": 5500})
        assert sum(line["amount_minor"] for line in lines) == headers["A"]["total_minor"] == fen
        assert headers["A"]["rounding_micro"] == given


def test_the_fee_goes_to_who_pays_when_the_window_begins() -> None:
    fee = Fee(offer="plan", item="rent", amount_micro=YUAN)
    accounts = (("A", 0, MID), ("B", MID, 1 << 62))
    lines, _ = billed(plan(fees=(fee,)), {"voice": YUAN}, ("plan", MID, 1 << 62), accounts=accounts)
    assert [(line["account"], line["item"]) for line in lines] == [("A", "voice"), ("B", "rent")]
