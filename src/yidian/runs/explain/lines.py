"""The lines of one account's bill, read from the files of the run that made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yidian.domains.customer_bill.types import Bill, Cycle
from yidian.domains.product_inventory.queries import numbers_of
from yidian.platform.lake.queries import files, whole
from yidian.platform.lake.rows import rows_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.parts import part_of_accounts
from yidian.runs.differences.lines import EXTRA, KEYS, LINES, OWN, plain
from yidian.runs.explain.tariffs import Known
from yidian.runs.explain.types import BillLine

COLUMNS: Final = (*KEYS, "quantity", "events", "amount_micro", "amount_minor")


def lines_of(*, tenant: Tenant, lake: Path, cycle: Cycle, bill: Bill, known: Known) -> tuple[BillLine, ...]:
    """Every line of a bill: the cycle's own in the order they were made, then those of other cycles.

    UnableToUseFile when a file is not what was written.
    """
    rows = [*_own(tenant, lake, cycle, bill), *_extra(tenant, lake, cycle, bill)]
    people = {row["subscriber"] for row in rows if row["subscriber"]}
    numbers = numbers_of(tenant=tenant, subscribers=people, at_ms=cycle.to_ms - 1)
    return tuple(_line(n, row, known, numbers) for n, row in enumerate(rows, 1))


def _own(tenant: Tenant, lake: Path, cycle: Cycle, bill: Bill) -> list[dict[str, Any]]:
    found = files(tenant=tenant, kind=OWN, subject=cycle.name, run_id=bill.run)
    part = int(part_of_accounts(np.array([bill.account_id]), len(found))[0]) if found else 0
    tables = [
        plain(rows_of(whole(file, lake), COLUMNS, key="account", values=[bill.account_id]))
        for file in found
        if file.part == part
    ]
    return pa.concat_tables(tables).to_pylist() if tables else []


def _extra(tenant: Tenant, lake: Path, cycle: Cycle, bill: Bill) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for file in files(tenant=tenant, kind=EXTRA, subject=cycle.name, run_id=bill.run):
        path = whole(file, lake)
        names = [name for name in pq.read_schema(path).names if name in LINES.names]  # earlier versions have fewer
        rows += rows_of(path, names, key="account", values=[bill.account_id]).to_pylist()
    return rows


def _line(place: int, row: dict[str, Any], known: Known, numbers: dict[int, str]) -> BillLine:
    own = not row.get("origin")
    return BillLine(
        place=place, group=_group(row, own), kind=row["kind"], item=known.item(row["item"]),
        of_item=known.item(row["of_item"]), offer=known.offer(row["offer"]), discount=row["discount"],
        tax_class=row["tax_class"], subscriber=row["subscriber"], number=numbers.get(row["subscriber"], ""),
        measure=known.measures.get(row["item"], "") if row["kind"] == "usage" else "", quantity=row["quantity"],
        events=row["events"], amount_micro=row["amount_micro"], amount_minor=row["amount_minor"],
        origin=row.get("origin", ""), adjustment=row.get("adjustment", 0),
        correction=row.get("correction", ""),
    )  # fmt: skip


def _group(row: dict[str, Any], own: bool) -> str:
    if not own:
        return "before"
    if row["kind"] == "usage":
        return "beyond" if row["amount_micro"] else "within"
    return "discount" if row["kind"] == "discount" else "month"
