"""What is read for one subscription and one month: who is priced with it, their facts, their usage, classified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.queries import units_of_subscribers
from yidian.domains.product_inventory.types import CircleRows, Reference
from yidian.kernel.rating.classify import OUT_OF_CYCLE, REASONS, UNKNOWN_SUBSCRIBER
from yidian.kernel.rating.engine import fast
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.blocks import facts_of
from yidian.runs.best.cutting import cut
from yidian.runs.best.tiling import Some, Window
from yidian.runs.best.today import Today
from yidian.runs.best.together import co_billed, units_with
from yidian.runs.bill.facts import facts
from yidian.runs.rate.by_number import copies_of
from yidian.runs.rate.classify import Stage, classified, stage
from yidian.runs.rate.few import circle_rows, left_to, ported_table, usage_files, usage_of
from yidian.runs.rate.inputs import Places
from yidian.runs.rate.others import Known, asks_for
from yidian.runs.rate.people import people
from yidian.runs.rate.spill import Records


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one subscription, ready to be priced."""

    cycle: Cycle
    some: Some
    rejected: Mapping[str, int]


def read_month(
    *,
    tenant: Tenant,
    places: Places,
    cycle: Cycle,
    now: Today,
    subscriber: int,
    windows: Mapping[int, Sequence[Window]],
) -> Month:
    """The rating group of a subscriber (id) in a cycle. UnableToUseFile."""
    units = units_with(tenant=tenant, cycle=cycle, now=now, subscriber=subscriber)
    known, fellows = _circles(tenant, cycle, now, units)
    wide = _reference(tenant, cycle, sorted({*units, *fellows}))
    everybody = people(wide, parts=1)
    ids = np.asarray(wide.subscriber_id, np.int64)
    mine = np.flatnonzero(ids == subscriber)
    group = everybody.group[everybody.number]
    told = facts(tenant=tenant, cycle=cycle, subscribers=ids.tolist())
    if now.by_accounts:
        group = co_billed(group, wide, [told])
    chosen = np.flatnonzero(group == group[mine[0]]) if len(mine) else mine
    who = cut(wide, chosen)
    on = stage(classifier=now.classifier, people=everybody, engine=fast(), scratch=Path(), known=Known(None, known))
    if now.classifier.nets.asked:
        on = replace(on, nets=ported_table(tenant=tenant, cycle=cycle, classifier=now.classifier))
    stored = [file for file in usage_files(tenant=tenant, cycle=cycle) if file.id <= cycle.cutoff_file]
    copies = copies_of(tenant=tenant, work=places.work)
    usage = usage_of(lake=places.lake, stored=stored, wanted=frozenset(who.id_value), copies=copies)
    records, rejected = _classified(on, usage)
    place = np.full(len(ids), -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    records["sub"] = place[everybody.old[records["sub"]]]
    some = Some(
        reference=who, group=np.zeros(len(chosen), np.int64), records=records[records["sub"] >= 0],
        facts=facts_of(told, ids[chosen]),
        left=left_to(tenant=tenant, lake=places.lake, cycle=cycle, tariff=now.tariff, units=who.unit_id),
        windows=windows, from_ms=cycle.from_ms, to_ms=cycle.to_ms,
    )  # fmt: skip
    return Month(cycle, some, rejected)


def _reference(tenant: Tenant, cycle: Cycle, units: Sequence[int]) -> Reference:
    return load_reference(tenant=tenant, period_start_ms=cycle.from_ms, period_end_ms=cycle.to_ms, unit_ids=list(units))


def _classified(on: Stage, usage: pa.Table) -> tuple[Records, Counter[str]]:
    made = classified(on, usage)
    reasons, counts = np.unique(made.verdict[(made.verdict < 0) & (made.verdict != OUT_OF_CYCLE)], return_counts=True)
    told = Counter({REASONS[n]: count for n, count in zip(reasons.tolist(), counts.tolist(), strict=True)})
    told.pop(REASONS[UNKNOWN_SUBSCRIBER], None)  # of whoever else had the number in the month
    return made.records, told


def _circles(tenant: Tenant, cycle: Cycle, now: Today, units: Sequence[int]) -> tuple[CircleRows | None, list[int]]:
    """Friends and closed groups where rules ask for them, and the units of who is in a group with one of these."""
    if not asks_for(now.tariff)[1]:
        return None, []
    rows = circle_rows(tenant=tenant, cycle=cycle)
    mine = np.asarray(_reference(tenant, cycle, units).subscriber_id, np.int64)
    groups = np.unique(rows.group[np.isin(rows.member, mine)])
    fellows = np.unique(rows.member[np.isin(rows.group, groups)])
    return rows, units_of_subscribers(tenant=tenant, subscribers=fellows.tolist())
