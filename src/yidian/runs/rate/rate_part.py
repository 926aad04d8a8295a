"""The second stage of a rate run: one part of the rating units → rated items, totals, rejects, parked units."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from yidian.kernel.rating import columns, engine
from yidian.kernel.rating.arrays import I64, Holders, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.buckets import Buckets
from yidian.kernel.rating.carry import carries, closing
from yidian.kernel.rating.columns import Identity
from yidian.kernel.rating.holders import opened
from yidian.kernel.rating.marks import marks_reached
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.quote import PARKED
from yidian.kernel.rating.quote import REASONS as PRICE_REASONS
from yidian.kernel.rating.units import Events, Groups, Totals
from yidian.platform.points import point
from yidian.runs.rate import left
from yidian.runs.rate.marks import mark_table
from yidian.runs.rate.people import Part, People, part_of
from yidian.runs.rate.spill import Records

PURPOSE_RETAIL = 0


@dataclass(frozen=True, slots=True)
class RatedPart:
    """What one part gave: tables, and the terms of the row law (sums of event ids modulo 2⁶⁴, signed)."""

    rated: pa.Table
    totals: pa.Table
    rejects: pa.Table
    parked: list[dict[str, int | str]]  # unit id, reason
    taken: int
    taken_sum: int
    good: int
    good_sum: int
    rejected_sum: int
    parked_events: int
    parked_sum: int
    amount_micro: int
    reasons: dict[str, int]
    left: pa.Table  # see left.py; no rows where no allowance outlives the cycle
    marks: pa.Table  # see marks.py


def rate_part(
    *, compiled: Compiled, programs: Programs, people: People, records: Records, part: int, fast: SimpleNamespace,
    before: pa.Table | None = None, lines: bool = True,
) -> RatedPart:  # fmt: skip
    """Price the events of one part of the people. `before`: what the cycle before left them (left.read_left).

    `lines` False: nobody will look at single events; `rated` has no rows then, all else is the same.
    """
    mine = part_of(people, programs, part)
    taken_sum = int(records["event_id"].sum(dtype=np.int64))
    events, groups = _ordered(records, mine, people, fast)
    lasting = carries(compiled)
    mine_ids, unit_ids = ids_of(people, mine)
    known = left.of_part(before, compiled, subscribers=mine_ids, units=unit_ids) if lasting and before else None
    held, buckets = opened(compiled, programs, mine.parties, left=known)
    out, sums, found = engine.price_all(fast, programs.book(), held, events, groups)
    reference = people.reference
    who = Identity(
        subscriber=mine_ids,
        account=array(np.asarray(reference.account_id)[mine.payer_account]),
        unit=unit_ids,
    )
    made = columns.empty(len(out.event) if lines else 0)
    if lines:
        fast.fill(out, events, who, made)
    parked_group = np.flatnonzero(found.group)
    parked_event = _events_of(groups, parked_group)
    found.event[parked_event] = 0
    rejected = np.flatnonzero(found.event)
    good = events.event_id[out.event[out.part == 0]]
    point("rate.rated")
    return RatedPart(
        rated=pa.table(dict(zip(made._fields, map(pa.array, made), strict=True))).append_column(
            "purpose", pa.array(np.full(len(made.event_id), PURPOSE_RETAIL, np.int8))
        ),
        totals=_totals(compiled, sums, mine, who, held.unit_first, held.unit),
        rejects=_rejects(events, found.event, rejected, who.unit[held.unit[held.unit_first[events.sub[rejected]]]]),
        parked=[
            {
                "unit": int(reference.unit_id[people.group_unit[mine.first_group + g]]),
                "code": PARKED[int(found.group[g])],
            }
            for g in parked_group.tolist()
        ],
        taken=len(events.sub), taken_sum=taken_sum, good=len(good), good_sum=_sum(good),
        rejected_sum=_sum(events.event_id[rejected]),
        parked_events=len(parked_event), parked_sum=_sum(events.event_id[parked_event]),
        amount_micro=int(sums.amount_micro.sum()),
        reasons=_reasons(found.event[rejected]),
        left=_left(compiled, programs, buckets, held, who) if lasting else left.EMPTY,
        marks=mark_table(compiled, marks_reached(compiled, programs, held, events, out), events, who),
    )  # fmt: skip


def ids_of(people: People, mine: Part) -> tuple[I64, I64]:
    """Ids of a part's subscribers and units, by their local numbers."""
    subscribers = np.asarray(people.reference.subscriber_id)[people.old[mine.first_sub : mine.last_sub]]
    return array(subscribers), array(np.asarray(people.reference.unit_id)[mine.unit_index])


def _left(compiled: Compiled, programs: Programs, buckets: Buckets, held: Holders, who: Identity) -> pa.Table:
    """What the part leaves to the next cycle."""
    first = held.unit_first[:-1]
    member = np.minimum(first, max(len(held.unit) - 1, 0))
    unit_of = who.unit[held.unit[member]] if len(held.unit) else np.zeros(len(first), np.int64)
    return left.table_of(
        closing(programs.grants, buckets, held.balance), compiled, subscribers=who.subscriber, units=who.unit,
        unit_of=array(unit_of),
    )  # fmt: skip


def _sum(ids: I64) -> int:
    return int(ids.sum(dtype=np.int64))


def _reasons(verdicts: I64) -> dict[str, int]:
    values, counts = np.unique(verdicts, return_counts=True)
    return {PRICE_REASONS[v]: n for v, n in zip(values.tolist(), counts.tolist(), strict=True)}


def _ordered(records: Records, mine: Part, people: People, fast: SimpleNamespace) -> tuple[Events, Groups]:
    """The events in the order of pricing."""
    count = len(records)
    first = np.zeros(mine.groups + 1, np.int64)
    order, start, identity = (np.empty(count, np.int64) for _ in range(3))
    fast.order_records(records, mine.group_of, mine.first_sub, mine.groups, first, order, start, identity)
    events = Events(*(np.empty(count, np.int64) for _ in Events._fields))
    fast.gather(records, order, mine.first_sub, events)
    subs = people.group_first[mine.first_group : mine.first_group + mine.groups + 1] - mine.first_sub
    return events, Groups(first, array(subs) if mine.groups else np.zeros(1, np.int64))


def _events_of(groups: Groups, chosen: I64) -> I64:
    spans = [np.arange(groups.event_first[g], groups.event_first[g + 1]) for g in chosen.tolist()]
    return np.concatenate(spans) if spans else np.zeros(0, np.int64)


def _totals(compiled: Compiled, sums: Totals, mine: Part, who: Identity, unit_first: I64, unit: I64) -> pa.Table:
    """One row per (account, subscriber, item) with usage, and the unit that names the subscriber's first membership."""
    payer, item = np.nonzero(sums.events)
    sub = mine.payer_sub[payer]
    names = pa.array([i.code for i in compiled.items], pa.string())
    return pa.table(
        {
            "unit": who.unit[unit[unit_first[sub]]],
            "account": who.account[payer],
            "subscriber": who.subscriber[sub],
            "item": pa.DictionaryArray.from_arrays(pa.array(item.astype(np.int32)), names),
            "amount_micro": sums.amount_micro[payer, item],
            "quantity": sums.quantity[payer, item],
            "events": sums.events[payer, item],
            "cut_micro": sums.cut_micro[payer, item],
        }
    )


def _rejects(events: Events, reason: I64, rejected: I64, unit: I64) -> pa.Table:
    return pa.table(
        {
            "event_id": events.event_id[rejected],
            "start_ms": events.start_ms[rejected],
            "reason": reason[rejected],
            "unit": unit,
        }
    )
