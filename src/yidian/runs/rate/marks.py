"""Marks that a rating has reached (docs/pricing.md §10), as a table of the run and for an export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_inventory.bulk import load_reference
from yidian.kernel.rating.arrays import I64
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.columns import Identity
from yidian.kernel.rating.marks import Reached
from yidian.kernel.rating.units import Events
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.results import marks_of

MARKS: Final = pa.schema([  # subscriber 0: of the rating unit. from_ms: the period's first instant
    *((name, pa.int64()) for name in ("unit", "subscriber")),
    *((name, pa.string()) for name in ("code", "offer", "mark", "value", "period")),
    *((name, pa.int64()) for name in ("quantity", "from_ms", "event_id", "start_ms")),
])  # fmt: skip
NAMED: Final = ("subscriber", "unit", "code", "offer", "mark", "value", "period", "quantity", "from", "event", "start")


def mark_table(compiled: Compiled, found: Reached, events: Events, who: Identity) -> pa.Table:
    """Rows as MARKS says; none where the tariff has no marks."""
    rows = [compiled.marks[n] for n in found.mark.tolist()]
    own: I64 = np.array([mark.scope != "unit" for mark in rows], bool)
    subscriber = np.where(own, who.subscriber[events.sub[found.event]], 0) if rows else np.zeros(0, np.int64)
    columns: dict[str, Any] = {"unit": who.unit[found.unit], "subscriber": subscriber}
    columns |= {name: [getattr(mark, name) for mark in rows] for name in ("code", "offer", "mark", "value", "period")}
    columns |= {"quantity": [mark.quantity for mark in rows], "from_ms": found.from_ms}
    columns |= {"event_id": events.event_id[found.event], "start_ms": events.start_ms[found.event]}
    return pa.table({name: pa.array(columns[name], MARKS.field(name).type) for name in MARKS.names}, schema=MARKS)


def mark_rows(*, tenant: Tenant, cycle: str, lake: Path) -> Iterator[pa.Table]:
    """The marks of a cycle in natural keys, at least one table: NAMED; local time, `subscriber` "" of a unit's."""
    found = cycle_named(tenant=tenant, name=cycle)
    table = pa.concat_tables([MARKS.empty_table(), *marks_of(tenant=tenant, cycle=cycle, lake=lake)]).combine_chunks()
    reference = load_reference(tenant=tenant, period_start_ms=found.from_ms, period_end_ms=found.to_ms)
    subscribers = dict(zip(np.asarray(reference.subscriber_id).tolist(), reference.subscriber_code, strict=True))
    units = dict(zip(np.asarray(reference.unit_id).tolist(), reference.unit_code, strict=True))
    yield pa.table(
        {
            "subscriber": pa.array([subscribers.get(n, "") for n in table["subscriber"].to_pylist()], pa.string()),
            "unit": pa.array([units.get(n, "") for n in table["unit"].to_pylist()], pa.string()),
            **{name: table[name] for name in ("code", "offer", "mark", "value", "period", "quantity")},
            "from": _local(table["from_ms"], found.zone),
            "event": table["event_id"],
            "start": _local(table["start_ms"], found.zone),
        }
    )


def _local(at_ms: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    at = at_ms.cast(pa.timestamp("ms")).cast(pa.timestamp("ms", tz=zone))
    return pc.strftime(at, format="%Y-%m-%dT%H:%M:%S%Ez")
