"""The inventory's reference of a cycle, read once: the cycle's next run takes it from scratch while nothing changed.

Scratch may be lost or damaged: pages carry checksums, and what cannot be read comes from the database again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import Reference, load_reference
from yidian.domains.product_inventory.queries import versions
from yidian.platform.files import TEMPORARY
from yidian.platform.tenancy.models import Tenant

# Columns of equal length stand in one file.
TABLES: Final = {
    "subscribers": ("subscriber_id", "subscriber_code", "home_area"),
    "identifiers": ("id_kind", "id_value", "id_sub", "id_from", "id_to"),
    "offers": ("offer_codes",),
    "holdings": ("hold_sub", "hold_offer", "hold_from", "hold_to"),
    "accounts": ("account_id", "account_code"),
    "payers": ("acc_sub", "acc_index", "acc_from", "acc_to"),
    "units": ("unit_id", "unit_code"),
    "memberships": ("mem_sub", "mem_unit", "mem_from", "mem_to"),
}


def reference(*, tenant: Tenant, cycle: Cycle, work: Path) -> Reference:
    """Who had what during a cycle, as the inventory says now."""
    before = versions(tenant=tenant)
    name = f"{quote(cycle.name, safe='')}-{cycle.from_ms}-{cycle.to_ms}"
    folder = work / tenant.code / "references" / name / f"{before.identifiers}-{before.holdings}"
    kept = _read(folder)
    if kept is not None:
        return kept
    found = load_reference(tenant=tenant, period_start_ms=cycle.from_ms, period_end_ms=cycle.to_ms)
    if versions(tenant=tenant) == before:  # an import in between: what was read may be of either side
        _write(folder, found)
    return found


def _read(folder: Path) -> Reference | None:
    """What is kept in a folder; None: nothing, or not whole."""
    columns: dict[str, object] = {}
    try:
        for table, names in TABLES.items():
            read = pq.ParquetFile(folder / f"{table}.parquet", page_checksum_verification=True).read(use_threads=False)
            for name in names:
                text = pa.types.is_string(read[name].type)
                columns[name] = read[name].to_pylist() if text else read[name].to_numpy()
    except (OSError, KeyError, ValueError):
        return None
    return Reference(**columns)  # type: ignore[arg-type]


def _write(folder: Path, found: Reference) -> None:
    """Keep a reference, and nothing older of its cycle."""
    if folder.parent.is_dir():
        for old in folder.parent.glob("*/*"):
            old.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for table, names in TABLES.items():
        columns = {name: _column(getattr(found, name)) for name in names}
        temporary = folder / f"{table}{TEMPORARY}"
        pq.write_table(pa.table(columns), temporary, compression="none", use_dictionary=False, write_page_checksum=True)
        temporary.replace(folder / f"{table}.parquet")


def _column(values: object) -> pa.Array:
    return pa.array(values) if isinstance(values, np.ndarray) else pa.array(values, pa.string())
