"""Allowances of a cycle as pools: what was granted, who draws from it, what was drawn, and when it was empty."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from yidian.kernel.rating.carry import Left
from yidian.kernel.rating.holders import holders
from yidian.runs.explain.month import Month, columns
from yidian.runs.rate.left import left_files, of_part, read_left
from yidian.runs.rate.people import Part, People, part_of, people
from yidian.runs.rate.rate_part import ids_of


@dataclass(frozen=True, slots=True)
class Pool:
    """`allowance`: its place in the compiled tariff; `members`: ids of subscribers. Base units; instants UTC ms."""

    allowance: int
    members: frozenset[int]
    granted: int
    drawn: int
    from_ms: int
    emptied_ms: int | None


def pools(month: Month, *, at_ms: int | None = None) -> dict[tuple[int, int], Pool]:
    """The pool of each (subscriber id, allowance): buckets of one allowance that the same people draw from are one.

    `at_ms`: of what is given anew every day, only the day of that instant; None: all days as one.
    """
    if not month.units or not len(month.reference.subscriber_id):
        return {}
    programs = month.known.programs()
    some = people(month.reference, parts=1)
    part = part_of(some, programs, 0)
    held = holders(month.known.compiled, programs, part.parties, left=_left(month, some, part))
    ids = some.ids.tolist()
    chain: dict[tuple[int, int], set[int]] = defaultdict(set)
    begins: dict[int, int] = {}
    for n in range(len(ids)):
        for entry in range(int(held.chain_first[n]), int(held.chain_first[n + 1])):
            bucket = int(held.chain_bucket[entry])
            begin, end = int(held.chain_from_ms[entry]), int(held.chain_to_ms[entry])
            daily = month.known.compiled.allowances[int(held.bucket_allowance[bucket])].period == "day"
            if daily and at_ms is not None and not begin <= at_ms < end:
                continue
            chain[n, int(held.bucket_allowance[bucket])].add(bucket)
            begins[bucket] = min(begins.get(bucket, 1 << 62), begin)
    members: dict[tuple[int, frozenset[int]], set[int]] = defaultdict(set)
    for (n, allowance), buckets in chain.items():
        members[allowance, frozenset(buckets)].add(ids[n])
    found: dict[tuple[int, int], Pool] = {}
    for (allowance, pooled), mine in members.items():
        granted = sum(int(held.balance[bucket]) for bucket in pooled)
        pool = _drawn(month, allowance, mine, granted, min(begins[bucket] for bucket in pooled))
        found |= {(member, allowance): pool for member in mine}
    return found


def _left(month: Month, some: People, mine: Part) -> Left | None:
    """What the month before left these people."""
    files = left_files(tenant=month.tenant, cycle=month.cycle, tariff=month.known.tariff)
    if not files:
        return None
    subscribers, units = ids_of(some, mine)
    return of_part(read_left(files, month.lake), month.known.compiled, subscribers=subscribers, units=units)


def _drawn(month: Month, allowance: int, members: set[int], granted: int, from_ms: int) -> Pool:
    rows = columns(month.rated.select(["subscriber", "allowance", "units", "start_ms"]))
    mine = (rows["allowance"] == allowance) & np.isin(rows["subscriber"], np.array(sorted(members), np.int64))
    mine &= rows["start_ms"] >= from_ms
    running = np.cumsum(rows["units"][mine])
    drawn = int(running[-1]) if len(running) else 0
    emptied = None
    if drawn and drawn >= granted:
        emptied = int(rows["start_ms"][mine][int(np.searchsorted(running, granted))])
    return Pool(allowance, frozenset(members), granted, drawn, max(from_ms, month.cycle.from_ms), emptied)
