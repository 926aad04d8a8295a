"""The open month: what it would cost is what it will cost, what is left is what nobody drew, nothing is made up."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import OCTOBER, World, some_usage

from yidian.domains.customer_bill.queries import bills, cycle_named, cycles
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory.queries import lines_of
from yidian.kernel.calendar import DAY_MS, month_period
from yidian.runs.explain.events import Filter, events_page
from yidian.runs.explain.so_far import open_cycle, so_far
from yidian.runs.explain.types import Left, SoFar

ZONE = "Asia/Shanghai"
BEGIN = month_period(OCTOBER, ZONE).start_ms


@pytest.fixture
def world(tenant: Any, tmp_path: Path) -> World:
    return World(tenant, tmp_path / "home")


def told(world: World, customer: str, account: str) -> SoFar:
    [line, *_] = lines_of(tenant=world.tenant, customer=customer, at_ms=BEGIN + DAY_MS)
    ids = accounts_by_code(tenant=world.tenant, codes=[account])
    return so_far(
        tenant=world.tenant, lake=world.places.lake, cycle=cycle_named(tenant=world.tenant, name=OCTOBER),
        account=account, account_id=ids[account].id, subscriber=line.id,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_what_a_month_has_come_to_is_the_bill_that_is_made_of_it(world: World, seed: int) -> None:
    world.open(OCTOBER).usage(*some_usage(random.Random(seed), OCTOBER, 60)).rate(OCTOBER)
    customers = {"a1": "c1", "a2": "c2", "a3": "c2", "a4": "c4", "a5": "c5"}
    expected = {account: told(world, customer, account).amount_minor for account, customer in customers.items()}
    world.bill(OCTOBER)
    assert expected == {one.account_code: one.total_minor for one in bills(tenant=world.tenant, cycle=OCTOBER)}


def test_a_month_that_was_never_rated_says_so_and_shows_no_figure(world: World) -> None:
    world.open(OCTOBER)
    month = told(world, "c1", "a1")
    assert (month.rated_at, month.amount_minor, month.left) == (None, None, ())


def left(month: SoFar, allowance: str) -> Left:
    return next(one for one in month.left if one.allowance == allowance)


def test_a_pace_that_empties_the_allowance_names_the_day(world: World) -> None:
    """4,000 of 5,000 bytes in ten days: 400 a day, so the rest lasts until the 13th day is half over."""
    world.open(OCTOBER).usage(
        (1, "13800000001", "data", BEGIN, 3_000), (2, "13800000001", "data", BEGIN + 10 * DAY_MS, 1_000)
    )
    month = told(world.rate(OCTOBER), "c1", "a1")
    free = left(month, "free")
    assert (free.granted, free.drawn, free.left, free.shared) == (5_000, 4_000, 1_000, 1)
    assert free.projected == 4_000 * 31 // 10
    assert free.out_ms == BEGIN + 12 * DAY_MS + DAY_MS // 2
    assert free.emptied_ms is None


def test_a_pace_that_does_not_says_what_will_be_left(world: World) -> None:
    world.open(OCTOBER).usage((1, "13800000001", "data", BEGIN + 10 * DAY_MS, 500))
    free = left(told(world.rate(OCTOBER), "c1", "a1"), "free")
    assert (free.projected, free.out_ms) == (1_550, None)


def test_one_day_says_nothing_of_a_month(world: World) -> None:
    world.open(OCTOBER).usage((1, "13800000001", "data", BEGIN + DAY_MS, 4_999))
    free = left(told(world.rate(OCTOBER), "c1", "a1"), "free")
    assert (free.projected, free.out_ms) == (None, None)


def test_an_allowance_that_is_empty_says_since_when(world: World) -> None:
    world.open(OCTOBER).usage(
        (1, "13800000001", "data", BEGIN + DAY_MS, 4_999), (2, "13800000001", "data", BEGIN + 3 * DAY_MS, 9)
    )
    free = left(told(world.rate(OCTOBER), "c1", "a1"), "free")
    assert (free.left, free.emptied_ms, free.projected) == (0, BEGIN + 3 * DAY_MS, None)


def test_the_open_cycle_is_the_one_that_runs_now(world: World) -> None:
    world.open("2026-09", OCTOBER, "2026-11")
    known = cycles(tenant=world.tenant)
    assert [getattr(open_cycle(known, now_ms=at), "name", None) for at in (BEGIN + 1, BEGIN - 1, 0)] == [
        OCTOBER, "2026-09", None
    ]  # fmt: skip


def test_pages_of_events_show_each_once_newest_first_and_sums_of_all(world: World) -> None:
    events = [(n, "13800000001", "voice", BEGIN + (n // 3) * 60_000, 60) for n in range(1, 24)]  # three at an instant
    world.open(OCTOBER).usage(*events).rate(OCTOBER)
    [line, *_] = lines_of(tenant=world.tenant, customer="c1", at_ms=BEGIN)
    seen: list[int] = []
    before = ""
    for _ in range(10):
        page = events_page(
            tenant=world.tenant, lake=world.places.lake, cycle=OCTOBER, which=Filter(subscribers=(line.id,)),
            before=before, limit=5, others=True,
        )  # fmt: skip
        assert (page.count, page.quantities) == (23, {"duration": 23 * 60})
        assert {one.other for one in page.events} == {"13900000000"}, "looked up in the usage as it came in"
        seen += [one.event_id for one in page.events]
        before = page.following
        if not before:
            break
    assert seen == [number for number, *_ in sorted(events, key=lambda e: (e[3], e[0]), reverse=True)]


def test_somebody_elses_events_are_never_among_them(world: World) -> None:
    world.open(OCTOBER).usage(*some_usage(random.Random(3), OCTOBER, 60)).rate(OCTOBER)
    [line, *_] = lines_of(tenant=world.tenant, customer="c2", at_ms=BEGIN)
    page = events_page(
        tenant=world.tenant, lake=world.places.lake, cycle=OCTOBER, which=Filter(subscribers=(line.id,)), limit=500
    )
    assert {one.number for one in page.events} == {"13800000002"}, "s3 of the same pool is read and left out"
