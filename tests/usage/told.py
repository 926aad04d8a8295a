"""Small mappings and files for the tests of this room, and the taking of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yidian.domains.usage import operations, queries
from yidian.domains.usage.types import TakenFile

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HEADER = "who,whom,at,seconds\n"
READER = "{kind: delimited}"
FIELDS = """
  service: {const: voice}
  direction: {const: out}
  identifier: {from: who}
  other_party: {from: whom, required: yes}
  start: {from: at, time: "%Y-%m-%d %H:%M:%S"}
  duration: {from: seconds, unit: s}
"""


def mapping_text(
    *, source: str = "switch", reader: str = READER, fields: str = FIELDS, key: str = "whole_row", more: str = "",
    zone: str = "Asia/Shanghai",
) -> str:  # fmt: skip
    return f"format: 1\nsource: {source}\nreader: {reader}\nzone: {zone}\nkey: {key}\nfields:{fields}{more}\n"


def mapping(**parts: str) -> operations.Mapping:
    return operations.read_mapping(text=mapping_text(**parts), file="m.yaml")


def calls(count: int, *, first: int = 0) -> str:
    """Lines of calls that all differ."""
    return "".join(
        f"1990000{i % 50:04d},0217{i:06d},2026-10-{1 + i // 86400 % 28:02d} {i // 3600 % 24:02d}:{i // 60 % 60:02d}:"
        f"{i % 60:02d},{i % 300}\n"
        for i in range(first, first + count)
    )


def take(tenant: Any, folder: Path, data: str | bytes, name: str = "calls.csv", **parts: Any) -> TakenFile:
    """Write a file and take it through a mapping."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    given = parts.pop("mapping", None) or mapping(**parts)
    return operations.take_file(tenant=tenant, lake=folder / "lake", mapping=given, path=path, now=NOW)


def events(tenant: Any, folder: Path, source: str | None = None) -> list[dict[str, Any]]:
    """Every event in the lake, by start and identity."""
    tables = [pq.read_table(folder / "lake" / file.path) for file in queries.lake_files(tenant=tenant, source=source)]
    rows = pa.concat_tables(tables).to_pylist() if tables else []
    return sorted(rows, key=lambda row: (row["start_ms"], row["event_id"]))


def everything(tenant: Any, folder: Path) -> Any:
    """All that can be seen of the room, without moments of collecting and database ids."""
    files = sorted(
        (f.name, f.sha256, f.records, f.good, f.rejected, f.duplicates) for f in queries.files(tenant=tenant)
    )
    waiting = sorted((s.file, s.record_no, s.code, s.state) for s in queries.suspense(tenant=tenant, state=None))
    on_disk = sorted(p.relative_to(folder).as_posix() for p in (folder / "lake").rglob("*") if p.is_file())
    return files, waiting, on_disk, events(tenant, folder)


def laws_hold(tenant: Any, folder: Path) -> bool:
    breaks = queries.row_law_breaks(tenant=tenant, lake=folder / "lake")
    assert not breaks
    return not [found for found in queries.file_once_breaks(tenant=tenant) if found.code == "FILE_TWICE"]
