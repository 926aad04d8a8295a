"""Putting files into the lake: durable first, visible with the transaction that registers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection

from yidian.platform.files import TEMPORARY, sha256, write_durably
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile
from yidian.platform.lake.wall import expect_own, expect_serving, home_of
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant

ROW_GROUP = 1 << 18
SMALL_GROUPS = {"rated": 1 << 15, "rated_total": 1 << 15, "bill_item": 1 << 14}  # whose rows are looked up by customer
UNALIKE = ("event_id", "event_check", "start_ms", "record_no", "identifier", "other_party", "carried", "bytes_up",
           "bytes_down")  # columns that a dictionary would not make smaller  # fmt: skip


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A durable file that no row points at yet. `path` is relative to the lake; start_ms bounds are UTC ms."""

    kind: str
    subject: str
    path: str
    rows: int
    bytes: int
    sha256: str
    min_start_ms: int | None = None
    max_start_ms: int | None = None
    part: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def folder_of(*, tenant: Tenant, kind: str, subject: str) -> str:
    """The folder of a subject's files: `<tenant>/<kind>/<subject>`, each step percent-encoded.

    UnscopedFile when it is not the tenant in scope.
    """
    expect_serving(tenant)
    return "/".join((home_of(tenant), quote(kind, safe=""), quote(subject, safe="")))


def path_of(*, tenant: Tenant, kind: str, subject: str, name: str) -> str:
    """Where a file stands in the lake: `<folder>/<name>.parquet`."""
    return f"{folder_of(tenant=tenant, kind=kind, subject=subject)}/{quote(name, safe='')}.parquet"


def write_file(
    *, tenant: Tenant, kind: str, subject: str, table: pa.Table, name: str, lake: Path, part: int = 0
) -> PendingFile:
    """Write a table durably under path_of(…): same table, same bytes. Nobody sees it until it is registered."""
    name = path_of(tenant=tenant, kind=kind, subject=subject, name=name)
    path = lake / name
    group = SMALL_GROUPS.get(kind, ROW_GROUP)
    write_durably(path, lambda temporary: write_table(table, temporary, row_group=group))
    bounds = pc.min_max(table["start_ms"]).as_py() if "start_ms" in table.column_names else {"min": None, "max": None}
    return PendingFile(
        kind=kind, subject=subject, path=name, rows=table.num_rows, bytes=path.stat().st_size, sha256=sha256(path),
        min_start_ms=bounds["min"], max_start_ms=bounds["max"], part=part,
    )  # fmt: skip


def write_table(table: pa.Table, path: Path, *, row_group: int = ROW_GROUP) -> None:
    """A table as the lake keeps it: zstd level 1, statistics of starts, dictionaries where values repeat."""
    dictionary = [c for c in table.column_names if c not in UNALIKE]
    pq.write_table(
        table, path, compression="zstd", compression_level=1, use_dictionary=dictionary, version="2.6",
        row_group_size=row_group, store_schema=False, write_page_checksum=True, write_statistics=["start_ms"],
    )  # fmt: skip


def register(*, tenant: Tenant, files: Sequence[PendingFile], run: Run | None = None) -> None:
    """Make files visible, inside the transaction that books what they belong to.

    They become visible in the order of their ids: a cycle notes the highest id that its rating has read, and a lower
    one that came to light afterwards would be lost. SQLite has one writer; on PostgreSQL those who register take turns.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("register() belongs into the transaction that makes the files visible")
    for kind in sorted({file.kind for file in files}):
        hold_until_commit(f"{tenant.code}/register/{kind}")
    LakeFile.objects.bulk_create([LakeFile(tenant=tenant, run=run, **f.to_json()) for f in files], batch_size=200)


def forget(*, tenant: Tenant, run_ids: Sequence[int]) -> list[str]:
    """Take the files of superseded runs out of the manifest; answers their paths, to be deleted after the commit."""
    if not connection.in_atomic_block:
        raise RuntimeError("forget() belongs into the transaction that supersedes the runs")
    rows = LakeFile.objects.filter(tenant=tenant, run_id__in=list(run_ids))
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    return paths


def delete_files(lake: Path, paths: Iterable[str]) -> None:
    """Remove files that no row points at any more."""
    for name in paths:
        expect_own(name)
        (lake / name).unlink(missing_ok=True)


def sweep(lake: Path, folder: str) -> None:
    """Remove what an interrupted writer left under temporary names in one folder of the lake."""
    expect_own(folder)
    for path in (lake / folder).glob(f"**/*{TEMPORARY}"):
        path.unlink(missing_ok=True)
