"""The caller's schema against a sheet's header: no column is ignored in silence, none is missed in silence."""

from __future__ import annotations

from collections.abc import Collection

from yidian.platform.sheets.fault_list import FaultList
from yidian.platform.sheets.sheet import Sheet


def check_columns(sheet: Sheet, *, required: Collection[str], allowed: Collection[str], faults: FaultList) -> None:
    """Add COLUMN_UNKNOWN and COLUMN_MISSING for this sheet. `allowed` contains the required ones too."""
    for name in sheet.header:
        if name not in allowed:
            faults.add(
                "COLUMN_UNKNOWN", file=sheet.file, sheet=sheet.name, line=sheet.header_line, column=name, value=name,
                allowed=", ".join(allowed),
            )  # fmt: skip
    for name in required:
        if name not in sheet.header:
            faults.add("COLUMN_MISSING", file=sheet.file, sheet=sheet.name, line=sheet.header_line, column=name)
