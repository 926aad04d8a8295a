"""Holdings + allowances → the opening buckets of a cycle (docs/pricing.md §6), all subscribers of a part at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from yidian.kernel.calendar import BEGINNING_MS, FOREVER_MS, day_start_ms, days_touched
from yidian.kernel.faults import refuse
from yidian.kernel.money.rounding import ROUNDINGS, divide
from yidian.kernel.rating.arrays import I64, LIMIT, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.draws import member_limit


class Grants(NamedTuple):
    """What the allowances of a cycle give: by allowance row its bounds and kind, by offer the rows it brings."""

    offer_first: I64  # by offer, into offer_row
    offer_row: I64
    from_ms: I64
    to_ms: I64
    quantity: I64
    shared: I64
    by_days: I64
    daily: I64  # 1: a bucket for each local day
    once: I64  # 1: one bucket for as long as the offer is held
    since_ms: I64  # from which day the row is in force, not cut to the cycle
    rollover: I64  # in how many further cycles what is left may be drawn
    limited: I64  # 1: one member's draws are limited
    priority: I64
    code: I64  # rank of the code
    allowance: I64  # rank of the code and offer: rows that follow each other are one allowance
    day_start_ms: I64  # of every local day that the cycle touches


class Buckets(NamedTuple):
    """Opening buckets; the owner is a subscriber, or a unit where `shared`.

    `to_ms`: until when it serves; `ends_ms`: by which it is ordered among others, the earliest first. `origin_ms`: when
    the holding began, of a bucket that lives as long as it, else 0. `remains`: in how many further cycles what is left
    may be drawn.
    """

    allowance: I64
    owner: I64
    shared: I64
    from_ms: I64
    to_ms: I64
    ends_ms: I64
    origin_ms: I64
    remains: I64
    balance: I64


def names_of(compiled: Compiled) -> dict[tuple[str, str], int]:
    """(code, offer) of every allowance → its number: dated rows of one allowance share it."""
    return {key: n for n, key in enumerate(sorted({(a.code, a.offer) for a in compiled.allowances}))}


def together(one: Buckets, other: Buckets) -> Buckets:
    """The buckets of both: those that a cycle opens, and those that the cycle before left."""
    return Buckets(*(array(np.concatenate(pair)) for pair in zip(one, other, strict=True)))


def grants(compiled: Compiled, rank: dict[str, int]) -> Grants:
    """The allowance rows as arrays; `rank` numbers the offers."""
    rows, cycle, zone = compiled.allowances, compiled.cycle, compiled.tariff.zone
    offer = np.array([rank.get(a.offer, -1) for a in rows], np.int64)
    order = np.argsort(offer, kind="stable")
    codes = {code: n for n, code in enumerate(sorted({a.code for a in rows}))}
    named = names_of(compiled)
    since = [day_start_ms(a.valid_from, zone) if a.valid_from else cycle.start_ms for a in rows]
    until = [day_start_ms(a.valid_to, zone) if a.valid_to else FOREVER_MS for a in rows]
    return Grants(
        offer_first=array(np.searchsorted(offer[order], np.arange(len(rank) + 1))),
        offer_row=array(order),
        from_ms=array(np.maximum(np.array(since, np.int64), cycle.start_ms)),
        to_ms=array(until),
        quantity=array([a.quantity for a in rows]),
        shared=array([int(a.scope == "unit") for a in rows]),
        by_days=array([int(a.proration != "none" and a.period == "cycle") for a in rows]),
        daily=array([int(a.period == "day") for a in rows]),
        once=array([int(a.period == "holding") for a in rows]),
        since_ms=array([day_start_ms(a.valid_from, zone) if a.valid_from else BEGINNING_MS for a in rows]),
        rollover=array([a.rollover if a.period == "cycle" else 0 for a in rows]),
        limited=array([int(member_limit(a) > 0) for a in rows]),
        priority=array([a.priority for a in rows]),
        code=array([codes[a.code] for a in rows]),
        allowance=array([named[a.code, a.offer] for a in rows]),
        day_start_ms=compiled.book.day_edge_ms,
    )


def opening_buckets(
    compiled: Compiled, given: Grants, *, sub: I64, offer: I64, from_ms: I64, to_ms: I64,
    unit_at: Callable[[I64, I64], I64],
) -> Buckets:  # fmt: skip
    """Buckets of these holdings. `unit_at(subscribers, instants)`: their rating units then, -1: none."""
    many = given.offer_first[offer + 1] - given.offer_first[offer]
    held = np.repeat(np.arange(len(offer)), many)
    within = np.arange(len(held)) - np.repeat(np.cumsum(many) - many, many)
    row = given.offer_row[given.offer_first[offer[held]] + within]
    begin = np.maximum(from_ms[held], given.from_ms[row])
    end = np.minimum(np.minimum(to_ms[held], given.to_ms[row]), compiled.cycle.end_ms)
    origin = np.where(given.once[row] == 1, from_ms[held], 0)
    if given.once.any():
        begin, end = _of_holding(compiled, given, row, from_ms[held], to_ms[held], begin, end)
    some = begin < end
    row, owner, begin, end, origin = row[some], sub[held][some], begin[some], end[some], origin[some]
    if given.daily.any():
        row, owner, begin, end, origin = _by_day(given, row, owner, begin, end, origin)
    # A bucket that reaches the cycle's end serves the cycle's last call to that call's end.
    end = np.where(end >= compiled.cycle.end_ms, FOREVER_MS, end)
    shared = given.shared[row] == 1
    owner[shared] = unit_at(owner[shared], begin[shared])
    kept = owner >= 0
    row, owner, begin, end, origin = row[kept], owner[kept], begin[kept], end[kept], origin[kept]
    quantity = _quantity(compiled, given, row, begin, end)
    some = quantity > 0
    return _added_up(compiled, given, row[some], owner[some], begin[some], end[some], origin[some], quantity[some])


def _of_holding(
    compiled: Compiled, given: Grants, row: I64, from_ms: I64, to_ms: I64, begin: I64, end: I64
) -> tuple[I64, I64]:
    """The windows of rows that live as long as the holding: of it whole, by the row in force when it began."""
    once = given.once[row] == 1
    fits = (given.since_ms[row] <= from_ms) & (from_ms < given.to_ms[row])
    begins = np.maximum(from_ms, compiled.cycle.start_ms)
    ends = np.where(fits, np.minimum(to_ms, compiled.cycle.end_ms), begins)
    return np.where(once, begins, begin), np.where(once, ends, end)


def _by_day(given: Grants, row: I64, owner: I64, begin: I64, end: I64, origin: I64) -> tuple[I64, I64, I64, I64, I64]:
    """The windows of daily rows cut where local days begin; the others as they are."""
    daily, starts = given.daily[row] == 1, given.day_start_ms
    first = np.searchsorted(starts, begin, "right") - 1
    last = np.searchsorted(starts, end - 1, "right") - 1
    times = np.where(daily, last - first + 1, 1)
    which = np.repeat(np.arange(len(row)), times)
    day = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    following = np.append(starts[1:], FOREVER_MS)
    begins = np.where(daily[which], np.maximum(begin[which], starts[day]), begin[which])
    ends = np.where(daily[which], np.minimum(end[which], following[day]), end[which])
    return row[which], owner[which], begins, ends, origin[which]


def _quantity(compiled: Compiled, given: Grants, row: I64, begin: I64, end: I64) -> I64:
    """Whole, or by the local days that the window touches, rounded to whole blocks."""
    starts = given.day_start_ms
    last = np.minimum(end, compiled.cycle.end_ms) - 1
    days = np.searchsorted(starts, last, "right") - np.searchsorted(starts, begin, "right") + 1
    prorated = given.by_days[row] == 1
    pairs, which = np.unique(row[prorated] * 1000 + days[prorated], return_inverse=True)
    of_days = days_touched(compiled.cycle, compiled.tariff.zone)
    amounts = []
    for allowance, n in ((compiled.allowances[pair // 1000], pair % 1000) for pair in pairs.tolist()):
        block, rounding = allowance.block, ROUNDINGS[allowance.rounding]
        amounts.append(divide(allowance.quantity * n, of_days * block, rounding) * block)
    found: I64 = given.quantity[row]
    found[prorated] = np.array(amounts, np.int64)[which.reshape(-1)]
    return found


def _added_up(
    compiled: Compiled, given: Grants, row: I64, owner: I64, begin: I64, end: I64, origin: I64, quantity: I64
) -> Buckets:  # fmt: skip
    """Equal windows of one allowance row and owner are one bucket."""
    order = np.lexsort((origin, end, begin, owner, row))
    row, owner, begin, end, quantity = row[order], owner[order], begin[order], end[order], quantity[order]
    origin = origin[order]
    new = np.ones(len(row), bool)
    new[1:] = (np.diff(row) != 0) | (np.diff(owner) != 0) | (np.diff(begin) != 0) | (np.diff(end) != 0)
    new[1:] |= np.diff(origin) != 0
    first = np.flatnonzero(new)
    if len(quantity) and int(quantity.max()) * int(np.diff([*first, len(row)]).max()) > LIMIT:
        worst = compiled.allowances[int(row[int(quantity.argmax())])]
        raise refuse("ALLOWANCE_BEYOND_BOUNDS", sheet="allowances", column="quantity", value=worst.code)
    balance = np.add.reduceat(quantity, first) if len(first) else quantity
    return Buckets(
        allowance=array(row[first]), owner=array(owner[first]), shared=array(given.shared[row[first]]),
        from_ms=array(begin[first]), to_ms=array(end[first]), ends_ms=array(end[first]),
        origin_ms=array(origin[first]), remains=array(given.rollover[row[first]]), balance=array(balance),
    )  # fmt: skip
