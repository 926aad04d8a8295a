"""Lines of a bill that are not of its own cycle: late usage and corrections of months before, and adjustments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.platform.lake.queries import files, read_stored
from yidian.platform.tenancy.models import Tenant

LATE_ITEMS: Final = "late_item"  # kinds of lake files: what a late run found …
LATE_TAXES: Final = "late_tax"
EXTRA: Final = "bill_extra"  # … and which lines of other cycles the bills of a run have
OWN: Final = "bill_item"

TEXTS: Final = ("kind", "item", "of_item", "offer", "discount", "tax_class")
COUNTS: Final = ("quantity", "events", "amount_micro", "amount_minor")
KEYS: Final = ("account", "subscriber", *TEXTS)
LINES: Final = pa.schema([  # subscriber 0: none. kind: as of a bill's own items, or "adjustment". correction: a number
    ("origin", pa.string()),
    ("account", pa.int64()),
    ("subscriber", pa.int64()),
    *((name, pa.string()) for name in TEXTS),
    *((name, pa.int64()) for name in COUNTS),
    ("adjustment", pa.int64()),
    ("correction", pa.string()),
])  # fmt: skip
TAXES: Final = pa.schema([
    ("origin", pa.string()),
    ("kind", pa.string()),
    ("account", pa.int64()),
    ("tax_class", pa.string()),
    ("rate_ppm", pa.int64()),
    ("base_minor", pa.int64()),
    ("tax_minor", pa.int64()),
])  # fmt: skip


def plain(table: pa.Table) -> pa.Table:
    """KEYS and COUNTS of bill items, codes as text, nothing for nothing."""
    columns = {name: table[name].cast(pa.int64()) for name in ("account", "subscriber")}
    columns |= {name: pc.fill_null(table[name].cast(pa.string()), "") for name in TEXTS}
    return pa.table(columns | {name: table[name].cast(pa.int64()) for name in COUNTS})


def with_corrections(table: pa.Table) -> pa.Table:
    """Lines of a file as LINES has them: those of an earlier version know of no corrections."""
    if "correction" in table.column_names or "adjustment" not in table.column_names:
        return table
    return table.append_column("correction", pa.array([""] * table.num_rows, pa.string()))


def of_accounts(table: pa.Table, accounts: Collection[int]) -> pa.Table:
    return table.filter(pc.is_in(table["account"], pa.array(sorted(accounts), pa.int64())))


def added(tables: Iterable[tuple[int, pa.Table]], keys: tuple[str, ...], counts: tuple[str, ...]) -> pa.Table:
    """Sums of the counts by key over tables taken with a sign, in order; rows of zeros are left out."""
    signed = []
    for sign, table in tables:
        columns = {name: table[name] for name in keys}
        signed.append(pa.table(columns | {name: pc.multiply(table[name], sign) for name in counts}))
    grouped = pa.concat_tables(signed).group_by(list(keys)).aggregate([(name, "sum") for name in counts])
    found = grouped.select([*keys, *(f"{name}_sum" for name in counts)]).rename_columns([*keys, *counts])
    if not found.num_rows:
        return found
    something = pa.array([False] * found.num_rows)
    for name in counts:
        something = pc.or_(something, pc.not_equal(found[name], 0))
    return found.filter(something).sort_by([(name, "ascending") for name in keys])


def billed_lines(*, tenant: Tenant, cycle: str, lake: Path, kind: str, columns: list[str] | None = None) -> pa.Table:
    """Rows of OWN or EXTRA files in the bills of a cycle that count."""
    of_run: dict[int, list[int]] = {}
    for account, run in queries.bill_runs(tenant=tenant, cycle=cycle).items():
        of_run.setdefault(run, []).append(account)
    found = []
    for file in files(tenant=tenant, kind=kind, subject=cycle):
        table = read_stored(file, lake, columns)
        table = with_corrections(table) if kind == EXTRA else plain(table)
        found.append(of_accounts(table, of_run.get(file.run_id or 0, ())))
    return pa.concat_tables(found) if found else LINES.empty_table()
