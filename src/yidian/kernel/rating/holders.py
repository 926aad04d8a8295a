"""Parties + tariff → Holders: what each subscriber holds when, and the opening state of the cycle (docs/pricing.md §6)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from yidian.kernel.calendar import Period, day_start_ms, days_touched
from yidian.kernel.faults import refuse
from yidian.kernel.money.rounding import ROUNDINGS, divide
from yidian.kernel.rating.arrays import I64, LIMIT, Holders, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.tariff import Allowance


class Parties(NamedTuple):
    """Subscribers 0 … count-1 of a part and their dated relations, each sorted by subscriber, then begin.

    hold_offer: index into the programs' offers. unit: 0 … units-1. Instants in UTC ms, half-open.
    """

    count: int
    units: int
    hold_sub: I64
    hold_offer: I64
    hold_from_ms: I64
    hold_to_ms: I64
    payer_sub: I64
    payer_from_ms: I64
    payer_to_ms: I64
    unit_sub: I64
    unit: I64
    unit_from_ms: I64
    unit_to_ms: I64


class Buckets(NamedTuple):
    """Opening buckets; owner is a subscriber, or a unit where `shared`."""

    allowance: I64
    owner: I64
    shared: I64
    from_ms: I64
    to_ms: I64
    balance: I64


def first_of(subscriber: I64, count: int) -> I64:
    """Sorted subscriber numbers → where each subscriber's entries begin (count + 1 values)."""
    return array(np.searchsorted(subscriber, np.arange(count + 1)))


def holders(compiled: Compiled, programs: Programs, parties: Parties) -> Holders:
    """The opening record of every subscriber and unit of a part."""
    segment_sub, segment_from, segment_program = _segments(compiled, programs, parties)
    buckets = opening_buckets(compiled, programs, parties)
    chain_sub, chain_bucket, chain_from, chain_to = _chains(compiled, parties, buckets)
    return Holders(
        program_first=first_of(segment_sub, parties.count),
        program_from_ms=segment_from,
        program=segment_program,
        payer_first=first_of(parties.payer_sub, parties.count),
        payer_from_ms=array(parties.payer_from_ms),
        payer_to_ms=array(parties.payer_to_ms),
        unit_first=first_of(parties.unit_sub, parties.count),
        unit_from_ms=array(parties.unit_from_ms),
        unit_to_ms=array(parties.unit_to_ms),
        unit=array(parties.unit),
        chain_first=first_of(chain_sub, parties.count),
        chain_bucket=chain_bucket,
        chain_from_ms=chain_from,
        chain_to_ms=chain_to,
        bucket_allowance=buckets.allowance,
        balance=buckets.balance,
        slots=np.zeros((parties.count, compiled.slots), np.int64),
        unit_slots=np.zeros((parties.units, compiled.unit_slots), np.int64),
    )


def _segments(compiled: Compiled, programs: Programs, parties: Parties) -> tuple[I64, I64, I64]:
    """(subscriber, from, program), sorted: one entry per stretch in which a subscriber's program does not change."""
    cycle, starts = compiled.cycle, [epoch.start_ms for epoch in compiled.epochs]
    count = np.bincount(parties.hold_sub, minlength=parties.count)
    whole = (parties.hold_from_ms <= cycle.start_ms) & (parties.hold_to_ms >= cycle.end_ms)
    steady = (count == 0) | ((count == 1) & (np.bincount(parties.hold_sub[whole], minlength=parties.count) == 1))
    offer = np.full(parties.count, -1, np.int64)
    offer[parties.hold_sub[whole]] = parties.hold_offer[whole]

    subs, froms, numbers = [], [], []
    steady_subs = np.flatnonzero(steady)
    for epoch, start in enumerate(starts):
        known = np.unique(offer[steady_subs])
        number = np.array([programs.number(epoch, () if rank < 0 else (int(rank),)) for rank in known], np.int64)
        subs.append(steady_subs)
        froms.append(np.full(len(steady_subs), start, np.int64))
        numbers.append(number[np.searchsorted(known, offer[steady_subs])] if len(known) else steady_subs)
    moving = _moving(compiled, programs, parties, np.flatnonzero(~steady))
    sub, at, program = (np.concatenate([*a, b]) for a, b in zip((subs, froms, numbers), moving, strict=True))
    order = np.lexsort((at, sub))
    return array(sub[order]), array(at[order]), array(program[order])


