"""Laws that hold whatever the tariff: nothing is lost, nothing is made, and the order of arrival does not matter."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.oracle.roundings import minor_unit, rounded_to
from tests.properties.choosing import Drawn, shuffled
from tests.properties.doors import by_kernel
from tests.properties.profile import tried
from tests.properties.random_months import World, world, worlds
from tests.properties.worlds import at, data, event, everything, price, subscriber

from yidian.kernel.calendar import Period, local_date
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.quote import Line, Priced
from yidian.kernel.rating.tariff import Tariff

ROW_TABLES = tuple(field.name for field in dataclasses.fields(Tariff) if field.type.startswith("tuple"))


def by_event(priced: Priced) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for line in priced.lines:
        found[line.event_id].append(line)
    return found


def in_whole_blocks_of_its_own(made: World, line: Line) -> bool:
    """Not free, not drawn as other units, not from a block that an event before began."""
    if line.allowance is not None:
        code = line.allowance.code
        return not any((c.allowance, c.item) == (code, line.item) for c in made.tariff.conversions)
    return line.price is not None and line.price.block_on == "event"


def set_up_of(made: World, own: list[Line]) -> int:
    """What an event's first charge costs beside its units: it stands on the first step of the ladder."""
    charged = next((line.price for line in own if line.price is not None), None)
    if charged is None or sum(line.quantity for line in own) == 0:
        return 0
    start = next(event["start_ms"] for event in made.events if event["event_id"] == own[0].event_id)
    head = min(
        (row for row in made.tariff.prices
         if (row.offer, row.item, row.band) == (charged.offer, charged.item, charged.band)
         and row.in_force(local_date(start, made.tariff.zone))),
        key=lambda row: row.tier_from,
    )  # fmt: skip
    return head.setup_micro


def quantity_of(made: World, event_id: int, item: str) -> int:
    event = next(event for event in made.events if event["event_id"] == event_id)
    measure = next(row.measure for row in made.tariff.items if row.code == item)
    volume = event["bytes_up"] + event["bytes_down"]
    return int({"duration": event["duration_s"], "volume": volume, "count": event["count"]}[measure])


@tried(100)
@given(worlds)
def test_each_event_is_priced_or_rejected_and_what_was_used_was_drawn_or_charged(made: World) -> None:
    priced = by_kernel(made)
    lines = by_event(priced)
    assert set(lines) | set(priced.rejects) == {event["event_id"] for event in made.events}
    assert not set(lines) & set(priced.rejects)
    for event_id, own in lines.items():
        assert sum(line.quantity for line in own) == quantity_of(made, event_id, own[0].item)
        assert [line.part for line in own] == list(range(len(own)))
        assert all(line.quantity >= 0 for line in own)
        assert all(line.units >= line.quantity for line in own if in_whole_blocks_of_its_own(made, line))


@tried(100)
@given(worlds)
def test_the_parts_add_up_to_the_rounded_whole(made: World) -> None:
    items = {row.code: row for row in made.tariff.items}
    exact: dict[Any, Fraction] = defaultdict(Fraction)
    full: dict[Any, int] = defaultdict(int)
    priced = by_kernel(made)
    volume = {line.item for line in priced.lines if line.price is not None and line.price.tier_mode == "volume"}
    for line in priced.lines:
        whole = line.event_id if items[line.item].round_on == "event" else line.subscriber
        if line.price is not None:
            exact[whole, line.item] += Fraction(line.units * line.price.price_micro, line.price.per)
        full[whole, line.item] += line.amount_micro + line.cut_micro
    for own in by_event(priced).values():
        whole = own[0].event_id if items[own[0].item].round_on == "event" else own[0].subscriber
        exact[whole, own[0].item] += set_up_of(made, own)
    for key, amount in full.items():
        if key[1] in volume:  # what one of its lines costs depends on all before it
            continue
        item = items[key[1]]
        unit = minor_unit(made.rows) if item.round_to == "minor" else 1
        assert amount == rounded_to(exact[key], unit, item.rounding)


@tried(60)
@given(worlds)
def test_nothing_costs_nothing_and_leaves_every_allowance_as_it_was(made: World) -> None:
    nothing = {"duration_s": 0, "bytes_up": 0, "bytes_down": 0, "count": 0}
    priced = by_kernel(made, events=[{**event, **nothing} for event in made.events])
    assert all(line.amount_micro == line.units == line.cut_micro == 0 for line in priced.lines)
    assert all(line.allowance is None for line in priced.lines)
    assert len(priced.lines) + len(priced.rejects) == len(made.events)


