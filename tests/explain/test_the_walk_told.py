"""Days, blocks that last, volume prices, set-ups, free events, pools that convert, limits and marks: through the runs.

Every line of a bill opens to steps that add up to it; some accounts rated again, and usage that came late, give what a
full rating gives; marks are a table of the rating.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import YUAN
from tests.cycles import test_late_usage as late
from tests.cycles.world import OCTOBER, TARIFF, ZONE, World, some_usage
from tests.explain.test_slips import MINOR, slips

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_inventory.queries import lines_of
from yidian.faces.hall.home_words import concern_words, left_words
from yidian.faces.shell.slip_words import slip_words
from yidian.faces.shell.words import Words
from yidian.kernel.calendar import DAY_MS, month_period
from yidian.kernel.rating.tariff import Allowance, Cap, Conversion, Mark, Price
from yidian.runs.bill import exports
from yidian.runs.explain.so_far import so_far
from yidian.runs.explain.types import Concern, SoFar
from yidian.runs.rate.partial import rerate
from yidian.runs.rate.results import rated_tables

RICH = replace(
    TARIFF,
    items=tuple(replace(item, free_below=30) if item.code == "LOCAL" else item for item in TARIFF.items),
    prices=(
        Price(offer="PLAN", item="LOCAL", price_micro=333_333, per=60, block=60, setup_micro=100_000),
        Price(offer="PLAN", item="DATA", price_micro=YUAN, per=4000, block=4000, tier_scope="day", block_on="counter"),
        Price(offer="PACK", item="LOCAL", price_micro=190_000, per=60, block=60, tier_scope="day"),
        Price(offer="PACK", item="DATA", price_micro=500_000, per=1000, block=1, tier_scope="cycle",
              tier_mode="volume"),
        Price(offer="PACK", item="DATA", price_micro=400_000, per=1000, block=1, tier_scope="cycle",
              tier_mode="volume", tier_from=20_000),
    ),
    allowances=(
        Allowance(code="pool", offer="PLAN", items=("LOCAL",), quantity=1_800, block=60, scope="unit",
                  member_limit=1_200),
        Allowance(code="today", offer="PACK", items=("DATA",), quantity=500, block=1, period="day"),
        Allowance(code="mixed", offer="PACK", items=("DATA", "LOCAL"), quantity=20, block=1),
    ),
    conversions=(
        Conversion(allowance="mixed", item="DATA", block=1000, takes=1),
        Conversion(allowance="mixed", item="LOCAL", block=60, takes=1),
    ),
    marks=(
        Mark(code="often", offer="PLAN", items=("LOCAL",), quantity=600, mark="notice", scope="unit"),
        Mark(code="much", offer="*", items=("DATA",), quantity=10_000, mark="throttle", value="1Mbps", period="day"),
    ),
    caps=(Cap(code="cap", offer="PLAN", items=("LOCAL",), amount_micro=3 * YUAN, period="day"),),
)  # fmt: skip


@pytest.fixture
def world(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("tests.cycles.world.TARIFF", RICH)
    return World(tenant, tmp_path / "home")


def test_every_kind_of_line_opens_to_what_happened(world: World) -> None:
    world.open(OCTOBER).usage(*some_usage(random.Random(1), OCTOBER, 160)).billed(OCTOBER).post(OCTOBER)
    seen: Counter[str] = Counter()
    for _, one in slips(world, OCTOBER):
        assert sum(step.amount_micro for step in one.steps) == one.line.amount_minor * MINOR
        seen.update(step.code for step in one.steps)
        if one.line.kind == "usage":
            told: list[Any] = [step.told for step in one.steps if step.code in ("DRAWN", "PRICED", "FREE")]
            assert sum(step["quantity"] for step in told) == one.line.quantity
        for lang in ("en", "zh"):
            shown = slip_words(Words(lang=lang, zone="Asia/Shanghai", currency="CNY", now=world.now), one)
            assert not [row for row in shown if "{" in row.title + row.note or "HALL_" in row.title + row.note]
    assert "AS_BILLED" not in seen
    assert {"FREE", "SET_UP", "CAPPED", "DRAWN", "PRICED"} <= set(seen)


def test_some_rated_again_are_as_all_rated_at_once(world: World) -> None:
    def rows() -> list[tuple[Any, ...]]:
        tables = rated_tables(tenant=world.tenant, cycle=OCTOBER, lake=world.places.lake)
        return sorted(tuple(row.values()) for table in tables for row in table.to_pylist())

    def marks() -> list[dict[str, str]]:
        path = world.home / "marks.csv"
        exports.export(tenant=world.tenant, lake=world.places.lake, kind="marks", cycle=OCTOBER, path=path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sorted(csv.DictReader(file), key=str)

    world.open(OCTOBER).usage(*some_usage(random.Random(2), OCTOBER, 120)).rate(OCTOBER)
    whole, told = rows(), marks()
    assert {row["mark"] for row in told} == {"notice", "throttle"}
    assert len({(row["code"], row["subscriber"], row["unit"], row["from"]) for row in told}) == len(told)
    rerate(
        tenant=world.tenant, places=world.places, cycle=OCTOBER, accounts=["a5", "a2"], now=world.now, threads=1
    )  # fmt: skip
    assert rows() == whole
    assert marks() == told


@pytest.mark.parametrize("seed", [3, 4])
def test_what_came_late_makes_of_a_month_what_it_would_have_billed(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("tests.cycles.world.TARIFF", RICH)
    late.test_a_month_and_its_late_differences_are_what_it_would_have_billed(tenant, tmp_path, seed)


def test_home_tells_of_one_day_what_is_given_anew_each_day_and_which_marks_were_reached(world: World) -> None:
    """Newest is the 3rd: of its 500 are 120 drawn. What a day's mark says of the 2nd is over; the month's stands."""
    begin = month_period(OCTOBER, ZONE).start_ms
    second, third = begin + DAY_MS, begin + 2 * DAY_MS
    number = "13800000001"
    world.open(OCTOBER).usage(
        (1, number, "data", second, 300), (2, number, "data", second + 1_000, 10_000),
        (3, number, "voice", second + 2_000, 700), (4, number, "data", third, 120),
    ).rate(OCTOBER)  # fmt: skip

    def told() -> SoFar:
        [line] = lines_of(tenant=world.tenant, customer="c1", at_ms=third)
        return so_far(
            tenant=world.tenant, lake=world.places.lake, cycle=cycle_named(tenant=world.tenant, name=OCTOBER),
            account="a1", account_id=None, subscriber=line.id,
        )  # fmt: skip

    [today] = [one for one in told().left if one.allowance == "today"]
    assert (today.granted, today.drawn, today.day_ms, today.projected) == (500, 120, third, None)
    assert [(one.mark, one.quantity, one.at_ms) for one in told().reached] == [("notice", 600, second + 2_000)]
    world.usage((5, number, "data", third + 1_000, 10_000)).rate(OCTOBER)
    [_, slow] = told().reached
    assert (slow.mark, slow.value, slow.measure, slow.at_ms) == ("throttle", "1Mbps", "volume", third + 1_000)
    for lang, words in (("zh", "网速已降低"), ("en", "slower")):
        mouth = Words(lang=lang, zone=ZONE, currency="CNY", now=world.now)
        params = {"quantity": (slow.quantity, slow.measure), "value": slow.value, "at_ms": slow.at_ms}
        shown = concern_words(mouth, Concern(code="MARK_THROTTLE", told=params))
        assert words in shown.title
        assert "1Mbps" in shown.note
        assert "{" not in shown.title + shown.note + left_words(mouth, today).title
