"""Data that was not used in September is there in October, through rating, rating again, and late usage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import OCTOBER, SEPTEMBER, TARIFF, ZONE, Event, World

from yidian.domains.product_catalog.operations import load_tariff
from yidian.kernel.calendar import month_period
from yidian.kernel.rating.tariff import Allowance
from yidian.runs.rate.partial import rerate
from yidian.runs.rate.run import rate

GIVEN = 10_000  # bytes a month of s1, who holds PLAN
CARRYING = replace(
    TARIFF,
    allowances=(
        *TARIFF.allowances,
        Allowance(code="monthly", offer="PLAN", items=("DATA",), quantity=GIVEN, block=1, rollover=1),
    ),
)  # fmt: skip


def session(number: int, month: str, day: int, size: int) -> Event:
    start = month_period(month, ZONE).start_ms + (day - 1) * 86_400_000 + 3_600_000
    return number, "13800000003", "data", start, size


@pytest.fixture
def autumn(tenant: Any, tmp_path: Path) -> World:
    world = World(tenant, tmp_path / "home").open(SEPTEMBER, OCTOBER)
    load_tariff(tenant=tenant, tariff=CARRYING, source="t", now=world.now)
    return world


def charged(world: World, month: str) -> int:
    """Bytes of s3 that were charged: beyond all allowances."""
    world.bill(month)
    usage = [one for one in world.items(month) if (one["subscriber"], one["item"]) == ("s3", "DATA")]
    return sum(one["amount_micro"] for one in usage) // 1_000


def test_october_begins_with_what_september_left(autumn: World) -> None:
    autumn.usage(session(1, SEPTEMBER, 3, 4_000), session(2, OCTOBER, 3, 17_000))
    autumn.billed(SEPTEMBER).rate(OCTOBER)
    assert charged(autumn, OCTOBER) == 1_000, "6,000 of September and 10,000 of its own"


def test_september_rated_again_hands_on_what_it_then_leaves(autumn: World) -> None:
    autumn.usage(session(1, SEPTEMBER, 3, 4_000), session(2, OCTOBER, 3, 17_000))
    autumn.rate(SEPTEMBER).rate(OCTOBER)
    autumn.usage(session(3, SEPTEMBER, 9, 5_000)).rate(SEPTEMBER)
    again = rate(tenant=autumn.tenant, places=autumn.places, cycle=OCTOBER, now=autumn.now, threads=1)
    assert not again.again, "what October stood on has changed"
    assert charged(autumn, OCTOBER) == 6_000
    assert rate(tenant=autumn.tenant, places=autumn.places, cycle=OCTOBER, now=autumn.now, threads=1).again


def test_some_accounts_rated_again_have_what_was_left_to_them(autumn: World) -> None:
    autumn.usage(session(1, SEPTEMBER, 3, 4_000), session(2, OCTOBER, 3, 17_000))
    autumn.rate(SEPTEMBER).rate(OCTOBER)
    rerate(tenant=autumn.tenant, places=autumn.places, cycle=OCTOBER, accounts=["a3"], now=autumn.now, threads=1)
    assert charged(autumn, OCTOBER) == 1_000
    rerate(tenant=autumn.tenant, places=autumn.places, cycle=SEPTEMBER, accounts=["a3"], now=autumn.now, threads=1)
    rate(tenant=autumn.tenant, places=autumn.places, cycle=OCTOBER, now=autumn.now, threads=1)
    assert charged(autumn, OCTOBER) == 1_000, "the partial rating of September handed on the same"


def test_in_many_parts_as_in_one(autumn: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 1)
    autumn.usage(session(1, SEPTEMBER, 3, 4_000), session(2, OCTOBER, 3, 17_000), session(3, OCTOBER, 5, 1))
    autumn.rate(SEPTEMBER).rate(OCTOBER)
    assert charged(autumn, OCTOBER) == 1_001


def test_a_tariff_that_carries_nothing_does_not_ask(autumn: World) -> None:
    load_tariff(tenant=autumn.tenant, tariff=TARIFF, source="t", now=autumn.now)
    autumn.usage(session(1, SEPTEMBER, 3, 4_000), session(2, OCTOBER, 3, 17_000))
    autumn.rate(SEPTEMBER).rate(OCTOBER)
    autumn.usage(session(3, SEPTEMBER, 9, 5_000)).rate(SEPTEMBER)
    assert rate(tenant=autumn.tenant, places=autumn.places, cycle=OCTOBER, now=autumn.now, threads=1).again
