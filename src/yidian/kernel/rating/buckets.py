"""Holdings + allowances → the opening buckets of a cycle (docs/pricing.md §6), all subscribers of a part at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from yidian.kernel.calendar import DAY_MS, FOREVER_MS, Period, day_start_ms, days_touched, local_date
from yidian.kernel.faults import refuse
from yidian.kernel.money.rounding import ROUNDINGS, divide
from yidian.kernel.rating.arrays import I64, LIMIT, array
from yidian.kernel.rating.book import Compiled


class Grants(NamedTuple):
    """What the allowances of a cycle give: by allowance row its bounds and kind, by offer the rows it brings."""

    offer_first: I64  # by offer, into offer_row
    offer_row: I64
    from_ms: I64
    to_ms: I64
    quantity: I64
    shared: I64
    by_days: I64
    priority: I64
    code: I64  # rank of the code
    day_start_ms: I64  # of every local day that the cycle touches


class Buckets(NamedTuple):
    """Opening buckets; the owner is a subscriber, or a unit where `shared`."""

    allowance: I64
    owner: I64
    shared: I64
    from_ms: I64
    to_ms: I64
    balance: I64


def grants(compiled: Compiled, rank: dict[str, int]) -> Grants:
    """The allowance rows as arrays; `rank` numbers the offers."""
    rows, cycle, zone = compiled.allowances, compiled.cycle, compiled.tariff.zone
    offer = np.array([rank.get(a.offer, -1) for a in rows], np.int64)
    order = np.argsort(offer, kind="stable")
    codes = {code: n for n, code in enumerate(sorted({a.code for a in rows}))}
    since = [day_start_ms(a.valid_from, zone) if a.valid_from else cycle.start_ms for a in rows]
    until = [day_start_ms(a.valid_to, zone) if a.valid_to else FOREVER_MS for a in rows]
    return Grants(
        offer_first=array(np.searchsorted(offer[order], np.arange(len(rank) + 1))),
        offer_row=array(order),
        from_ms=array(np.maximum(np.array(since, np.int64), cycle.start_ms)),
        to_ms=array(until),
        quantity=array([a.quantity for a in rows]),
        shared=array([int(a.scope == "unit") for a in rows]),
        by_days=array([int(a.proration != "none") for a in rows]),
        priority=array([a.priority for a in rows]),
        code=array([codes[a.code] for a in rows]),
        day_start_ms=array(_day_starts(cycle, zone)),
    )


def _day_starts(cycle: Period, zone: str) -> list[int]:
    found = {day_start_ms(local_date(at, zone), zone) for at in range(cycle.start_ms, cycle.end_ms, DAY_MS // 4)}
    return sorted({*found, day_start_ms(local_date(cycle.end_ms - 1, zone), zone)})


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
    end = np.minimum(to_ms[held], given.to_ms[row])
    # A bucket that outlives the cycle serves the cycle's last call to that call's end.
    end = np.where(end >= compiled.cycle.end_ms, FOREVER_MS, end)
    owner = sub[held]
    shared = given.shared[row] == 1
    owner[shared] = unit_at(owner[shared], begin[shared])
    kept = (begin < np.minimum(end, compiled.cycle.end_ms)) & (owner >= 0)
    row, owner, begin, end = row[kept], owner[kept], begin[kept], end[kept]
    quantity = _quantity(compiled, given, row, begin, end)
    some = quantity > 0
    return _added_up(compiled, given, row[some], owner[some], begin[some], end[some], quantity[some])


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
    compiled: Compiled, given: Grants, row: I64, owner: I64, begin: I64, end: I64, quantity: I64
) -> Buckets:  # fmt: skip
    """Equal windows of one allowance row and owner are one bucket."""
    order = np.lexsort((end, begin, owner, row))
    row, owner, begin, end, quantity = row[order], owner[order], begin[order], end[order], quantity[order]
    new = np.ones(len(row), bool)
    new[1:] = (np.diff(row) != 0) | (np.diff(owner) != 0) | (np.diff(begin) != 0) | (np.diff(end) != 0)
    first = np.flatnonzero(new)
    if len(quantity) and int(quantity.max()) * int(np.diff([*first, len(row)]).max()) > LIMIT:
        worst = compiled.allowances[int(row[int(quantity.argmax())])]
        raise refuse("ALLOWANCE_BEYOND_BOUNDS", sheet="allowances", column="quantity", value=worst.code)
    balance = np.add.reduceat(quantity, first) if len(first) else quantity
    return Buckets(
        allowance=array(row[first]), owner=array(owner[first]), shared=array(given.shared[row[first]]),
        from_ms=array(begin[first]), to_ms=array(end[first]), balance=array(balance),
    )  # fmt: skip
