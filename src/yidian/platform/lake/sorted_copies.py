"""Rows of many files of the lake once more, sorted by a text: what one of the values has stands together there.

Files keep the order in which things came in, so whoever asks for one number would have to look through all of them. A
copy is scratch: it may be lost or damaged, then the lake itself is read. It names the files that it was made of by
path and SHA-256; each row says which of them it is of and where it stood there. Pages carry checksums, and so does what
is told of the row groups.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yidian.platform.files import TEMPORARY
from yidian.platform.lake.operations import UNALIKE
from yidian.platform.lake.queries import Stored, read_columns, whole

FILE: Final = "_file"  # of whose rows it is: its place among those asked for
ROW: Final = "_row"
GROUP: Final = 1 << 12
KEPT: Final = 64  # copies of which a process remembers where the values stand; up to some 3 MB each
_TOLD: Final = b"yidian.copy"
_SEAL: Final = b"yidian.copy.sha256"


class _Copy(NamedTuple):
    """`first`, `last`: the values between which each row group lies, in order."""

    metadata: Any
    members: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]


def rows_by_value(
    *, folder: Path, stored: Sequence[Stored], columns: Sequence[str], coded: Sequence[str], key: str,
    values: Collection[str],
) -> tuple[list[pa.Table], set[int]]:  # fmt: skip
    """Rows whose `key` is among the values, with FILE and ROW, and the places in `stored` of the files looked at.

    The other files are in no copy, or in one that could not be read: that one goes, to be made again.
    """
    place = {name_of(file): n for n, file in enumerate(stored)}
    wanted, tables, seen = sorted(values), list[pa.Table](), set[int]()
    for path, copy in _copies(folder):
        here = np.array([place.get(member, -1) for member in copy.members], np.int64)
        here[np.isin(here, sorted(seen))] = -1
        if (here < 0).all():
            continue
        try:
            rows = _rows(path, copy, (*columns, FILE, ROW), coded, key, wanted)
        except (OSError, ValueError, KeyError):
            path.unlink(missing_ok=True)
            continue
        seen |= set(here[here >= 0].tolist())
        at = here[rows[FILE].to_numpy()]
        rows = rows.set_column(rows.column_names.index(FILE), FILE, pa.array(at)).filter(pa.array(at >= 0))
        tables.append(rows)
    return tables, seen


def _rows(
    path: Path, copy: _Copy, columns: Sequence[str], coded: Sequence[str], key: str, wanted: Sequence[str]
) -> pa.Table:
    groups: set[int] = set()
    for value in wanted:
        groups |= set(range(bisect_left(copy.last, value), bisect_right(copy.first, value)))
    file = pq.ParquetFile(path, metadata=copy.metadata, read_dictionary=list(coded), page_checksum_verification=True)
    rows = file.read_row_groups(sorted(groups), columns=list(columns), use_threads=False)
    return rows.filter(pc.is_in(rows[key], value_set=pa.array(wanted, pa.string()))).select(columns)


def without_copy(*, folder: Path, of: Sequence[Stored]) -> list[Stored]:
    """Those whose rows stand in no copy yet."""
    known = {member for _, copy in _copies(folder) for member in copy.members}
    return [file for file in of if name_of(file) not in known]


def write_copy(
    *, folder: Path, lake: Path, of: Sequence[Stored], columns: Sequence[str], coded: Sequence[str], key: str
) -> int:
    """One copy of some files; answers its rows. UnableToUseFile."""
    tables = []
    for n, file in enumerate(of):
        rows = read_columns(whole(file, lake), columns, coded=coded).select(columns)
        count = rows.num_rows
        rows = rows.append_column(FILE, pa.array(np.full(count, n, np.int32)))
        tables.append(rows.append_column(ROW, pa.array(np.arange(count, dtype=np.int64))))
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    table = table.take(pc.sort_indices(table, sort_keys=[(key, "ascending")]))
    members = [name_of(file) for file in of]
    path = folder / f"{hashlib.sha256(json.dumps([key, *members]).encode()).hexdigest()[:32]}.parquet"
    ends = [(n, min(n + GROUP, table.num_rows) - 1) for n in range(0, table.num_rows, GROUP)]
    first, last = ([table[key][end[side]].as_py() for end in ends] for side in (0, 1))
    told = json.dumps({"files": members, "first": first, "last": last}).encode()
    folder.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + TEMPORARY)
    dictionary = [name for name in table.column_names if name not in (*UNALIKE, ROW)]
    with pq.ParquetWriter(
        aside, table.schema, compression="zstd", compression_level=1, version="2.6", use_dictionary=dictionary,
        store_schema=False, write_page_checksum=True, write_statistics=False,
    ) as writer:  # fmt: skip
        writer.write_table(table, row_group_size=GROUP)
        writer.add_key_value_metadata({_TOLD: told, _SEAL: hashlib.sha256(told).hexdigest().encode()})
    aside.replace(path)
    return sum(file.rows for file in of)


def forget_copies(*, folder: Path, but: Sequence[Stored]) -> int:
    """Remove copies in which none of these files stands; answers how many."""
    kept, gone = {name_of(file) for file in but}, 0
    for path, copy in _copies(folder):
        if kept.isdisjoint(copy.members):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def name_of(file: Stored) -> str:
    """What tells a file with its contents from every other."""
    return f"{file.sha256} {file.path}"


def _copies(folder: Path) -> Iterator[tuple[Path, _Copy]]:
    """Those that can be opened; another is written over when its files have their turn."""
    for path in sorted(folder.glob("*.parquet")):
        try:
            told = path.stat()
            copy = _opened(path, told.st_size, told.st_mtime_ns)
        except (OSError, ValueError, KeyError):
            continue
        yield path, copy


@lru_cache(maxsize=KEPT)
def _opened(path: Path, size: int, written_ns: int) -> _Copy:
    """ValueError, KeyError where it is not what was written: nothing but the pages has checksums of its own."""
    del size, written_ns  # they only tell one file of a name from another
    metadata = pq.read_metadata(path)
    told, seal = ((metadata.metadata or {})[name] for name in (_TOLD, _SEAL))
    if hashlib.sha256(told).hexdigest().encode() != seal:
        raise ValueError(path.name)
    read = json.loads(told)
    if metadata.num_row_groups != len(read["first"]):
        raise ValueError(path.name)
    return _Copy(metadata, tuple(read["files"]), tuple(read["first"]), tuple(read["last"]))
