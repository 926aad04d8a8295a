"""What a cycle leaves in its buckets and the next one finds there (docs/pricing.md §6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from yidian.kernel.calendar import FOREVER_MS, local_date
from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.buckets import Buckets, Grants, names_of


class Left(NamedTuple):
    """Buckets as a cycle left them. `owner`: a subscriber, or a unit where `shared`.

    `name`: the number of the allowance (names_of), -1: the tariff has none of that name. `once` 1: of the holding that
    began at `origin_ms`; else what may be drawn in `remains` further cycles.
    """

    owner: I64
    shared: I64
    name: I64
    once: I64
    origin_ms: I64
    remains: I64
    balance: I64


def carries(compiled: Compiled) -> bool:
    """Whether any allowance of a tariff asks what the cycle before left."""
    return any(row.rollover or row.period == "holding" for row in compiled.allowances)


def carried_over(compiled: Compiled, given: Grants, left: Left) -> Buckets:
    """Buckets of what was left of a cycle's own: they serve all of this cycle, and end before its own do."""
    fit = (left.once == 0) & (left.name >= 0) & (left.remains > 0) & (left.balance > 0)
    rows = _rows(compiled)
    key = np.stack([rows[left.name[fit]], left.owner[fit], left.remains[fit]], axis=1)
    distinct, which = np.unique(key, axis=0, return_inverse=True)
    balance = np.zeros(len(distinct), np.int64)
    np.add.at(balance, which.reshape(-1), left.balance[fit])
    row, owner, remains = (array(distinct[:, n]) for n in range(3))
    cycle = compiled.cycle
    return Buckets(
        allowance=row, owner=owner, shared=array(given.shared[row]),
        from_ms=np.full(len(row), cycle.start_ms, np.int64), to_ms=np.full(len(row), FOREVER_MS, np.int64),
        ends_ms=array(cycle.end_ms + remains - 1),  # by how many cycles it has left
        origin_ms=np.zeros(len(row), np.int64), remains=array(remains - 1), balance=balance,
    )  # fmt: skip


def _rows(compiled: Compiled) -> I64:
    """Name → the row of it in force as the cycle begins, else the last."""
    names, day = names_of(compiled), local_date(compiled.cycle.start_ms, compiled.tariff.zone)
    found = np.zeros(max(len(names), 1), np.int64)
    sure: set[int] = set()
    for n, row in enumerate(compiled.allowances):
        name = names[row.code, row.offer]
        if name not in sure:
            found[name] = n
            if row.in_force(day):
                sure.add(name)
    return found


def continued(compiled: Compiled, given: Grants, buckets: Buckets, left: Left) -> Buckets:
    """Buckets of holdings that began before the cycle have what was left; of those that nothing is known of, all."""
    known = {
        (owner, shared, name, origin): balance
        for owner, shared, name, once, origin, _, balance in zip(*(c.tolist() for c in left), strict=True)
        if once
    }
    balance = buckets.balance.copy()
    older = (given.once[buckets.allowance] == 1) & (buckets.origin_ms < compiled.cycle.start_ms)
    for n in np.flatnonzero(older).tolist():
        row = int(buckets.allowance[n])
        key = int(buckets.owner[n]), int(buckets.shared[n]), int(given.allowance[row]), int(buckets.origin_ms[n])
        if key in known:
            balance[n] = known[key]
            known[key] = 0  # a second window of the same holding has no second one
    return buckets._replace(balance=array(balance))


def closing(given: Grants, buckets: Buckets, balance: I64) -> Left:
    """What the buckets leave to the next cycle, by their balances now."""
    once = given.once[buckets.allowance]
    lasting = (once == 1) & (buckets.to_ms == FOREVER_MS)
    some = np.flatnonzero(lasting | ((once == 0) & (buckets.remains > 0) & (balance > 0)))
    row = buckets.allowance[some]
    return Left(
        owner=array(buckets.owner[some]), shared=array(buckets.shared[some]), name=array(given.allowance[row]),
        once=array(once[some]), origin_ms=array(buckets.origin_ms[some]), remains=array(buckets.remains[some]),
        balance=array(balance[some]),
    )  # fmt: skip
