"""I4 for events: no key twice in one source, within the window in which a repeat is a duplicate."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from yidian.domains.usage import operations, queries
from yidian.platform.lake.queries import Stored, read_stored
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

ROWS_AT_ONCE: Final = 16_000_000
KEY: Final = ("event_id", "event_check", "start_ms")


def event_once(on: Visit) -> Finding:
    """Every event of the lake by its key, in bounded memory: a source with many rows is read several times."""
    look = Look("I4", "EVENT_ONCE")
    by_source: dict[str, list[Stored]] = {}
    for file in queries.lake_files(tenant=on.tenant):
        by_source.setdefault(file.subject, []).append(file)
    for source, stored in sorted(by_source.items()):
        mapping = queries.mapping_of(tenant=on.tenant, source=source)
        if not mapping:
            look.alarm("SOURCE_WITHOUT_MAPPING", source=source)
            continue
        window_ms = operations.read_mapping(text=mapping, file=source).window_ms
        rows = sum(file.rows for file in stored)
        look.checked += rows
        slices = -(-rows // ROWS_AT_ONCE)
        times = sum(_repeats(on, stored, n, slices, window_ms) for n in range(slices))
        if times:
            look.violation("EVENT_TWICE", source=source, count=times)
    return look.finding()


def _repeats(on: Visit, stored: list[Stored], part: int, parts: int, window_ms: int) -> int:
    """How many events of one slice of the ids repeat another at most the window away."""
    found: list[list[np.ndarray[Any, Any]]] = []
    for file in stored:
        table = read_stored(file, on.places.lake, KEY)
        columns = [table[name].to_numpy() for name in KEY]
        mine = columns[0] % parts == part
        found.append([column[mine] for column in columns])
    ids, checks, starts = (np.concatenate([columns[n] for columns in found]) for n in range(3))
    order = np.lexsort((starts, checks, ids))
    ids, checks, starts = ids[order], checks[order], starts[order]
    same = (ids[1:] == ids[:-1]) & (checks[1:] == checks[:-1]) & (starts[1:] - starts[:-1] <= window_ms)
    return int(same.sum())
