"""What a cycle's usage could not become: records in suspense and events that rating rejected, as one list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.usage.queries import suspense
from yidian.kernel.calendar import from_ms
from yidian.kernel.calendar.zones import zone_named
from yidian.platform.tenancy.models import Tenant

BATCH: Final = 10_000
COLUMNS: Final = pa.schema([
    ("stage", pa.string()),
    ("source", pa.string()),
    ("file", pa.string()),
    ("record_no", pa.int64()),
    ("line", pa.int64()),
    ("code", pa.string()),
    ("params", pa.string()),
    ("start", pa.string()),
    ("event", pa.int64()),
    ("identifier", pa.string()),
    ("other_party", pa.string()),
    ("raw", pa.string()),
])  # fmt: skip


def suspense_tables(*, tenant: Tenant, cycle: str, lake: Path) -> Iterator[pa.Table]:
    """Open suspense records of every cycle (they have no sure date), then the cycle's rejected events by start."""
    yield COLUMNS.empty_table()
    yield from _tables(_records(tenant))
    yield from _tables(_rejects(tenant, cycle, lake))


def _records(tenant: Tenant) -> Iterator[dict[str, Any]]:
    for one in suspense(tenant=tenant):
        params = json.dumps(one.params, ensure_ascii=False, sort_keys=True)
        yield {
            "stage": "collect", "source": one.source, "file": one.file, "record_no": one.record_no, "line": one.line,
            "code": one.code, "params": params, "start": "", "event": None, "identifier": "",
            "other_party": "", "raw": one.raw,
        }  # fmt: skip


def _rejects(tenant: Tenant, cycle: str, lake: Path) -> Iterator[dict[str, Any]]:
    from yidian.runs.rate.results import rejects

    zone = zone_named(cycle_named(tenant=tenant, name=cycle).zone)
    found = rejects(tenant=tenant, cycle=cycle, lake=lake)
    ordered = found.sort_by([("start_ms", "ascending"), ("event_id", "ascending")])
    for batch in ordered.to_batches(max_chunksize=BATCH):
        for one in batch.to_pylist():
            start = from_ms(one["start_ms"]).astimezone(zone).isoformat(timespec="milliseconds")
            yield {
                "stage": "rate", "source": "", "file": "", "record_no": one["record_no"], "line": 0,
                "code": one["reason"], "params": "", "start": start, "event": one["event_id"],
                "identifier": one["identifier"], "other_party": one["other_party"], "raw": "",
            }  # fmt: skip


def _tables(rows: Iterable[dict[str, Any]]) -> Iterator[pa.Table]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield pa.Table.from_pylist(batch, schema=COLUMNS)
