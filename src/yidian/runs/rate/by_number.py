"""What a few numbers used, out of all usage: from copies of the usage files that are sorted by number, where there are
some; the other files are looked through.

The copies are made by the worker of what the last rated months took. Answers are the same with and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yidian.domains.customer_bill.queries import cycles
from yidian.platform.lake.queries import Stored, UnableToUseFile, files, whole
from yidian.platform.lake.sorted_copies import (
    FILE,
    ROW,
    forget_copies,
    rows_by_value,
    without_copy,
    write_copy,
)
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.classify import NAMES, READ
from yidian.runs.rate.inputs import Places

KEY: Final = "identifier"
MONTHS: Final = 3  # that were rated last: what best plans compare unless they are told otherwise
ROWS: Final = 1 << 21  # of a copy, but for its last file: some 400 MB while it is made
FEW: Final = 8  # files that are looked through as quickly
LITTLE: Final = 20_000  # rows of them

_SCHEMA: Final = pa.schema([
    (name, pa.dictionary(pa.int32(), pa.string()) if name in NAMES
     else pa.string() if name in ("identifier", "other_party") else pa.int64())
    for name in READ
])  # fmt: skip


def copies_of(*, tenant: Tenant, work: Path) -> Path:
    """Where a tenant's copies stand."""
    return work / quote(tenant.code, safe="") / "usage_by_number"


def keep_by_number(*, tenant: Tenant, places: Places) -> int:
    """Make one copy of usage of the last rated months that is in none yet, and forget those of months before.

    Answers how many files it is of; 0: there is nothing to do, or too little.
    """
    folder, taken = copies_of(tenant=tenant, work=places.work), dict[int, Stored]()
    for cycle in [one for one in cycles(tenant=tenant) if one.rate_run is not None][-MONTHS:]:
        found = files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
        taken |= {file.id: file for file in found if file.id <= cycle.cutoff_file}
    wanted = [taken[id_] for id_ in sorted(taken)]
    forget_copies(folder=folder, but=wanted)
    todo = without_copy(folder=folder, of=wanted)
    if len(todo) < FEW and sum(file.rows for file in todo) < LITTLE:
        return 0
    sums = np.cumsum([file.rows for file in todo])
    chosen = todo[: int(np.searchsorted(sums, ROWS, "right")) or 1]
    write_copy(folder=folder, lake=places.lake, of=chosen, columns=READ, coded=NAMES, key=KEY)
    return len(chosen)


def found_usage(*, lake: Path, stored: Sequence[Stored], wanted: frozenset[str], copies: Path | None) -> pa.Table:
    """The usage of some identifiers in some files, in the order of the files and of their rows. UnableToUseFile."""
    paths = [whole(file, lake) for file in stored]
    tables, seen = list[pa.Table](), set[int]()
    if copies is not None:
        tables, seen = rows_by_value(
            folder=copies, stored=stored, columns=READ, coded=NAMES, key=KEY, values=wanted
        )  # fmt: skip
    tables = [_placed(rows.select(READ).cast(_SCHEMA), rows[FILE], rows[ROW]) for rows in tables]
    for n, path in enumerate(paths):
        if n not in seen:
            rows = _sifted(path, wanted)
            count = rows.num_rows
            if count:
                tables.append(_placed(rows, np.full(count, n, np.int64), np.arange(count)))
    if not tables:
        return _SCHEMA.empty_table()
    found = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    if seen:
        found = found.sort_by([(FILE, "ascending"), (ROW, "ascending")])
    return found.select(READ).combine_chunks()


def _placed(rows: pa.Table, file: object, row: object) -> pa.Table:
    placed = rows.append_column(FILE, pa.array(np.asarray(file, np.int64)))
    return placed.append_column(ROW, pa.array(np.asarray(row, np.int64)))


def _sifted(path: Path, wanted: frozenset[str]) -> pa.Table:
    """Reads the identifiers of all rows, and the rest only of row groups that hold one."""
    try:
        file = pq.ParquetFile(path, read_dictionary=list(NAMES), page_checksum_verification=True)
        values = pa.array(sorted(wanted), pa.string())
        tables = [_SCHEMA.empty_table()]
        for group in range(file.num_row_groups):
            named = file.read_row_group(group, columns=[KEY], use_threads=False)[KEY]
            rows = np.flatnonzero(pc.is_in(named, value_set=values).to_numpy())
            if len(rows):
                read = file.read_row_group(group, columns=list(READ), use_threads=False)
                tables.append(read.take(pa.array(rows)).select(READ).cast(_SCHEMA))
        return pa.concat_tables(tables)
    except (OSError, ValueError) as error:
        raise UnableToUseFile("LAKE_FILE_CHANGED", path.name) from error
