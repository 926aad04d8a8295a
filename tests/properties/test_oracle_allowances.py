"""The oracle on what is included: straddling events, shared pools, buckets that end, plan changes, DST."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.oracle.price import Rated, rate
from tests.oracle.time import days_touched
from tests.properties.worlds import FEN, at, data, event, everything, price, rows_of, subscriber, voice

from yidian.kernel.rating.tariff import Allowance, Band, Offer, Place, Prefix, Price, Rule, Tariff, Zone

SHANGHAI = "Asia/Shanghai"
OCTOBER = (at(SHANGHAI, "2026-10-01 00:00:00"), at(SHANGHAI, "2026-11-01 00:00:00"))
NOON = at(SHANGHAI, "2026-10-14 12:00:00")
HOUR = 3600


def included(code: str, quantity: int, block: int = 60, **more: Any) -> Allowance:
    plain = {"offer": "plan", "items": ("voice",), "code": code, "quantity": quantity, "block": block}
    return Allowance(**{**plain, **more})


def plan(*allowances: Allowance, **parts: Any) -> Tariff:
    plain: dict[str, Any] = {
        "currency": "CNY",
        "zone": SHANGHAI,
        "offers": (Offer(code="plan"), Offer(code="other")),
        "items": (voice(),),
        "rules": (everything("voice"),),
        "prices": (price(15 * FEN, 60, 60),),
        "allowances": allowances,
    }
    return Tariff(**{**plain, **parts})


def rated(described: Tariff, events: list[dict[str, Any]], *subscribers: dict[str, Any]) -> Rated:
    held = subscribers or (subscriber(holdings=(("plan", *OCTOBER),)),)
    return rate(rows_of(described), OCTOBER, list(held), events)


def shape(result: Rated) -> list[tuple[str, int, int, int]]:
    return [(line["kind"], line["units"], line["quantity"], line["amount_micro"]) for line in result.lines]


def test_the_call_that_straddles_the_last_minutes_is_split() -> None:
    """180 s included, 121 s twice: the first draws three minutes whole, the second pays three."""
    result = rated(plan(included("min", 300)), [event(NOON, 1, duration_s=121), event(NOON + 1, 2, duration_s=181)])
    assert shape(result) == [("draw", 180, 121, 0), ("draw", 120, 120, 0), ("price", 120, 61, 30 * FEN)]


def test_the_last_draw_takes_what_is_left_though_it_is_no_whole_block() -> None:
    assert shape(rated(plan(included("min", 100)), [event(NOON, duration_s=130)])) == [
        ("draw", 100, 100, 0),
        ("price", 60, 30, 15 * FEN),
    ]


def test_priority_then_the_earliest_end_then_the_code_decide_what_is_drawn_first() -> None:
    described = plan(
        included("b-late", 60),
        included("a-late", 60),
        included("ends", 60, valid_to=date(2026, 10, 20)),
        included("first", 60, priority=1),
    )
    result = rated(described, [event(NOON, duration_s=240)])
    assert [line["source"][1] for line in result.lines] == ["first", "ends", "a-late", "b-late"]


def test_five_hours_of_roaming_are_free_and_the_sixth_costs_three_yuan() -> None:
    described = plan(
        included("roam", 5 * HOUR, items=("net",)),
        items=(voice(code="net"),),
        rules=(everything("net"),),
        prices=(price(5 * FEN, 60, 60, item="net"),),
    )
    calls = [event(NOON + n, n, service="data", duration_s=HOUR) for n in range(6)]
    assert sum(line["amount_micro"] for line in rated(described, calls).lines) == 300 * FEN


def test_a_pool_is_shared_by_all_members_in_the_order_of_the_calls() -> None:
    family = (
        subscriber("S", unit="U", holdings=(("plan", *OCTOBER),)),
        subscriber("T", unit="U", holdings=(("plan", *OCTOBER),)),
        subscriber("V", unit="U"),
    )
    described = plan(included("pool", 60, scope="unit"))
    calls = [event(NOON + 9, 1, duration_s=60), event(NOON, 2, subscriber="V", duration_s=61)]
    result = rated(described, calls, *family)
    assert [(line["subscriber"], line["kind"], line["units"]) for line in result.lines] == [
        ("V", "draw", 120),
        ("S", "price", 60),
    ]


def test_a_bucket_that_ends_in_the_middle_of_a_call_is_left_at_the_next_whole_second() -> None:
    """It ends with 14 October. By the start: one draw. By the block: 10 s are drawn as a minute, the rest is paid."""
    start = at(SHANGHAI, "2026-10-14 23:59:50")
    for split, lines in (
        ("start", [("draw", 120, 100, 0)]),
        ("block", [("draw", 60, 60, 0), ("price", 60, 40, 15 * FEN)]),
    ):
        described = plan(included("min", 300, valid_to=date(2026, 10, 15)), items=(voice(split=split),))
        assert shape(rated(described, [event(start, duration_s=100)])) == lines


def test_night_minutes_serve_only_the_night() -> None:
    described = plan(
        included("night", 600, bands=("night",)),
        items=(voice(band_set="n", split="block"),),
        bands=(
            Band(band_set="n", band="night", day_type="*", from_minute=0, to_minute=420),
            Band(band_set="n", band="day", day_type="*", from_minute=420, to_minute=1440),
        ),
    )
    result = rated(described, [event(at(SHANGHAI, "2026-10-14 06:59:00"), duration_s=120)])
    assert shape(result) == [("draw", 60, 60, 0), ("price", 60, 60, 15 * FEN)]


@pytest.mark.parametrize(("rounding", "units"), [("up", 120), ("down", 60), ("half_up", 60)])
def test_who_joins_in_the_month_gets_his_days_in_whole_blocks(rounding: str, units: int) -> None:
    """10 of 31 days of 250 s: 80.6 s, in blocks of 60."""
    described = plan(included("min", 250, proration="by_days", rounding=rounding))
    joined = subscriber(holdings=(("plan", at(SHANGHAI, "2026-10-22 15:00:00"), 1 << 62),))
    result = rated(described, [event(at(SHANGHAI, "2026-10-25 12:00:00"), duration_s=600)], joined)
    assert shape(result)[0] == ("draw", units, units, 0)


def test_after_a_plan_change_the_price_of_the_new_plan_holds_from_its_first_millisecond() -> None:
    changed = subscriber(holdings=(("plan", OCTOBER[0], NOON), ("other", NOON, NOON + 9)))
    described = plan(prices=(price(10, 1, 1, offer="plan"), price(20, 1, 1, offer="other"), price(30, 1, 1)))
    calls = [event(NOON - 1, 1, duration_s=1), event(NOON, 2, duration_s=1), event(NOON + 9, 3, duration_s=1)]
    assert [line["amount_micro"] for line in rated(described, calls, changed).lines] == [10, 20, 30]


def test_an_item_that_one_of_its_bands_leaves_unpriced_is_rejected_and_draws_nothing() -> None:
    described = plan(
        included("min", 60),
        items=(voice(band_set="n"), voice(code="plain")),
        rules=(everything("voice", direction="in"), everything("plain", 2)),
        bands=(
            Band(band_set="n", band="a", day_type="*", from_minute=0, to_minute=720),
            Band(band_set="n", band="b", day_type="*", from_minute=720, to_minute=1440),
        ),
        prices=(price(1, 1, 1, band="b"), price(1, 1, 1, item="plain")),
    )
    result = rated(described, [event(NOON, direction="in", duration_s=60), event(NOON, 2, duration_s=1)])
    assert result.rejects == [(1, "NO_PRICE")]
    assert shape(result) == [("price", 1, 1, 1)]


def test_an_offer_with_any_band_goes_before_the_standard_tariff_with_the_very_band() -> None:
    described = plan(
        items=(voice(band_set="n"),),
        bands=(Band(band_set="n", band="b", day_type="*", from_minute=0, to_minute=1440),),
        prices=(price(1, 1, 1, band="b"), price(2, 1, 1, offer="plan"), price(3, 1, 1, offer="plan", band="b")),
    )
    assert shape(rated(described, [event(NOON, duration_s=1)]))[0][3] == 3
    flat = Tariff(
        **{**{name: getattr(described, name) for name in described.__slots__}, "prices": described.prices[:2]}
    )
    assert shape(rated(flat, [event(NOON, duration_s=1)]))[0][3] == 2


def test_relation_tells_local_from_long_distance_at_home_and_on_the_road() -> None:
    described = plan(
        zones=(Zone(code="cn", domestic=True), Zone(code="jp")),
        prefixes=(Prefix(prefix="021", zone="cn", area="021"), Prefix(prefix="010", zone="cn", area="010")),
        places=(
            Place(place="021", zone="cn", area="021"),
            Place(place="010", zone="cn", area="010"),
            Place(place="44", zone="jp"),
        ),
        items=tuple(voice(code=code) for code in ("local", "long", "roam", "abroad")),
        rules=(
            Rule(order=1, item="abroad", visited="jp"),
            Rule(order=2, item="roam", visited="national", relation="long"),
            Rule(order=3, item="local", relation="local"),
            Rule(order=4, item="long", relation="long"),
        ),
        prices=tuple(price(1, 1, 1, item=code) for code in ("local", "long", "roam", "abroad")),
    )
    ways = [
        ("0215", ""),
        ("0105", ""),
        ("0215", "010"),
        ("0105", "010"),
        ("0105", "0211"),
        ("0215", "440"),
        ("021", "7"),
    ]
    calls = [event(NOON + n, n, other_party=other, place=place, duration_s=1) for n, (other, place) in enumerate(ways)]
    result = rated(described, calls)
    assert [line["item"] for line in result.lines] == ["local", "long", "roam", "local", "long", "abroad"]
    assert result.rejects == [(6, "UNKNOWN_PLACE")]


def test_two_items_of_one_counter_climb_one_ladder() -> None:
    steps = {"tier_scope": "cycle", "counter": "both"}
    ladder = [
        Price(offer="*", item=item, price_micro=micro, per=1, block=1, tier_from=tier, **steps)
        for item in ("voice", "data")
        for micro, tier in ((5, 0), (1, 100))
    ]
    described = plan(
        items=(voice(), data()),
        rules=(everything("data", service="data"), everything("voice", 2)),
        prices=tuple(ladder),
    )
    calls = [event(NOON, 1, duration_s=80), event(NOON + 1, 2, service="data", bytes_up=40)]
    assert [(line["units"], line["amount_micro"]) for line in rated(described, calls).lines] == [
        (80, 400),
        (20, 100),
        (20, 20),
    ]


def test_in_paris_the_night_of_the_clock_change_has_its_edges_where_the_wall_clock_shows_them() -> None:
    """29 March 2026: 01:59:59 is followed by 03:00:00, so a band that ends at 02:30 ends with the hour."""
    paris = "Europe/Paris"
    march = (at(paris, "2026-03-01 00:00:00"), at(paris, "2026-04-01 00:00:00"))
    described = plan(
        zone=paris,
        items=(voice(band_set="n", split="block"),),
        bands=(
            Band(band_set="n", band="night", day_type="*", from_minute=0, to_minute=150),
            Band(band_set="n", band="day", day_type="*", from_minute=150, to_minute=1440),
        ),
        prices=(price(1, 1, 1, band="night"), price(2, 1, 1, band="day")),
    )
    result = rate(rows_of(described), march, [subscriber()], [event(at(paris, "2026-03-29 01:59:50"), duration_s=20)])
    assert [(line["band"], line["units"]) for line in result.lines] == [("night", 10), ("day", 10)]
    assert days_touched(march, paris) == 31
    assert (march[1] - march[0]) // 3_600_000 == 31 * 24 - 1


def test_packs_of_one_window_are_one_bucket_and_others_two() -> None:
    """Blocks of 60 of 100 s each: two that are there all month give 200 s; one that comes within it gives its own."""
    whole = (("plan", OCTOBER[0] - 2, OCTOBER[1] + 1), ("plan", OCTOBER[0] - 1, OCTOBER[1] + 1))
    later = (whole[0], ("plan", OCTOBER[0] + 1, OCTOBER[1] + 1))
    used = [event(NOON, 1, duration_s=50), event(NOON + HOUR, 2, duration_s=170)]
    described = plan(included("min", 100))
    assert shape(rated(described, used, subscriber(holdings=whole))) == [
        ("draw", 60, 50, 0), ("draw", 140, 140, 0), ("price", 60, 30, 15 * FEN)
    ]  # fmt: skip
    assert shape(rated(described, used, subscriber(holdings=later))) == [
        ("draw", 60, 50, 0), ("draw", 40, 40, 0), ("draw", 100, 100, 0), ("price", 60, 30, 15 * FEN)
    ]  # fmt: skip


def test_an_event_of_nothing_is_kept_as_a_line_of_nothing() -> None:
    assert shape(rated(plan(included("min", 60)), [event(NOON)])) == [("price", 0, 0, 0)]
