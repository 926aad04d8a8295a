"""Discounts and minimums (§8.2, §8.3)."""

from __future__ import annotations

from tests.billing.desk import YUAN, Desk, on, tariff

from yidian.kernel.rating.tariff import Discount, Fee, Minimum, Offer


def cut(code: str = "D8", **told: object) -> Discount:
    base = {"code": code, "offer": "PLAN", "item": "OFF", "items": ("LOCAL", "LONG"), "rate_ppm": 200_000}
    return Discount(**{**base, **told})  # type: ignore[arg-type]


def test_8_zhe_takes_a_fifth_of_each_item_named() -> None:
    desk = Desk(tariff(discounts=(cut(),))).hold("PLAN")
    paper = desk.usage("LOCAL", 10 * YUAN).usage("LONG", 30 * YUAN).usage("DATA", 100 * YUAN).read()
    assert [line for line in paper.lines if line[1] == "discount"] == [
        ("a1", "discount", "LOCAL", -200),
        ("a1", "discount", "LONG", -600),
    ]
    assert paper.total() == 14_000 - 800
    assert paper.tax("basic") == 264  # 32.00 × 9 ÷ 109 = 2.6422: the reduction bears the class of what it reduces


def test_a_fixed_reduction_is_shared_by_largest_remainder_then_item_code() -> None:
    row = cut(items=("DATA", "LOCAL", "LONG"), rate_ppm=0, amount_micro=100)
    desk = Desk(tariff(discounts=(row,))).hold("PLAN")
    for item in row.items:
        desk.usage(item, 1_000)
    rows = desk.read().bills.rows
    assert [int(micro) for micro in rows[rows[:, 2] == 2][:, 9]] == [-34, -33, -33]


def test_twenty_yuan_over_three_equal_items_take_twenty_yuan() -> None:
    row = cut(items=("DATA", "LOCAL", "LONG"), rate_ppm=0, amount_micro=20 * YUAN)
    desk = Desk(tariff(discounts=(row,))).hold("PLAN")
    for item in row.items:
        desk.usage(item, 30 * YUAN)
    paper = desk.read()
    assert [line[3] for line in paper.lines if line[1] == "discount"] == [-667, -666, -667]
    assert paper.total() == 7_000


def test_a_reduction_is_never_more_than_what_is_there() -> None:
    paper = (
        Desk(tariff(discounts=(cut(rate_ppm=0, amount_micro=50 * YUAN),))).hold("PLAN").usage("LOCAL", 7 * YUAN).read()
    )
    assert paper.total() == 0
    assert paper.micro("discount") == -7 * YUAN


def test_the_second_discount_works_on_what_the_first_left() -> None:
    rows = (cut("B", priority=2, rate_ppm=500_000), cut("A", priority=1, rate_ppm=0, amount_micro=20 * YUAN))
    paper = Desk(tariff(discounts=rows)).hold("PLAN").usage("LOCAL", 100 * YUAN).read()
    assert paper.total() == 4_000


def test_a_threshold_is_met_by_reaching_it() -> None:
    rows = (cut(threshold_micro=10 * YUAN),)
    assert Desk(tariff(discounts=rows)).hold("PLAN").usage("LOCAL", 10 * YUAN).read().total() == 800
    assert Desk(tariff(discounts=rows)).hold("PLAN").usage("LOCAL", 10 * YUAN - 1).read().micro("discount") == 0


def test_a_code_counts_once_however_many_offers_bring_it() -> None:
    rows = (cut(), cut(offer="PACK", rate_ppm=900_000, priority=101))
    paper = (
        Desk(tariff(discounts=rows, offers=(Offer(code="PACK"),)))
        .hold("PACK")
        .hold("PLAN")
        .usage("LOCAL", 10 * YUAN)
        .read()
    )
    assert paper.total() == 800


def test_a_discount_counts_if_its_row_is_in_force_on_the_first_day_held() -> None:
    rows = (cut(valid_from=on("2026-10-15")),)
    assert Desk(tariff(discounts=rows)).hold("PLAN", "2026-10-14").usage("LOCAL", 10 * YUAN).read().total() == 1000
    assert Desk(tariff(discounts=rows)).hold("PLAN", "2026-10-15").usage("LOCAL", 10 * YUAN).read().total() == 800


def test_a_discount_reduces_the_account_whose_line_it_was() -> None:
    desk = Desk(tariff(discounts=(cut(),))).hold("PLAN")
    paper = desk.usage("LOCAL", 10 * YUAN, account="a1").usage("LOCAL", 30 * YUAN, account="a2").read()
    assert (paper.total("a1"), paper.total("a2")) == (800, 2400)


def test_a_discount_reaches_only_the_subscriber_that_holds_the_offer() -> None:
    desk = Desk(tariff(discounts=(cut(),))).hold("PLAN", subscriber="s1")
    assert desk.usage("LOCAL", 10 * YUAN, subscriber="s2").read().total() == 1000


def test_shares_of_a_sum_that_would_leave_64_bits_are_exact() -> None:
    row = cut(rate_ppm=333_333)
    desk = Desk(tariff(discounts=(row,))).hold("PLAN")
    local, long = 2_000_000_000 * YUAN + 1, 1_999_999_999 * YUAN + 7
    paper = desk.usage("LOCAL", local).usage("LONG", long).read()
    base = local + long
    taken = (2 * base * 333_333 + 1_000_000) // 2_000_000
    assert paper.micro("discount") == -taken


def least(**told: object) -> Minimum:
    return Minimum(**{"offer": "PLAN", "item": "LEAST", "amount_micro": 18 * YUAN, **told})  # type: ignore[arg-type]


def test_what_is_missing_to_the_minimum_is_a_line_of_its_own() -> None:
    paper = Desk(tariff(minimums=(least(),))).hold("PLAN").usage("LOCAL", 10 * YUAN).read()
    assert ("a1", "minimum", "LEAST", 800) in paper.lines
    assert paper.total() == 1800
    assert paper.tax("value_added") == 45  # 8.00 × 6 ÷ 106


def test_who_reaches_the_minimum_pays_what_was_used() -> None:
    assert Desk(tariff(minimums=(least(),))).hold("PLAN").usage("LOCAL", 18 * YUAN).read().micro("minimum") == 0


def test_the_minimum_of_a_part_of_the_month_is_by_days_half_up() -> None:
    # 18 × 16 ÷ 31 = 9.2903
    assert Desk(tariff(minimums=(least(),))).hold("PLAN", "2026-10-16").read().total() == 929


def test_the_highest_minimum_counts_and_discounts_come_first() -> None:
    rows = (least(), least(offer="PACK", amount_micro=30 * YUAN))
    fees = (Fee(offer="PLAN", item="RENT", amount_micro=25 * YUAN),)
    cuts = (cut(items=("RENT",), rate_ppm=200_000),)
    desk = Desk(tariff(minimums=rows, fees=fees, discounts=cuts)).hold("PLAN").hold("PACK", account="a2")
    paper = desk.read()
    assert (paper.total("a1"), paper.total("a2")) == (2000, 1000)


def test_a_subscriber_who_used_nothing_pays_the_minimum_and_one_without_offers_pays_nothing() -> None:
    desk = Desk(tariff(minimums=(least(),))).hold("PLAN", subscriber="s1", account="a1")
    assert desk.usage("LOCAL", 0, subscriber="s2", account="a2").read().total("a2") == 0
    assert desk.read().total("a1") == 1800
