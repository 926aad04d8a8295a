"""The walk: an event becomes draws and priced lines (§4, §5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .buckets import Bucket, bucket_for, buckets_of_cycle
from .classify import RejectedEvent, charge_item, quantity
from .roundings import minor_unit, rounded_to
from .rows import ANY, account_at, holds, in_force, offers_in_order, unit_at
from .time import band_at, band_ends_at_second, band_names, local_date, seconds_until

Row = dict[str, Any]


@dataclass
class State:
    """What a cycle remembers between events."""

    buckets: list[Bucket]
    paid_units: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    exact_sums: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    cap_used: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Rated:
    lines: list[Row]
    rejects: list[tuple[int, str]]
    totals: dict[tuple[str, str | None, str], int]  # (subscriber, account, item) → amount_micro


@dataclass(frozen=True)
class Walk:
    """One event with all that stays the same while it is walked."""

    tariff: Row
    event: Row
    subscriber: Row
    day: date
    item: Row
    offers: list[str]
    quantity: int

    @property
    def by_block(self) -> bool:
        return self.item["split"] == "block" and self.item["measure"] == "duration"


def rate(tariff: Row, cycle: tuple[int, int], subscribers: list[Row], events: list[Row]) -> Rated:
    """All events of a cycle, in the order (start, event id)."""
    state = State(buckets_of_cycle(tariff, cycle, subscribers))
    by_code = {subscriber["code"]: subscriber for subscriber in subscribers}
    result = Rated([], [], defaultdict(int))
    for event in sorted(events, key=lambda event: (event["start_ms"], event["event_id"])):
        subscriber = by_code.get(event["subscriber"])
        try:
            if not holds(cycle, event["start_ms"]):
                raise RejectedEvent("OUT_OF_CYCLE")
            lines = rate_event(tariff, state, subscriber, event)
        except RejectedEvent as rejected:
            result.rejects.append((event["event_id"], rejected.code))
            continue
        for ordinal, line in enumerate(lines):
            result.lines.append({**line, "ordinal": ordinal})
            result.totals[line["subscriber"], line["account"], line["item"]] += line["amount_micro"]
    return result


def rate_event(tariff: Row, state: State, subscriber: Row | None, event: Row) -> list[Row]:
    day = local_date(event["start_ms"], tariff["zone"])
    item = charge_item(tariff, event, subscriber, day)
    assert subscriber is not None
    offers = offers_in_order(tariff, subscriber, event["start_ms"], day)
    walk = Walk(tariff, event, subscriber, day, item, offers, quantity(item, event))
    for band in band_names(tariff, item["band_set"]) or [""]:
        if not ladder(walk, band):
            raise RejectedEvent("NO_PRICE")
    if account_at(subscriber, event["start_ms"]) is None or unit_at(subscriber, event["start_ms"]) is None:
        raise RejectedEvent("NO_PAYER")
    return walked(walk, state)


def ladder(walk: Walk, band: str) -> list[Row]:
    """The price rows of the first offer that prices the item here; within an offer a named band beats any band."""
    prices = [row for row in in_force(walk.tariff["prices"], walk.day) if row["item"] == walk.item["code"]]
    for offer in walk.offers:
        for name in (band, ANY):
            steps = [row for row in prices if row["offer"] == offer and row["band"] == name]
            if steps:
                return sorted(steps, key=lambda row: row["tier_from"])
    return []


def walked(walk: Walk, state: State) -> list[Row]:
    lines: list[Row] = []
    event_sum = Fraction(0)
    pos = 0
    while pos < walk.quantity or not lines:
        instant = walk.event["start_ms"] + (pos * 1000 if walk.by_block else 0)
        band = band_at(walk.tariff, walk.item["band_set"], instant)
        end = stretch_end(walk, pos)
        bucket = bucket_for(state.buckets, walk.subscriber, walk.item["code"], band, instant)
        if bucket is not None and walk.quantity > 0:
            if walk.by_block:
                end = min(end, seconds_until(walk.event["start_ms"], bucket.window[1]))
            line = draw(walk, bucket, band, pos, end)
        else:
            line, exact = charge(walk, state, band, pos, end)
            cut_to_cap(walk, state, line, event_sum, exact)
            event_sum += exact
        lines.append(line)
        pos += line["units"]
    return lines


def stretch_end(walk: Walk, pos: int) -> int:
    if not walk.by_block or not walk.item["band_set"]:
        return walk.quantity
    start = walk.event["start_ms"]
    return band_ends_at_second(walk.tariff, walk.item["band_set"], start, pos, walk.quantity)


def up_to_blocks(units: int, block: int) -> int:
    return -(-units // block) * block


def new_line(walk: Walk, band: str, **more: object) -> Row:
    return {
        "event_id": walk.event["event_id"],
        "subscriber": walk.subscriber["code"],
        "account": account_at(walk.subscriber, walk.event["start_ms"]),
        "unit": unit_at(walk.subscriber, walk.event["start_ms"]),
        "item": walk.item["code"],
        "band": band,
        **more,
    }


def draw(walk: Walk, bucket: Bucket, band: str, pos: int, end: int) -> Row:
    units = min(up_to_blocks(end - pos, bucket.row["block"]), bucket.left)
    bucket.left -= units
    return new_line(
        walk,
        band,
        kind="draw",
        source=(bucket.row["offer"], bucket.code, bucket.row["valid_from"]),
        units=units,
        quantity=min(units, walk.quantity - pos),
        amount_micro=0,
        cut_micro=0,
    )


def charge(walk: Walk, state: State, band: str, pos: int, end: int) -> tuple[Row, Fraction]:
    """One line by one step, and its exact price in micro-units."""
    steps = ladder(walk, band)
    scope, repeat = steps[0]["tier_scope"], steps[0]["repeat"]
    counter = (walk.subscriber["code"], steps[0]["counter"] or steps[0]["item"])
    place = state.paid_units[counter] if scope == "cycle" else pos
    if repeat:
        place %= repeat
    step = [row for row in steps if row["tier_from"] <= place][-1]
    edges = [row["tier_from"] for row in steps if row["tier_from"] > place] + ([repeat] if repeat else [])
    room = min(edges) - place if edges else end - pos
    units = up_to_blocks(min(end - pos, room), step["block"])
    if scope == "cycle":
        state.paid_units[counter] += units
    source = (step["offer"], step["item"], step["band"], step["tier_from"], step["valid_from"])
    line = new_line(walk, band, kind="price", source=source, units=units, quantity=min(units, walk.quantity - pos))
    return line, Fraction(units * step["price_micro"], step["per"])


def cut_to_cap(walk: Walk, state: State, line: Row, event_sum: Fraction, exact: Fraction) -> None:
    """Rounds the line as a difference of rounded sums, then cuts it to what its cap leaves."""
    item, key = walk.item, (walk.subscriber["code"], walk.item["code"])
    unit = minor_unit(walk.tariff) if item["round_to"] == "minor" else 1
    before = state.exact_sums[key] if item["round_on"] == "total" else event_sum
    full = rounded_to(before + exact, unit, item["rounding"]) - rounded_to(before, unit, item["rounding"])
    state.exact_sums[key] += exact
    cap = cap_of(walk)
    amount = full
    if cap is not None:
        owner = str(line["unit"] if cap["scope"] == "unit" else line["subscriber"])
        used = (cap["code"], cap["scope"], owner)
        amount = min(full, max(0, cap["amount_micro"] - state.cap_used[used]))
        state.cap_used[used] += amount
    line["amount_micro"], line["cut_micro"] = amount, full - amount


def cap_of(walk: Walk) -> Row | None:
    for offer in walk.offers:
        caps = [row for row in in_force(walk.tariff["caps"], walk.day) if row["offer"] == offer]
        listing = sorted((row for row in caps if walk.item["code"] in row["items"]), key=lambda row: row["code"])
        if listing:
            return listing[0]
    return None
