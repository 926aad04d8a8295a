"""The walk: an event becomes draws and priced lines (§4, §5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .buckets import Bucket, bucket_for
from .carry import LeftOver, closing, opening
from .classify import Ported, RejectedEvent, charge_item, quantity
from .roundings import minor_unit, rounded_to
from .rows import ANY, account_at, holds, in_force, offers_in_order, unit_at
from .time import band_at, band_ends_at_second, band_names, local_date, seconds_until

Row = dict[str, Any]


@dataclass
class State:
    """What a cycle remembers between events."""

    buckets: list[Bucket]
    counted: dict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))
    exact_sums: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    uncut_sums: dict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))
    taken_by: dict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))  # members of shared pools
    people: list[Row] = field(default_factory=list)  # whose numbers may be called
    ported: Sequence[Ported] = ()


@dataclass
class Rated:
    lines: list[Row]
    rejects: list[tuple[int, str]]
    totals: dict[tuple[str, str | None, str], int]  # (subscriber, account, item) → amount_micro
    left: list[LeftOver] = field(default_factory=list)


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

    def period(self, name: str) -> str:
        """What a sum of this period is kept under: another day is another sum."""
        return str(self.day) if name == "day" else "cycle"


def rate(
    tariff: Row, cycle: tuple[int, int], subscribers: list[Row], events: list[Row], ported: Sequence[Ported] = (),
    before: Sequence[LeftOver] = (),
) -> Rated:  # fmt: skip
    """All events of a cycle, in the order (start, event id). `ported`: (number, network, from, to)."""
    state = State(opening(tariff, cycle, subscribers, before), people=subscribers, ported=ported)
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
    result.left = closing(state.buckets)
    return result


def rate_event(tariff: Row, state: State, subscriber: Row | None, event: Row) -> list[Row]:
    day = local_date(event["start_ms"], tariff["zone"])
    item = charge_item(tariff, event, subscriber, day, state.people, state.ported)
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
    if walk.quantity < walk.item["free_below"]:
        return [free(walk)]
    while pos < walk.quantity or not lines:
        instant = walk.event["start_ms"] + (pos * 1000 if walk.by_block else 0)
        band = band_at(walk.tariff, walk.item["band_set"], instant)
        end = stretch_end(walk, pos)
        bucket = bucket_for(
            state.buckets, walk.subscriber, walk.item["code"], band, instant, lambda b: pays(walk, state, b)
        )
        if bucket is not None and walk.quantity > 0:
            if walk.by_block:
                until = min(bucket.window[1], ends_for(walk, bucket, instant))
                end = min(end, seconds_until(walk.event["start_ms"], until))
            line = draw(walk, state, bucket, band, pos, end)
        else:
            line, exact = charge(walk, state, band, pos, end)
            if walk.quantity > 0 and not any(one["kind"] == "price" for one in lines):
                exact += ladder(walk, band)[0]["setup_micro"]
            cut_to_cap(walk, state, line, event_sum, exact)
            event_sum += exact
        lines.append(line)
        pos += line["quantity"]
    return lines


def free(walk: Walk) -> Row:
    """Too little to count: one line, neither drawn nor priced."""
    band = band_at(walk.tariff, walk.item["band_set"], walk.event["start_ms"])
    nothing = {"units": 0, "amount_micro": 0, "cut_micro": 0}
    return new_line(walk, band, kind="free", source=None, quantity=walk.quantity, **nothing)


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


def ends_for(walk: Walk, bucket: Bucket, instant: int) -> int:
    """Until when the subscriber draws from a bucket: from a shared one while it is a member."""
    if bucket.row["scope"] != "unit":
        return bucket.window[1]
    return next(int(ends) for _, begins, ends in walk.subscriber["units"] if holds((begins, ends), instant))


def left_to(walk: Walk, state: State, bucket: Bucket) -> int:
    """What this subscriber may still draw: what is left, and of a shared bucket no more than its own limit has left."""
    limit = bucket.member_limit()
    taken = state.taken_by[walk.subscriber["code"], *bucket.limit_key()]
    return min(bucket.left, limit - taken) if limit else bucket.left


def conversion(walk: Walk, bucket: Bucket) -> Row | None:
    for row in in_force(walk.tariff["conversions"], walk.day):
        if row["allowance"] == bucket.code and row["item"] == walk.item["code"]:
            return row
    return None


def pays(walk: Walk, state: State, bucket: Bucket) -> bool:
    converted = conversion(walk, bucket)
    return left_to(walk, state, bucket) >= (converted["takes"] if converted else 1)


def draw(walk: Walk, state: State, bucket: Bucket, band: str, pos: int, end: int) -> Row:
    left, converted = left_to(walk, state, bucket), conversion(walk, bucket)
    if converted:
        times = min(up_to_blocks(end - pos, converted["block"]) // converted["block"], left // converted["takes"])
        units, covered = times * converted["takes"], times * converted["block"]
    else:
        units = covered = min(up_to_blocks(end - pos, bucket.row["block"]), left)
    bucket.left -= units
    if bucket.member_limit():
        state.taken_by[walk.subscriber["code"], *bucket.limit_key()] += units
    return new_line(
        walk,
        band,
        kind="draw",
        source=(bucket.row["offer"], bucket.code, bucket.row["valid_from"]),
        units=units,
        quantity=min(covered, walk.quantity - pos),
        amount_micro=0,
        cut_micro=0,
    )


def charge(walk: Walk, state: State, band: str, pos: int, end: int) -> tuple[Row, Fraction]:
    """One line by one step, and its exact price in micro-units."""
    steps = ladder(walk, band)
    head = steps[0]
    counter = None
    if head["tier_scope"] != "event":
        counter = (walk.subscriber["code"], head["counter"] or head["item"], walk.period(head["tier_scope"]))
    before = pos if counter is None else state.counted[counter]
    if head["tier_mode"] == "volume":
        step, units, covered, exact = by_volume(walk, steps, before, end - pos, counter is not None)
    else:
        step, units, covered = by_step(steps, before, end - pos, counter is not None)
        exact = Fraction(units * step["price_micro"], step["per"])
    if counter is not None:
        state.counted[counter] += covered
    source = (step["offer"], step["item"], step["band"], step["tier_from"], step["valid_from"])
    line = new_line(walk, band, kind="price", source=source, units=units, quantity=min(covered, walk.quantity - pos))
    return line, exact


def by_step(steps: list[Row], before: int, wanted: int, counted: bool) -> tuple[Row, int, int]:
    """The step where the position stands, the units paid and the units that this covers."""
    repeat = steps[0]["repeat"]
    place = before % repeat if repeat else before
    step = [row for row in steps if row["tier_from"] <= place][-1]
    edges = [row["tier_from"] for row in steps if row["tier_from"] > place] + ([repeat] if repeat else [])
    used = min(wanted, min(edges) - place) if edges else wanted
    if counted and step["block_on"] == "counter":
        begun = place - step["tier_from"]
        return step, up_to_blocks(begun + used, step["block"]) - up_to_blocks(begun, step["block"]), used
    units = up_to_blocks(used, step["block"])
    return step, units, units


def by_volume(walk: Walk, steps: list[Row], before: int, wanted: int, counted: bool) -> tuple[Row, int, int, Fraction]:
    """Everything at the price of the step in which all of it ends: what it costs now, less what it cost before."""

    def ends_in(units: int) -> Row:
        return [row for row in steps if row["tier_from"] < units or row is steps[0]][-1]

    def whole(units: int) -> Fraction:
        return Fraction(units * ends_in(units)["price_micro"], ends_in(units)["per"])

    if not counted:
        step = ends_in(walk.quantity)
        units = up_to_blocks(wanted, step["block"])
        return step, units, units, Fraction(units * step["price_micro"], step["per"])
    units = up_to_blocks(wanted, ends_in(before + wanted)["block"])
    return ends_in(before + units), units, units, whole(before + units) - whole(before)


def cut_to_cap(walk: Walk, state: State, line: Row, event_sum: Fraction, exact: Fraction) -> None:
    """Rounds the line as a difference of rounded sums, then cuts it to what its cap leaves."""
    item, sums = walk.item, (walk.subscriber["code"], walk.item["code"])
    unit = minor_unit(walk.tariff) if item["round_to"] == "minor" else 1
    before = state.exact_sums[sums] if item["round_on"] == "total" else event_sum
    full = rounded_to(before + exact, unit, item["rounding"]) - rounded_to(before, unit, item["rounding"])
    state.exact_sums[sums] += exact
    cap = cap_of(walk)
    amount = full
    if cap is not None:
        owner = str(line["unit"] if cap["scope"] == "unit" else line["subscriber"])
        key = (cap["code"], cap["scope"], owner, walk.period(cap["period"]))
        limit, so_far = cap["amount_micro"], state.uncut_sums[key]
        amount = min(limit, so_far + full) - min(limit, so_far)
        state.uncut_sums[key] += full
    line["amount_micro"], line["cut_micro"] = amount, full - amount


def cap_of(walk: Walk) -> Row | None:
    for offer in walk.offers:
        caps = [row for row in in_force(walk.tariff["caps"], walk.day) if row["offer"] == offer]
        listing = sorted((row for row in caps if walk.item["code"] in row["items"]), key=lambda row: row["code"])
        if listing:
            return listing[0]
    return None
