"""Where a bill run keeps its files: items in the lake, headers in the scratch until they are booked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from yidian.platform.files import write_durably
from yidian.platform.jobs import operations as jobs
from yidian.platform.lake import queries
from yidian.platform.lake.operations import folder_of, forget
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import EXTRA

RUN: Final = "bill"  # the kind of run
ITEMS: Final = "bill_item"  # the kind of file


def items_name(run_id: int, part: int) -> str:
    """The same for every attempt at a run, so that a repeat writes the same file again."""
    return f"{run_id}-{part:03d}"


def headers_path(work: Path, run_id: int, part: int) -> Path:
    return work / f"bill-{run_id}" / f"{part:03d}.parquet"


def write_headers(path: Path, table: pa.Table) -> None:
    write_durably(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def read_headers(path: Path) -> pa.Table:
    return queries.read_table(path)


def forget_headers(work: Path, run_id: int) -> None:
    shutil.rmtree(work / f"bill-{run_id}", ignore_errors=True)


def supersede(*, tenant: Tenant, cycle: str) -> list[str]:
    """Take earlier bill runs of a cycle out of sight; paths of their items, to delete after the commit."""
    return forget(tenant=tenant, run_ids=jobs.supersede(tenant=tenant, kinds=(RUN,), subject=cycle))


def sweep_items(*, tenant: Tenant, cycle: str, lake: Path) -> None:
    """Remove what abandoned runs left in a cycle's folder. The caller holds the cycle's bill lock."""
    for kind in (ITEMS, EXTRA):
        known = {f.path for f in queries.files(tenant=tenant, kind=kind, subject=cycle)}
        folder = lake / folder_of(tenant=tenant, kind=kind, subject=cycle)
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            if path.relative_to(lake).as_posix() not in known:
                path.unlink(missing_ok=True)