@tried(60)
@given(worlds)
def test_no_allowance_gives_more_than_its_holdings_bring(made: World) -> None:
    drawn: dict[str, int] = defaultdict(int)
    for line in by_kernel(made).lines:
        if line.allowance is not None:
            assert line.amount_micro == line.cut_micro == 0
            drawn[line.allowance.code] += line.units
    for code, units in drawn.items():
        rows = [row for row in made.tariff.allowances if row.code == code]
        holdings = sum(offer == rows[0].offer for who in made.subscribers for offer, *_ in who["holdings"])
        days = 32 if any(row.period == "day" for row in rows) else 1
        assert units <= holdings * days * sum(row.quantity + row.block for row in rows)


def test_a_unit_whose_amounts_would_leave_64_bits_is_parked_and_the_others_go_on() -> None:
    dear = Tariff(
        currency="CNY",
        zone="Asia/Shanghai",
        items=(data(),),
        rules=(everything("data"),),
        prices=(price(333_333, 1, 1, item="data"),),
    )
    start = at("Asia/Shanghai", "2026-10-14 12:00:00")
    events = [
        event(start, 1, bytes_up=5),
        event(start + 1, 2, bytes_up=10**15),
        event(start + 2, 3, subscriber="T", bytes_up=3),
    ]
    people = [subscriber("S", unit="U"), subscriber("T", unit="V")]
    cycle = at("Asia/Shanghai", "2026-10-01 00:00:00"), at("Asia/Shanghai", "2026-11-01 00:00:00")
    priced = by_kernel(World(dear, cycle, people, events))
    assert priced.parked == {"U": "AMOUNT_OVERFLOW"}
    assert [(line.event_id, line.amount_micro) for line in priced.lines] == [(3, 999_999)]


@st.composite
def mixed_up(draw: st.DrawFn) -> tuple[World, World]:
    """A world, and the same with events, people and rows in another order."""
    by = Drawn(draw)
    made = world(by)
    rows = {name: tuple(shuffled(by, getattr(made.tariff, name))) for name in ROW_TABLES}
    other = World(
        tariff=dataclasses.replace(made.tariff, **rows),
        cycle=made.cycle,
        subscribers=shuffled(by, made.subscribers),
        events=shuffled(by, made.events),
        ported=made.ported,
    )
    return made, other


@tried(80)
@given(mixed_up())
def test_the_order_in_which_events_people_and_rows_arrive_does_not_matter(both: tuple[World, World]) -> None:
    made, other = (by_kernel(each) for each in both)
    assert by_event(made) == by_event(other)
    assert made.rejects == other.rejects
    assert sorted(made.totals, key=str) == sorted(other.totals, key=str)


@tried(60)
@given(mixed_up())
def test_a_tariff_compiled_twice_is_the_same_to_the_byte_whatever_the_order_of_its_rows(
    both: tuple[World, World],
) -> None:
    first, again, other = (compiled_bytes(each) for each in (both[0], both[0], both[1]))
    assert first == again == other


def compiled_bytes(made: World) -> dict[str, Any]:
    book = compile_tariff(made.tariff, Period(*made.cycle)).book._asdict()
    return {name: column.tobytes() if hasattr(column, "tobytes") else column for name, column in book.items()}


@tried(60)
@given(worlds, st.integers(0, 10))
def test_what_comes_later_changes_nothing_of_what_came_before(made: World, kept: int) -> None:
    """The same law lets a run, a quote and online charging share one arithmetic."""
    in_order = sorted(made.events, key=lambda event: (event["start_ms"], event["event_id"]))[:kept]
    early = by_event(by_kernel(made, events=in_order))
    whole = by_event(by_kernel(made))
    assert early == {event_id: lines for event_id, lines in whole.items() if event_id in early}


@tried(60)
@given(worlds)
def test_families_that_never_meet_do_not_know_of_each_other(made: World) -> None:
    together = by_event(by_kernel(made))
    for unit in sorted({unit for who in made.subscribers for unit, *_ in who["units"]}):
        inside = [who for who in made.subscribers if {code for code, *_ in who["units"]} == {unit}]
        outside = [who for who in made.subscribers if unit in {code for code, *_ in who["units"]} and who not in inside]
        if inside and not outside:
            codes = {who["code"] for who in inside}
            own = [event for event in made.events if event["subscriber"] in codes]
            alone = dataclasses.replace(made, subscribers=inside, events=own)
            ids = {event["event_id"] for event in own}
            assert by_event(by_kernel(alone)) == {n: lines for n, lines in together.items() if n in ids}
