"""The oracle against prices worked by hand, in the words of published tariffs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.oracle.price import Rated, rate
from tests.properties.worlds import FEN, YUAN, at, data, event, everything, price, rows_of, subscriber, voice

from yidian.kernel.rating.tariff import Band, Cap, Day, Offer, Prefix, Rule, Tariff, Zone

SHANGHAI = "Asia/Shanghai"
OCTOBER = (at(SHANGHAI, "2026-10-01 00:00:00"), at(SHANGHAI, "2026-11-01 00:00:00"))
NOON = at(SHANGHAI, "2026-10-14 12:00:00")
KB, MB, GB = 1024, 1024**2, 1024**3


def tariff(**parts: Any) -> Tariff:
    return Tariff(currency="CNY", zone=SHANGHAI, **parts)


def rated(described: Tariff, events: list[dict[str, Any]], **more: Any) -> Rated:
    return rate(rows_of(described), OCTOBER, [subscriber(**more)], events)


def cost(result: Rated) -> int:
    assert not result.rejects
    return sum(line["amount_micro"] for line in result.lines)


NIGHT = (
    Band(band_set="night", band="night", day_type="*", from_minute=0, to_minute=420),
    Band(band_set="night", band="day", day_type="*", from_minute=420, to_minute=1440),
)
LONG_DISTANCE = tariff(
    bands=NIGHT,
    items=(voice(band_set="night", split="block"),),
    rules=(everything("voice"),),
    prices=(price(7 * FEN, 6, 6, band="day"), price(4 * FEN, 6, 6, band="night")),
)


def call_of(described: Tariff, seconds: int, start: int = NOON) -> int:
    return cost(rated(described, [event(start, duration_s=seconds)]))


@pytest.mark.parametrize(("seconds", "fen"), [(0, 0), (1, 7), (6, 7), (7, 14), (60, 70), (61, 77)])
def test_national_long_distance_costs_seven_fen_for_each_six_seconds_begun(seconds: int, fen: int) -> None:
    assert call_of(LONG_DISTANCE, seconds) == fen * FEN


def test_after_midnight_it_costs_four_fen() -> None:
    assert call_of(LONG_DISTANCE, 61, at(SHANGHAI, "2026-10-14 00:00:00")) == 11 * 4 * FEN
    assert call_of(LONG_DISTANCE, 61, at(SHANGHAI, "2026-10-14 06:59:59") - 60_000) == 11 * 4 * FEN


def test_a_call_over_the_edge_pays_each_block_in_the_band_where_it_begins() -> None:
    """06:59:50 + 20 s: blocks at :50 and :56 are night (the second reaches into the day), at 07:00:02 and :08 day."""
    result = rated(LONG_DISTANCE, [event(at(SHANGHAI, "2026-10-14 06:59:50"), duration_s=20)])
    assert [(line["band"], line["units"], line["amount_micro"]) for line in result.lines] == [
        ("night", 12, 8 * FEN),
        ("day", 12, 14 * FEN),
    ]
    assert [line["quantity"] for line in result.lines] == [12, 8]


def test_a_call_that_began_half_a_second_late_meets_the_edge_at_its_next_whole_second() -> None:
    """Seconds begin at 06:59:59.5 and 07:00:00.5: the first begins before the edge, the second after it."""
    per_second = tariff(
        bands=NIGHT,
        items=(voice(band_set="night", split="block"),),
        rules=(everything("voice"),),
        prices=(price(2, 1, 1, band="day"), price(1, 1, 1, band="night")),
    )
    result = rated(per_second, [event(at(SHANGHAI, "2026-10-14 06:59:59") + 500, duration_s=3)])
    assert [(line["band"], line["units"]) for line in result.lines] == [("night", 1), ("day", 2)]


def test_a_call_priced_by_its_start_keeps_the_band_of_its_start() -> None:
    by_start = tariff(
        bands=NIGHT,
        items=(voice(band_set="night", split="start"),),
        rules=(everything("voice"),),
        prices=LONG_DISTANCE.prices,
    )
    assert call_of(by_start, 20, at(SHANGHAI, "2026-10-14 06:59:50")) == 4 * 4 * FEN


def test_abroad_costs_eighty_fen_and_taiwan_twenty_for_six_seconds() -> None:
    described = tariff(
        zones=(Zone(code="world"), Zone(code="gat"), Zone(code="cn", domestic=True)),
        prefixes=(
            Prefix(prefix="00", zone="world"),
            Prefix(prefix="00886", zone="gat"),
            Prefix(prefix="1", zone="cn", area="021"),
        ),
        items=(voice(code="idd"), voice(code="gat")),
        rules=(Rule(order=2, item="idd", zone="world"), Rule(order=1, item="gat", zone="gat")),
        prices=(price(80 * FEN, 6, 6, item="idd"), price(20 * FEN, 6, 6, item="gat")),
    )
    assert cost(rated(described, [event(NOON, other_party="0081312345678", duration_s=61)])) == 880 * FEN
    assert cost(rated(described, [event(NOON, other_party="00886212345678", duration_s=61)])) == 220 * FEN
    lost = rated(
        described, [event(NOON, other_party="9", duration_s=1), event(NOON, 2, other_party="13", duration_s=1)]
    )
    assert lost.rejects == [(1, "UNKNOWN_DESTINATION"), (2, "NO_ITEM")]
    assert not lost.lines


@pytest.mark.parametrize(("seconds", "fen"), [(1, 22), (180, 22), (181, 33), (240, 33), (241, 44)])
def test_local_call_costs_22_fen_for_three_minutes_then_11_for_each(seconds: int, fen: int) -> None:
    described = tariff(
        items=(voice(),),
        rules=(everything("voice"),),
        prices=(price(22 * FEN, 180, 180), price(11 * FEN, 60, 60, tier_from=180)),
    )
    assert call_of(described, seconds) == fen * FEN


@pytest.mark.parametrize(("kilobytes", "fen"), [(1, 1), (33, 1), (34, 2), (1000, 30), (3333, 100)])
def test_a_kilobyte_at_three_ten_thousandths_is_rounded_up_to_the_fen(kilobytes: int, fen: int) -> None:
    described = tariff(
        items=(data(rounding="up", round_to="minor"),),
        rules=(everything("data"),),
        prices=(price(300, KB, KB, item="data"),),
    )
    assert cost(rated(described, [event(NOON, bytes_up=(kilobytes - 1) * KB, bytes_down=1)])) == fen * FEN


def test_the_fen_is_rounded_once_on_the_month_when_the_item_says_so() -> None:
    """100 sessions of one KB: each alone 1 fen (100 fen); on the total 30000 micro = 3 fen."""
    for round_on, fen in (("event", 100), ("total", 3)):
        described = tariff(
            items=(data(rounding="up", round_to="minor", round_on=round_on),),
            rules=(everything("data"),),
            prices=(price(300, KB, KB, item="data"),),
        )
        assert cost(rated(described, [event(NOON + n, n, bytes_down=5) for n in range(100)])) == fen * FEN


GIGABYTE_LADDER = tariff(
    offers=(Offer(code="5g"),),
    items=(data(rounding="up", round_to="minor", round_on="total"),),
    rules=(everything("data"),),
    prices=(
        price(30_000, MB, KB, item="data", tier_scope="cycle", repeat=GB),
        price(0, MB, KB, item="data", tier_scope="cycle", repeat=GB, tier_from=100 * MB),
    ),
    caps=(Cap(code="600", offer="*", items=("data",), amount_micro=600 * YUAN),),
)


@pytest.mark.parametrize(
    ("bytes_used", "fen"),
    [
        (MB, 3),
        (100 * MB, 300),
        (GB, 300),
        (GB + MB, 303),
        (2 * GB + 50 * MB, 750),
        (200 * GB, 60_000),
        (300 * GB, 60_000),
    ],
)
def test_three_fen_a_megabyte_up_to_three_yuan_a_gigabyte_again_and_again_at_most_600(
    bytes_used: int, fen: int
) -> None:
    assert cost(rated(GIGABYTE_LADDER, [event(NOON, bytes_down=bytes_used)])) == fen * FEN
    half = bytes_used // 2
    parts = [event(NOON, 1, bytes_down=half), event(NOON + 5, 2, bytes_down=bytes_used - half)]
    assert cost(rated(GIGABYTE_LADDER, parts)) == fen * FEN


def test_what_the_cap_cut_stands_beside_the_amount() -> None:
    result = rated(GIGABYTE_LADDER, [event(NOON, bytes_down=201 * GB)])
    assert sum(line["cut_micro"] for line in result.lines) == 3 * YUAN


@pytest.mark.parametrize(("offer", "fen"), [("89", 350), ("129", 300), ("189", 250)])
def test_ten_minutes_in_three_plans(offer: str, fen: int) -> None:
    prices = {"89": 35, "129": 30, "189": 25}
    described = tariff(
        offers=tuple(Offer(code=code) for code in prices),
        items=(voice(),),
        rules=(everything("voice"),),
        prices=tuple(price(fen * FEN, 60, 60, offer=code) for code, fen in prices.items()),
    )
    result = rated(described, [event(NOON, duration_s=600)], holdings=((offer, *OCTOBER),))
    assert cost(result) == fen * FEN


def test_twenty_thousand_minutes_over_cost_500_yuan_and_not_1000() -> None:
    described = tariff(
        items=(voice(code="net"),),
        rules=(everything("net"),),
        prices=(price(5 * FEN, 60, 60, item="net"),),
        caps=(Cap(code="500", offer="*", items=("net",), amount_micro=500 * YUAN),),
    )
    days = [event(NOON + day, day, service="data", duration_s=1000 * 60) for day in range(20)]
    result = rated(described, days)
    assert cost(result) == 500 * YUAN
    assert sum(line["cut_micro"] for line in result.lines) == 500 * YUAN


def test_local_caller_pays_19_fen_a_minute_and_the_called_nothing() -> None:
    described = tariff(
        items=(voice(), voice(code="called")),
        rules=(Rule(order=1, item="called", direction="in"), everything("voice", 2)),
        prices=(price(19 * FEN, 60, 60), price(0, 60, 60, item="called")),
    )
    assert call_of(described, 600) == 190 * FEN
    free = rated(described, [event(NOON, direction="in", duration_s=600)])
    assert [(line["units"], line["amount_micro"]) for line in free.lines] == [(600, 0)]


def test_a_holiday_on_a_wednesday_is_a_holiday() -> None:
    described = tariff(
        days=(Day(on=at_day(14), day_type="holiday"),),
        bands=tuple(
            Band(band_set="w", band=band, day_type=kind, from_minute=0, to_minute=1440)
            for band, kind in (("work", "workday"), ("free", "weekend"), ("free", "holiday"))
        ),
        items=(voice(band_set="w"),),
        rules=(everything("voice"),),
        prices=(price(2, 1, 1, band="work"), price(1, 1, 1, band="free")),
    )
    assert [call_of(described, 10, NOON + day * 86_400_000) for day in (0, 1, 2, 3)] == [10, 20, 20, 10]


def at_day(day: int) -> Any:
    from datetime import date

    return date(2026, 10, day)
