"""What a cycle's rating left in its allowances, as a table of the rating; the next cycle's begins with it.

The newest complete rating of the cycle before counts, partial ones over it: one truth, and nothing to be put back when
a cycle is rated again (docs/pricing.md §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.buckets import names_of
from yidian.kernel.rating.carry import Left
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import Stored, read_stored
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.results import rated_files

KIND: Final = "left"
TEXTS: Final = ("allowance", "offer")
NUMBERS: Final = ("unit", "owner", "shared", "once", "origin_ms", "remains", "balance")
EMPTY: Final = pa.table(
    {name: pa.array([], pa.int64()) for name in NUMBERS} | {name: pa.array([], pa.string()) for name in TEXTS}
)
LeftFiles = tuple[tuple[Stored, frozenset[int]], ...]


def asks_for(tariff: Tariff) -> bool:
    """Whether any allowance of a tariff lives longer than a cycle."""
    return any(row.rollover or row.period == "holding" for row in tariff.allowances)


def left_files(*, tenant: Tenant, cycle: Cycle, tariff: Tariff) -> LeftFiles:
    """Files of what the cycle before left, each with the units whose rows in it do not count."""
    if not asks_for(tariff):
        return ()
    before = next((one for one in cycles(tenant=tenant) if one.to_ms == cycle.from_ms), None)
    if before is None:
        return ()
    found = rated_files(tenant=tenant, cycle=before.name, kind=KIND)
    return tuple((file, frozenset(without)) for file, without in found)


def read_left(files: LeftFiles, lake: Path) -> pa.Table:
    """The rows that count: NUMBERS and TEXTS, ids of subscribers and units."""
    tables = [EMPTY]
    for file, without in files:
        table = read_stored(file, lake)
        if without:
            table = table.filter(pc.invert(pc.is_in(table["unit"], pa.array(sorted(without), pa.int64()))))
        columns = {name: table[name] for name in NUMBERS}
        tables.append(pa.table(columns | {name: table[name].cast(pa.string()) for name in TEXTS}))
    return pa.concat_tables(tables).combine_chunks()


def told(files: LeftFiles) -> list[object]:
    """What names these rows in the digest of inputs."""
    return [[file.sha256, sorted(without)] for file, without in files]


def of_part(found: pa.Table, compiled: Compiled, *, subscribers: I64, units: I64) -> Left:
    """The rows of some subscribers and units, given by their ids in the order of their local numbers."""
    numbers = {name: np.asarray(found[name].to_numpy(), np.int64) for name in NUMBERS}
    shared = numbers["shared"] == 1
    owner = np.where(shared, _places(numbers["owner"], units), _places(numbers["owner"], subscribers))
    mine = owner >= 0
    names = names_of(compiled)
    keys = zip(found["allowance"].to_pylist(), found["offer"].to_pylist(), strict=True)
    name = np.array([names.get(key, -1) for key in keys], np.int64)
    return Left(
        owner=array(owner[mine]), shared=array(numbers["shared"][mine]), name=array(name[mine]),
        **{column: array(numbers[column][mine]) for column in ("once", "origin_ms", "remains", "balance")},
    )  # fmt: skip


def _places(ids: I64, known: I64) -> I64:
    """Where each id stands in `known`, -1: nowhere."""
    if not len(known):
        return np.full(len(ids), -1, np.int64)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], ids), len(known) - 1)
    found: I64 = np.where(known[order][at] == ids, order[at], -1)
    return found


def table_of(
    left: Left, compiled: Compiled, *, subscribers: I64, units: I64, unit_of: I64
) -> pa.Table:  # fmt: skip
    """What a part left, by ids. `unit_of`: by local subscriber, the id of a unit that is rated with it."""
    names: Sequence[tuple[str, str]] = sorted(names_of(compiled))
    shared = left.shared == 1
    owner, unit = (np.zeros(len(left.owner), np.int64) for _ in range(2))
    owner[shared] = unit[shared] = units[left.owner[shared]]
    owner[~shared], unit[~shared] = subscribers[left.owner[~shared]], unit_of[left.owner[~shared]]
    numbers = {"unit": unit, "owner": owner, "shared": left.shared, "once": left.once, "origin_ms": left.origin_ms,
               "remains": left.remains, "balance": left.balance}  # fmt: skip
    texts = {
        text: pa.array([names[n][place] for n in left.name.tolist()], pa.string()) for place, text in enumerate(TEXTS)
    }
    table = pa.table({name: pa.array(values) for name, values in numbers.items()} | texts)
    return table.sort_by([(name, "ascending") for name in ("unit", "owner", *TEXTS, "once", "origin_ms", "remains")])
