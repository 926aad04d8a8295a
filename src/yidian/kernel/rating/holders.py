"""Parties + tariff → Holders: what each subscriber holds when, and the cycle's opening state (docs/pricing.md §6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I64, Holders, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.buckets import Buckets, Grants, opening_buckets, together
from yidian.kernel.rating.carry import Left, carried_over, continued
from yidian.kernel.rating.programs import Programs


class Parties(NamedTuple):
    """Subscribers 0 … subscribers-1 of a part and their dated relations, each sorted by subscriber, then begin.

    hold_offer: index into the programs' offers. unit: 0 … units-1. Instants in UTC ms, half-open.
    """

    subscribers: int
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


def first_of(subscriber: I64, count: int) -> I64:
    """Sorted subscriber numbers → where each subscriber's entries begin (count + 1 values)."""
    found: I64 = array(np.searchsorted(subscriber, np.arange(count + 1)))
    return found


def holders(compiled: Compiled, programs: Programs, parties: Parties, *, left: Left | None = None) -> Holders:
    """The opening record of every subscriber and unit of a part. `left`: what the cycle before left them."""
    return opened(compiled, programs, parties, left=left)[0]


def opened(
    compiled: Compiled, programs: Programs, parties: Parties, *, left: Left | None = None
) -> tuple[Holders, Buckets]:
    """The opening record, and its buckets: `Holders.balance` by them."""
    segment_sub, segment_from, segment_program = _segments(compiled, programs, parties)
    buckets = opening_buckets(
        compiled, programs.grants, sub=parties.hold_sub, offer=parties.hold_offer, from_ms=parties.hold_from_ms,
        to_ms=parties.hold_to_ms, unit_at=lambda sub, at_ms: _unit_at(parties, sub, at_ms),
    )  # fmt: skip
    if left is not None:
        buckets = together(
            continued(compiled, programs.grants, buckets, left), carried_over(compiled, programs.grants, left)
        )
    chain_sub, chain_bucket, chain_from, chain_to = _chains(programs.grants, parties, buckets)
    chain_limit, limits = _limits(programs.grants, buckets, chain_sub, chain_bucket)
    held = Holders(
        program_first=first_of(segment_sub, parties.subscribers),
        program_from_ms=segment_from,
        program=segment_program,
        payer_first=first_of(parties.payer_sub, parties.subscribers),
        payer_from_ms=array(parties.payer_from_ms),
        payer_to_ms=array(parties.payer_to_ms),
        unit_first=first_of(parties.unit_sub, parties.subscribers),
        unit_from_ms=array(parties.unit_from_ms),
        unit_to_ms=array(parties.unit_to_ms),
        unit=array(parties.unit),
        chain_first=first_of(chain_sub, parties.subscribers),
        chain_bucket=chain_bucket,
        chain_from_ms=chain_from,
        chain_to_ms=chain_to,
        chain_limit=chain_limit,
        bucket_allowance=buckets.allowance,
        balance=buckets.balance,
        taken=np.zeros(limits, np.int64),
        slots=np.zeros((parties.subscribers, compiled.slots), np.int64),
        unit_slots=np.zeros((parties.units, compiled.unit_slots), np.int64),
    )
    return held, buckets


def _segments(compiled: Compiled, programs: Programs, parties: Parties) -> tuple[I64, I64, I64]:
    """(subscriber, from, program), sorted: one entry per stretch in which a subscriber's program does not change."""
    cycle, starts = compiled.cycle, [epoch.start_ms for epoch in compiled.epochs]
    count = np.bincount(parties.hold_sub, minlength=parties.subscribers)
    whole = (parties.hold_from_ms <= cycle.start_ms) & (parties.hold_to_ms >= cycle.end_ms)
    steady = (count == 0) | ((count == 1) & (np.bincount(parties.hold_sub[whole], minlength=parties.subscribers) == 1))
    offer = np.full(parties.subscribers, -1, np.int64)
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
    first = first_of(parties.hold_sub, parties.subscribers)
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


def _unit_at(parties: Parties, sub: I64, at_ms: I64) -> I64:
    """The rating unit of each subscriber at an instant, -1: none."""
    first = first_of(parties.unit_sub, parties.subscribers)
    alone = first[sub + 1] - first[sub] == 1
    entry = np.where(alone, first[sub], 0)
    found: I64 = np.full(len(sub), -1, np.int64)
    if len(parties.unit):
        inside = alone & (parties.unit_from_ms[entry] <= at_ms) & (at_ms < parties.unit_to_ms[entry])
        found[inside] = parties.unit[entry[inside]]
    for n in np.flatnonzero(~alone).tolist():
        for e in range(int(first[sub[n]]), int(first[sub[n] + 1])):
            if parties.unit_from_ms[e] <= at_ms[n] < parties.unit_to_ms[e]:
                found[n] = parties.unit[e]
    return found


def _chains(given: Grants, parties: Parties, buckets: Buckets) -> tuple[I64, I64, I64, I64]:
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
    row = buckets.allowance[link]
    order = np.lexsort((row, buckets.from_ms[link], given.code[row], buckets.ends_ms[link], given.priority[row], sub))
    return array(sub[order]), array(link[order]), array(begin[order]), array(end[order])


def _limits(given: Grants, buckets: Buckets, sub: I64, link: I64) -> tuple[I64, int]:
    """Entry of a chain → where the draws of this member are counted, -1: nowhere; and how many such counts there are.

    All buckets of an allowance in one period (the cycle, or a local day) have one count for each member.
    """
    found: I64 = np.full(len(sub), -1, np.int64)
    row = buckets.allowance[link]
    limited = np.flatnonzero(given.limited[row]) if given.limited.any() else np.zeros(0, np.int64)
    if not len(limited):
        return found, 0
    row, of = row[limited], buckets.from_ms[link[limited]]
    day = np.where(given.daily[row] == 1, np.searchsorted(given.day_start_ms, of, "right"), 0)
    keys = np.stack([sub[limited], given.allowance[row], day], axis=1)
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    found[limited] = which.reshape(-1)
    return array(found), len(distinct)
