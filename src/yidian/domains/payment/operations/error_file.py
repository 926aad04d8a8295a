"""A file of payments given back, a reason beside every line that is refused: to be put right and sent again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from yidian.domains.payment.operations.channels import mapping_of_channel
from yidian.platform.tenancy.models import Tenant

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
NUMBER: Final = frozenset("+-0123456789.,")


def error_file(*, tenant: Tenant, path: Path, channel: str, reasons: Mapping[int, str]) -> bytes:
    """The refused lines of a file (the head too, where there is one) with their reason behind; in its own encoding.

    What a spreadsheet would calculate is escaped by an apostrophe.
    """
    mapping = mapping_of_channel(tenant=tenant, channel=channel)
    lines = path.read_bytes().decode(mapping.encoding, "replace").removeprefix("\ufeff").split("\n")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mapping.delimiter or ",", lineterminator="\n")
    head = mapping.skip_lines + 1 if mapping.header else 0
    for number, line in enumerate(lines, 1):
        if number == head or number in reasons:
            cells = [line.rstrip("\r")] if mapping.fixed else _cells(line.rstrip("\r"), mapping.delimiter)
            writer.writerow([*map(harmless, cells), reasons.get(number, "")])
    return out.getvalue().encode(mapping.encoding, "replace")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet calculates; numbers stay as they are."""
    is_number = bool(cell) and all(letter in NUMBER for letter in cell)
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [line])
    except csv.Error:
        return [line]
