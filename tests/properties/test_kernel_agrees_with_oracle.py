"""Random tariffs, subscribers and events: the kernel gives what the oracle gives, to the unit and the micro-unit."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from tests.oracle.marks import marks_reached
from tests.properties import bill_doors, doors
from tests.properties.profile import tried
from tests.properties.random_months import World, billed_worlds, seeded_world, worlds

from yidian.kernel.rating import engine


@tried(300)
@given(worlds)
def test_same_lines_draws_amounts_cuts_rejects_and_totals(world: World) -> None:
    assert doors.first_difference(world) == ""


@tried(200)
@given(billed_worlds)
def test_same_bill_lines_and_headers(billed: tuple[World, dict[tuple[str, str, str], int]]) -> None:
    world, totals = billed
    assert bill_doors.first_difference(world, totals) == ""


@tried(60)
@given(worlds)
def test_machine_code_prices_as_the_plain_text_does(world: World) -> None:
    assert doors.by_kernel(world, engine.fast()) == doors.by_kernel(world)


def test_the_fixed_worlds_meet_what_is_hard() -> None:
    """The generator must not drift into easy cases: how often 300 seeds meet each thing, at least."""
    met = dict.fromkeys(LEAST, 0)
    for seed in range(300):
        for name, times in what_is_met(seeded_world(seed)).items():
            met[name] += times
    assert all(met[name] >= least for name, least in LEAST.items()), met


LEAST = {
    "draw": 150,
    "draw then price": 40,
    "shared draw by another member": 10,
    "cut": 40,
    "several bands": 15,
    "zero quantity": 30,
    "free": 20,
    "drawn as other units": 15,
    "of a day": 25,
    "by a member with a limit": 15,
    "a block paid before": 3,
    "counted on a day": 80,
    "volume": 30,
    "a mark": 20,
    "of a pack held several times": 15,
    "over a month's end": 3,
    "half seconds": 100,
    "NO_PRICE": 10,
    "NO_ITEM": 3,
    "NO_PAYER": 1,
    "UNKNOWN_SUBSCRIBER": 5,
    "UNKNOWN_DESTINATION": 10,
    "UNKNOWN_PLACE": 10,
    "OUT_OF_CYCLE": 5,
}


def what_is_met(world: World) -> dict[str, int]:
    rated = doors.by_oracle(world)
    of_event: dict[int, list[dict[str, Any]]] = {}
    for line in rated.lines:
        of_event.setdefault(line["event_id"], []).append(line)
    starts = {event["event_id"]: event["start_ms"] for event in world.events}
    holders = {who["code"]: {offer for offer, *_ in who["holdings"]} for who in world.subscribers}
    draws = [line for line in rated.lines if line["kind"] == "draw"]
    met = {
        "draw": len(draws),
        "draw then price": sum({line["kind"] for line in own} == {"draw", "price"} for own in of_event.values()),
        "shared draw by another member": sum(line["source"][0] not in holders[line["subscriber"]] for line in draws),
        "cut": sum(line["cut_micro"] > 0 for line in rated.lines),
        "several bands": sum(len({line["band"] for line in own}) > 1 for own in of_event.values()),
        "zero quantity": sum(sum(line["quantity"] for line in own) == 0 for own in of_event.values()),
        "over a month's end": sum(
            starts[n] + 1000 * sum(line["quantity"] for line in own) > world.cycle[1] and len(own) > 1
            for n, own in of_event.items()
        ),
        "half seconds": sum(start % 1000 != 0 for start in starts.values()),
    }
    met |= {"a mark": len(marks_reached(world.rows, world.subscribers, world.events, rated.lines))}
    met |= richer(world, rated.lines)
    met["of a pack held several times"] = sum(
        sum(
            offer == line["source"][0] and begins <= starts[line["event_id"]] < ends
            for who in world.subscribers if who["code"] == line["subscriber"]
            for offer, begins, ends in who["holdings"]
        ) > 1
        for line in draws
    )  # fmt: skip
    for _, code in rated.rejects:
        met[code] = met.get(code, 0) + 1
    return met


def richer(world: World, lines: list[dict[str, Any]]) -> dict[str, int]:
    """How often what random_walk.py adds was met."""
    allowances = {(row.offer, row.code, row.valid_from): row for row in world.tariff.allowances}
    prices = {(r.offer, r.item, r.band, r.tier_from, r.valid_from): r for r in world.tariff.prices}
    converted = {(row.allowance, row.item) for row in world.tariff.conversions}
    draws = [(allowances[line["source"]], line) for line in lines if line["kind"] == "draw"]
    charged = [(prices[line["source"]], line) for line in lines if line["kind"] == "price"]
    return {
        "free": sum(line["kind"] == "free" for line in lines),
        "drawn as other units": sum((row.code, line["item"]) in converted for row, line in draws),
        "of a day": sum(row.period == "day" for row, _ in draws),
        "by a member with a limit": sum(row.member_limit > 0 for row, _ in draws),
        "a block paid before": sum(r.block_on == "counter" and x["units"] < x["quantity"] for r, x in charged),
        "counted on a day": sum(row.tier_scope == "day" for row, _ in charged),
        "volume": sum(row.tier_mode == "volume" for row, _ in charged),
    }
