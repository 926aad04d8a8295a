"""A few rows of a large file: those of one account, of some rating units, of some events.

Files do not change once they are written, so where the rows of each key stand is found out once a process and kept.
Every page that is read is held against its checksum; `queries.whole` goes before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yidian.platform.lake.queries import UnableToUseFile

KEPT: Final = 192  # files of which a process remembers where the keys stand; some 0.4 MB each at a million customers
Span = tuple[int, int]


class _Runs(NamedTuple):
    """Stretches of rows with one key, sorted by key: rows first … end-1. `groups`: where the row groups begin."""

    key: Any
    first: Any
    end: Any
    groups: Any


def rows_of(path: Path, columns: Sequence[str], *, key: str, values: Collection[int]) -> pa.Table:
    """The rows whose integer column `key` is among the values, in the file's order; UnableToUseFile LAKE_FILE_CHANGED.

    Reads the row groups they stand in, and the first time the whole key column. For keys that stand together.
    """
    try:
        told = path.stat()
        runs = _runs(path, key, told.st_size, told.st_mtime_ns)
        spans = sorted(_spans(runs, sorted(set(values))))
        file = pq.ParquetFile(path, page_checksum_verification=True)
        found = [part for group, wanted in _by_group(runs, spans) for part in _cut(file, group, columns, wanted)]
        return pa.concat_tables(found).combine_chunks() if found else _nothing(file, columns)
    except (OSError, ValueError, KeyError) as error:
        raise UnableToUseFile("LAKE_FILE_CHANGED", path.name) from error


def rows_near(
    path: Path, columns: Sequence[str], *, key: str, values: Collection[int], by: str, near: Sequence[int]
) -> pa.Table:
    """The same for keys that stand anywhere: looks where a row group's bounds of column `by` hold one of `near`."""
    wanted = np.array(sorted(values), np.int64)
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        found = []
        for group in range(file.num_row_groups):
            if _may_hold(file, group, by, near):
                rows = file.read_row_group(group, columns=list(columns), use_threads=False)
                found.append(rows.filter(pa.array(np.isin(rows[key].to_numpy(), wanted))))
        return pa.concat_tables(found) if found else _nothing(file, columns)
    except (OSError, ValueError, KeyError) as error:
        raise UnableToUseFile("LAKE_FILE_CHANGED", path.name) from error


@lru_cache(maxsize=KEPT)
def _runs(path: Path, key: str, size: int, written_ns: int) -> _Runs:
    del size, written_ns  # they only tell one file of a name from another
    file = pq.ParquetFile(path, page_checksum_verification=True)
    keys = file.read(columns=[key], use_threads=False)[key].to_numpy()
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    end = np.concatenate([first[1:], [len(keys)]]) if len(first) else first
    order = np.argsort(keys[first], kind="stable")
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    return _Runs(keys[first][order], first[order], end[order], np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]))


def _spans(runs: _Runs, values: Sequence[int]) -> Iterator[Span]:
    low = np.searchsorted(runs.key, np.array(values, np.int64), "left")
    high = np.searchsorted(runs.key, np.array(values, np.int64), "right")
    for begin, after in zip(low.tolist(), high.tolist(), strict=True):
        for n in range(begin, after):
            yield int(runs.first[n]), int(runs.end[n])


def _by_group(runs: _Runs, spans: Sequence[Span]) -> Iterator[tuple[int, list[Span]]]:
    """Spans cut at the row groups they lie in, counted from the group's first row."""
    wanted: dict[int, list[Span]] = {}
    for first, end in spans:
        group = int(np.searchsorted(runs.groups, first, "right")) - 1
        while first < end:
            begin, after = int(runs.groups[group]), int(runs.groups[group + 1])
            upto = min(end, after)
            wanted.setdefault(group, []).append((first - begin, upto - begin))
            first, group = upto, group + 1
    yield from wanted.items()


def _cut(file: pq.ParquetFile, group: int, columns: Sequence[str], spans: Sequence[Span]) -> Iterator[pa.Table]:
    rows = file.read_row_group(group, columns=list(columns), use_threads=False)
    for first, end in spans:
        yield rows.slice(first, end - first)


def _nothing(file: pq.ParquetFile, columns: Sequence[str]) -> pa.Table:
    return pa.schema([file.schema_arrow.field(name) for name in columns]).empty_table()


def _may_hold(file: pq.ParquetFile, group: int, column: str, values: Sequence[int]) -> bool:
    """Whether the bounds of a row group leave room for one of the values."""
    told = file.metadata.row_group(group).column(file.schema_arrow.get_field_index(column)).statistics
    return told is None or not told.has_min_max or any(told.min <= value <= told.max for value in values)