def _moving(compiled: Compiled, programs: Programs, parties: Parties, subs: I64) -> tuple[I64, I64, I64]:
    """The same for subscribers with several holdings, or one that begins or ends within the cycle."""
    cycle, starts = compiled.cycle, [epoch.start_ms for epoch in compiled.epochs]
    first = first_of(parties.hold_sub, parties.count)
    out: list[tuple[int, int, int]] = []
    offers, begins, ends = parties.hold_offer.tolist(), parties.hold_from_ms.tolist(), parties.hold_to_ms.tolist()
    for sub in subs.tolist():
        held = range(int(first[sub]), int(first[sub + 1]))
        instants = {*starts, *(begins[h] for h in held), *(ends[h] for h in held)}
        for at in sorted(t for t in instants if cycle.start_ms <= t < cycle.end_ms):
            epoch = sum(start <= at for start in starts) - 1
            now = tuple(sorted({offers[h] for h in held if begins[h] <= at < ends[h]}))
            out.append((sub, at, programs.number(epoch, now)))
    table = np.array(out, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def opening_buckets(compiled: Compiled, programs: Programs, parties: Parties) -> Buckets:
    """The buckets of a cycle as holdings and allowances give them, shared ones added up per unit and window."""
    found: dict[str, list[I64]] = defaultdict(list)
    for row, allowance in enumerate(compiled.allowances):
        rank = programs.rank.get(allowance.offer, -1)
        held = parties.hold_offer == rank
        if rank < 0 or not held.any():
            continue
        sub = parties.hold_sub[held]
        begin, end = _window(compiled, allowance, parties.hold_from_ms[held], parties.hold_to_ms[held])
        kept = begin < end
        sub, begin, end = sub[kept], begin[kept], end[kept]
        quantity = _quantity(compiled, allowance, begin, end)
        owner = sub if allowance.scope != "unit" else _unit_at(parties, sub, begin)
        kept = (quantity > 0) & (owner >= 0)
        key = np.stack([owner[kept], begin[kept], end[kept]], axis=1).reshape(-1, 3)
        distinct, inverse = np.unique(key, axis=0, return_inverse=True)
        if len(quantity) and int(quantity.max()) * len(quantity) > LIMIT:
            raise refuse("ALLOWANCE_BEYOND_BOUNDS", sheet="allowances", column="quantity", value=allowance.code)
        balance = np.zeros(len(distinct), np.int64)
        np.add.at(balance, inverse.reshape(-1), quantity[kept])
        for name, values in zip(("owner", "from", "to"), distinct.T, strict=True):
            found[name].append(values)
        found["balance"].append(balance)
        found["allowance"].append(np.full(len(distinct), row, np.int64))
        found["shared"].append(np.full(len(distinct), int(allowance.scope == "unit"), np.int64))
    names = ("allowance", "owner", "shared", "from", "to", "balance")
    return Buckets(*(array(np.concatenate(found[n]) if found[n] else np.zeros(0)) for n in names))


def _window(compiled: Compiled, allowance: Allowance, begin: I64, end: I64) -> tuple[I64, I64]:
    """holding ∩ cycle ∩ the row's validity."""
    cycle, zone = compiled.cycle, compiled.tariff.zone
    valid_from = day_start_ms(allowance.valid_from, zone) if allowance.valid_from else cycle.start_ms
    valid_to = day_start_ms(allowance.valid_to, zone) if allowance.valid_to else cycle.end_ms
    return (
        np.maximum(begin, max(cycle.start_ms, valid_from)),
        np.minimum(end, min(cycle.end_ms, valid_to)),
    )


def _quantity(compiled: Compiled, allowance: Allowance, begin: I64, end: I64) -> I64:
    """Whole, or by the local days that the window touches, rounded to whole blocks."""
    if allowance.proration == "none":
        return np.full(len(begin), allowance.quantity, np.int64)
    zone, of_days = compiled.tariff.zone, days_touched(compiled.cycle, compiled.tariff.zone)
    block, rounding = allowance.block, ROUNDINGS[allowance.rounding]
    windows, which = np.unique(np.stack([begin, end], axis=1), axis=0, return_inverse=True)
    days = [days_touched(Period(int(a), int(b)), zone) for a, b in windows]
    by_window = [divide(allowance.quantity * n, of_days * block, rounding) * block for n in days]
    return np.array(by_window, np.int64)[which.reshape(-1)] if len(begin) else np.zeros(0, np.int64)


def _unit_at(parties: Parties, sub: I64, at_ms: I64) -> I64:
    """The rating unit of each subscriber at an instant, -1: none."""
    found = np.full(len(sub), -1, np.int64)
    first = first_of(parties.unit_sub, parties.count)
    for n, (s, at) in enumerate(zip(sub.tolist(), at_ms.tolist(), strict=True)):
        for entry in range(int(first[s]), int(first[s + 1])):
            if parties.unit_from_ms[entry] <= at < parties.unit_to_ms[entry]:
                found[n] = parties.unit[entry]
    return found


def _chains(compiled: Compiled, parties: Parties, buckets: Buckets) -> tuple[I64, I64, I64, I64]:
    """(subscriber, bucket, from, to): own buckets and those of the units it belongs to, in the order they are drawn."""
    own = np.flatnonzero(buckets.shared == 0)
    subs, chain = [buckets.owner[own]], [own]
    froms, tos = [buckets.from_ms[own]], [buckets.to_ms[own]]
    shared = np.flatnonzero(buckets.shared == 1)
    if len(shared):
        by_unit = np.argsort(parties.unit, kind="stable")
        unit_sorted = parties.unit[by_unit]
        low = np.searchsorted(unit_sorted, buckets.owner[shared], "left")
        high = np.searchsorted(unit_sorted, buckets.owner[shared], "right")
        bucket = np.repeat(shared, high - low)
        offset = np.arange(len(bucket)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        entry = by_unit[np.repeat(low, high - low) + offset]
        subs.append(parties.unit_sub[entry])
        chain.append(bucket)
        froms.append(np.maximum(buckets.from_ms[bucket], parties.unit_from_ms[entry]))
        tos.append(np.minimum(buckets.to_ms[bucket], parties.unit_to_ms[entry]))
    sub, link, begin, end = (np.concatenate(a) for a in (subs, chain, froms, tos))
    kept = begin < end
    sub, link, begin, end = sub[kept], link[kept], begin[kept], end[kept]
    priority = np.array([a.priority for a in compiled.allowances] or [0], np.int64)
    row = buckets.allowance[link]
    codes = {code: n for n, code in enumerate(sorted({a.code for a in compiled.allowances}))}
    code = np.array([codes[a.code] for a in compiled.allowances] or [0], np.int64)
    order = np.lexsort((row, buckets.from_ms[link], code[row], buckets.to_ms[link], priority[row], sub))
    return array(sub[order]), array(link[order]), array(begin[order]), array(end[order])
