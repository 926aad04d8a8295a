"""What is read for one subscription and one month: who is priced with it, their facts, their usage, classified."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import load_circles, load_ported, load_reference
from yidian.domains.product_inventory.queries import units_of_subscribers, versions
from yidian.domains.product_inventory.types import CircleRows, PortedRows, Reference
from yidian.kernel.rating.classify import OUT_OF_CYCLE, REASONS, UNKNOWN_SUBSCRIBER
from yidian.kernel.rating.engine import fast
from yidian.platform.lake.queries import UnableToUseFile, files, whole
from yidian.platform.lake.rows import rows_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.blocks import facts_of
from yidian.runs.best.cutting import cut
from yidian.runs.best.tiling import Some, Window
from yidian.runs.best.today import Today
from yidian.runs.best.together import co_billed, units_with
from yidian.runs.bill.facts import facts
from yidian.runs.rate import left
from yidian.runs.rate.classify import NAMES, READ, Stage, classified, stage
from yidian.runs.rate.inputs import Places
from yidian.runs.rate.others import Known, Ported, asks_for, ported
from yidian.runs.rate.people import people
from yidian.runs.rate.spill import Records

KEPT_USAGE: Final = 300  # months of somebody's usage that a process keeps
MOST_KEPT: Final = 20_000  # events; one with more is read again


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
        on = replace(on, nets=_ported(tenant, cycle, now))
    usage = _usage(tenant, places.lake, cycle, who)
    records, rejected = _classified(on, usage)
    place = np.full(len(ids), -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    records["sub"] = place[everybody.old[records["sub"]]]
    some = Some(
        reference=who, group=np.zeros(len(chosen), np.int64), records=records[records["sub"] >= 0],
        facts=facts_of(told, ids[chosen]),
        left=_left(tenant, places.lake, cycle, now, who), windows=windows, from_ms=cycle.from_ms, to_ms=cycle.to_ms,
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


def _left(tenant: Tenant, lake: Path, cycle: Cycle, now: Today, who: Reference) -> pa.Table | None:
    """What the cycle before left the units of these people; None: no allowance asks for it."""
    if not left.asks_for(now.tariff):
        return None
    units = set(np.asarray(who.unit_id, np.int64).tolist())
    tables = [left.EMPTY]
    for file, without in left.left_files(tenant=tenant, cycle=cycle, tariff=now.tariff):
        names = (*left.NUMBERS, *left.TEXTS)
        found = rows_of(whole(file, lake), names, key="unit", values=units - without)
        tables.append(pa.table({name: found[name].cast(left.EMPTY.schema.field(name).type) for name in names}))
    return pa.concat_tables([table.select(left.EMPTY.column_names) for table in tables]).combine_chunks()


def _circles(tenant: Tenant, cycle: Cycle, now: Today, units: Sequence[int]) -> tuple[CircleRows | None, list[int]]:
    """Friends and closed groups where rules ask for them, and the units of who is in a group with one of these."""
    if not asks_for(now.tariff)[1]:
        return None, []
    rows = _circle_rows(_Whose(tenant), versions(tenant=tenant).circles, cycle.from_ms, cycle.to_ms)
    mine = np.asarray(_reference(tenant, cycle, units).subscriber_id, np.int64)
    groups = np.unique(rows.group[np.isin(rows.member, mine)])
    fellows = np.unique(rows.member[np.isin(rows.group, groups)])
    return rows, units_of_subscribers(tenant=tenant, subscribers=fellows.tolist())


class _Whose:
    """A tenant as part of a key."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whose) and self.tenant.pk == other.tenant.pk and self.tenant.code == other.tenant.code

    def __hash__(self) -> int:
        return hash((self.tenant.pk, self.tenant.code))


@lru_cache(maxsize=4)
def _circle_rows(whose: _Whose, version: int, from_ms: int, to_ms: int) -> CircleRows:
    del version  # rows of another version are other rows
    return load_circles(tenant=whose.tenant, period_start_ms=from_ms, period_end_ms=to_ms)


@lru_cache(maxsize=4)
def _ported_rows(whose: _Whose, version: int, from_ms: int, to_ms: int) -> PortedRows:
    del version
    return load_ported(tenant=whose.tenant, period_start_ms=from_ms, period_end_ms=to_ms)


_ported_tables: OrderedDict[tuple[int, int], tuple[object, Ported]] = OrderedDict()
_guard: Final = Lock()


def _ported(tenant: Tenant, cycle: Cycle, now: Today) -> Ported:
    """The networks and the table of ported numbers, entered once for a classifier."""
    rows = _ported_rows(_Whose(tenant), versions(tenant=tenant).ported, cycle.from_ms, cycle.to_ms)
    key = id(now.classifier), id(rows)
    with _guard:
        if key not in _ported_tables:
            made = ported(now.classifier, Known(rows, None), fast())
            _ported_tables[key] = (now.classifier, rows), made  # both are held: no other object has their number
            while len(_ported_tables) > 4:
                _ported_tables.popitem(last=False)
        return _ported_tables[key][1]


_kept: OrderedDict[tuple[tuple[str, ...], frozenset[str]], pa.Table] = OrderedDict()


def _usage(tenant: Tenant, lake: Path, cycle: Cycle, who: Reference) -> pa.Table:
    """The usage of these people that the month's rating took, in the order of its files: found once, kept if little."""
    wanted = frozenset(who.id_value)
    overlapping = files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
    stored = [file for file in overlapping if file.id <= cycle.cutoff_file]
    key = tuple(file.sha256 for file in stored), wanted
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = pa.concat_tables([_SCHEMA.empty_table(), *(_sifted(whole(file, lake), wanted) for file in stored)])
    found = found.unify_dictionaries().combine_chunks()
    if found.num_rows <= MOST_KEPT:
        with _guard:
            _kept[key] = found
            while len(_kept) > KEPT_USAGE:
                _kept.popitem(last=False)
    return found


def _sifted(path: Path, wanted: frozenset[str]) -> pa.Table:
    """Reads the identifiers of all rows, and the rest only of row groups that hold one."""
    try:
        file = pq.ParquetFile(path, read_dictionary=list(NAMES), page_checksum_verification=True)
        values = pa.array(sorted(wanted), pa.string())
        tables = [_SCHEMA.empty_table()]
        for group in range(file.num_row_groups):
            named = file.read_row_group(group, columns=["identifier"], use_threads=False)["identifier"]
            rows = np.flatnonzero(pc.is_in(named, value_set=values).to_numpy())
            if len(rows):
                read = file.read_row_group(group, columns=list(READ), use_threads=False)
                tables.append(read.take(pa.array(rows)).select(READ).cast(_SCHEMA))
        return pa.concat_tables(tables)
    except (OSError, ValueError) as error:
        raise UnableToUseFile("LAKE_FILE_CHANGED", path.name) from error


_SCHEMA: Final = pa.schema([
    (name, pa.dictionary(pa.int32(), pa.string()) if name in NAMES
     else pa.string() if name in ("identifier", "other_party") else pa.int64())
    for name in READ
])  # fmt: skip


def forget_usage() -> None:
    """Read everything from the lake again: for measuring."""
    with _guard:
        _kept.clear()
