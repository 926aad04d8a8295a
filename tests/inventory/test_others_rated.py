"""A month rated by who was called: ported numbers, a friend, the family, a closed group; stale when that changes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction
from tests.cycles.world import OCTOBER, TARIFF, ZHANG, ZONE, World, usage_table

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.operations import import_friends, import_ported
from yidian.kernel.rating.tariff import Item, Network, Price, Rule
from yidian.platform.lake.operations import register, write_file
from yidian.platform.sheets.instants import instant_ms
from yidian.runs.doctor.one_arithmetic import one_arithmetic
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.natural import rated_rows
from yidian.runs.rate.run import rate

ITEMS = ("friend", "unit", "group", "own", "cucc", "other", "unknown")
RULES = (
    Rule(order=1, item="friend", circle="friend"), Rule(order=2, item="unit", circle="unit"),
    Rule(order=3, item="group", circle="group"), Rule(order=4, item="own", net="own"),
    Rule(order=5, item="cucc", net="cucc"), Rule(order=6, item="other", net="other"), Rule(order=7, item="unknown"),
)  # fmt: skip
WHO = replace(
    TARIFF, rules=RULES, allowances=(), caps=(), discounts=(), minimums=(), fees=(),
    items=(*TARIFF.items, *(Item(code=code, measure="duration", tax_class="basic") for code in ITEMS)),
    prices=tuple(Price(offer="*", item=code, price_micro=1, per=1, block=1) for code in ITEMS),
    networks=(Network(prefix="138", network="cmcc", own=True), Network(prefix="186", network="cucc")),
)  # fmt: skip
PORTED = """number,network,from,to
13811111111,cucc,2026-10-10 12:00:00,2026-10-20
18611111111,cmcc,2026-10-10 12:00:00,
18622222222,ctcc,2026-10-01,
"""
FRIENDS = """subscriber,number,group,kind,from,to
s1,18633333333,,,2026-10-05,2026-10-06
s1,,firm,,2026-10-01,
s4,,firm,,2026-10-01,2026-10-15
"""
EXPECTED = (  # caller, called, when, item
    ("13800000001", "13811111111", "2026-10-10 11:59:59", "own"),
    ("13800000001", "13811111111", "2026-10-10 12:00:00", "cucc"),
    ("13800000001", "13811111111", "2026-10-20", "own"),
    ("13800000001", "18611111111", "2026-10-10 11:59:59", "cucc"),
    ("13800000001", "18611111111", "2026-10-10 12:00:00", "own"),
    ("13800000001", "18622222222", "2026-10-03", "other"),
    ("13800000001", "17700000000", "2026-10-03", "unknown"),
    ("13800000001", "18633333333", "2026-10-04 23:59:59", "cucc"),
    ("13800000001", "18633333333", "2026-10-05", "friend"),
    ("13800000001", "18633333333", "2026-10-06", "cucc"),
    ("13800000002", "18633333333", "2026-10-05", "cucc"),
    ("13800000002", "13800000003", "2026-10-05", "unit"),
    ("13800000001", "13800000003", "2026-10-05", "own"),
    ("13800000001", "13800000004", "2026-10-14", "group"),
    ("13800000004", "13800000001", "2026-10-14", "group"),
    ("13800000001", "13800000004", "2026-10-15", "own"),
)


@pytest.fixture
def world(tenant: Any, tmp_path: Path) -> World:
    made = World(tenant, tmp_path / "home").open(OCTOBER)
    load_tariff(tenant=tenant, tariff=WHO, source="t2", now=made.now)
    return made


def take(world: World, name: str, text: str) -> None:
    path = world.home / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    door = import_ported if name == "ported" else import_friends
    door(tenant=world.tenant, actor=ZHANG, path=path, now=world.now)


def used(world: World, calls: list[tuple[str, str, int]]) -> None:
    table = usage_table(tuple((n + 1, who, "voice", at, 60) for n, (who, _, at) in enumerate(calls)))
    place = table.schema.get_field_index("other_party")
    table = table.set_column(place, "other_party", pa.array([called for _, called, _ in calls], pa.string()))
    pending = write_file(
        tenant=world.tenant, kind="usage", subject="switch", table=table, name="others", lake=world.places.lake
    )
    with transaction.atomic():
        register(tenant=world.tenant, files=[pending])


def rated(world: World) -> list[str]:
    rows = [
        row
        for table in rated_rows(tenant=world.tenant, cycle=OCTOBER, lake=world.places.lake)
        for row in table.to_pylist()
    ]
    return [row["item"] for row in sorted(rows, key=lambda row: row["event"])]


def again(world: World) -> bool:
    """Whether a rating says that nothing has changed."""
    return rate(tenant=world.tenant, places=world.places, cycle=OCTOBER, now=world.now, threads=1).again


def test_who_is_called_decides_and_a_change_of_that_is_seen(world: World) -> None:
    used(world, [(who, called, instant_ms(when, ZONE)) for who, called, when, _ in EXPECTED])
    assert not again(world)
    assert set(rated(world)) == {"own", "cucc", "unknown", "unit"}
    take(world, "ported", PORTED)
    assert not again(world)
    take(world, "friends", FRIENDS)
    assert not again(world)
    assert rated(world) == [item for *_, item in EXPECTED]
    take(world, "friends", FRIENDS + "s2,13900000009,,,2026-10-01,2026-10-02\n")
    assert not again(world)
    assert again(world)
    assert rated(world) == [item for *_, item in EXPECTED]


def test_a_tariff_that_does_not_ask_does_not_look(world: World) -> None:
    load_tariff(tenant=world.tenant, tariff=TARIFF, source="t3", now=world.now)
    used(world, [("13800000001", "13811111111", instant_ms("2026-10-10", ZONE))])
    assert not again(world)
    take(world, "ported", PORTED)
    take(world, "friends", FRIENDS)
    assert again(world)


def test_many_calls_come_out_as_the_plain_door_says(world: World) -> None:
    dice = random.Random(11)
    take(world, "ported", PORTED)
    take(world, "friends", FRIENDS)
    start, end = instant_ms("2026-10-01", ZONE), instant_ms("2026-11-01", ZONE)
    called = [called for _, called, *_ in EXPECTED] + [""]
    who = [f"1380000000{n}" for n in range(1, 6)]
    used(world, [(dice.choice(who), dice.choice(called), dice.randrange(start, end)) for _ in range(400)])
    assert not again(world)
    assert set(rated(world)) == set(ITEMS)
    found = one_arithmetic(Visit(tenant=world.tenant, home=world.home, places=world.places, now=world.now))
    assert found.checked > 300
    assert not found.violations
