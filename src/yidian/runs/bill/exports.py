"""What can be exported of a cycle, and the canonical export: the same bytes whenever the same was done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from yidian.domains.customer_bill.queries import cycle_named
from yidian.kernel.money import currency
from yidian.platform.files import sha256
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill import results
from yidian.runs.bill.suspense import suspense_tables
from yidian.runs.bill.table_files import check_ending, write
from yidian.runs.rate import natural
from yidian.runs.rate.marks import mark_rows

KINDS: Final = ("bills", "items", "usage", "suspense")
# They depend on the way the usage came in, and on the order in which bills were made.
NOT_CANONICAL: Final = frozenset({"file", "file_id", "record_no", "line", "run", "bill_number"})
USAGE: Final = pa.schema([  # of a cycle in which nothing was used
    ("event", pa.int64()),
    ("part", pa.int64()),
    *((name, pa.string()) for name in ("subscriber", "account", "unit", "start", "item", "band", "price", "allowance")),
    *((name, pa.int64()) for name in ("quantity", "units", "amount_micro", "cut_micro")),
])  # fmt: skip


def export(*, tenant: Tenant, lake: Path, kind: str, cycle: str, path: Path) -> int:
    """Write what a cycle holds of a kind; rows written. BadInput EXPORT_FORMAT_UNKNOWN, EXPORT_TOO_LARGE."""
    check_ending(path)
    cycle_named(tenant=tenant, name=cycle)
    head, tables = _headed(_source(tenant, lake, kind, cycle)())
    return write(path, tables, schema=head, digits=currency(tenant.currency).minor_digits)


def canonical(*, tenant: Tenant, lake: Path, cycle: str, folder: Path) -> list[tuple[str, int, str]]:
    """Four sorted csv files without ids, times and file names: (name, rows, sha256) of each, and of all together."""
    cycle_named(tenant=tenant, name=cycle)
    told: list[tuple[str, int, str]] = []
    for kind in KINDS:
        table = _sorted(pa.concat_tables(_source(tenant, lake, kind, cycle)()))
        path = folder / f"{kind}.csv"
        rows = write(path, [table], schema=table.slice(0, 0), digits=currency(tenant.currency).minor_digits)
        told.append((path.name, rows, sha256(path)))
    whole = hashlib.sha256("".join(f"{digest}  {name}\n" for name, _, digest in told).encode()).hexdigest()
    return [*told, ("*", sum(rows for _, rows, _ in told), whole)]


def _sorted(table: pa.Table) -> pa.Table:
    kept = table.select([name for name in table.column_names if name not in NOT_CANONICAL])
    return kept.sort_by([(name, "ascending") for name in kept.column_names]) if kept.num_rows else kept


def _source(tenant: Tenant, lake: Path, kind: str, cycle: str) -> Callable[[], Iterable[pa.Table]]:
    """Tables of one kind, at least one."""
    if kind == "bills":
        return lambda: [results.bill_table(tenant=tenant, cycle=cycle)]
    if kind == "items":
        return lambda: results.item_tables(tenant=tenant, cycle=cycle, lake=lake)
    if kind == "usage":
        return lambda: _usage(tenant, lake, cycle)
    if kind == "marks":
        return lambda: mark_rows(tenant=tenant, cycle=cycle, lake=lake)
    return lambda: suspense_tables(tenant=tenant, cycle=cycle, lake=lake)


def _usage(tenant: Tenant, lake: Path, cycle: str) -> Iterator[pa.Table]:
    found = False
    for table in natural.rated_rows(tenant=tenant, cycle=cycle, lake=lake):
        found = True
        yield table
    if not found:
        yield USAGE.empty_table()


def _headed(tables: Iterable[pa.Table]) -> tuple[pa.Table, Iterator[pa.Table]]:
    """The first table's heading, and all of the tables."""
    found = iter(tables)
    first = next(found, pa.table({"cycle": pa.array([], pa.string())}))

    def all_of_them() -> Iterator[pa.Table]:
        yield first
        yield from found

    return first.slice(0, 0), all_of_them()
