"""What a sheet is once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CELL_CHARACTERS: Final = 32_767  # what a spreadsheet itself allows in a cell
LINE_BYTES: Final = 1 << 20
CELLS: Final = 20_000_000  # of one sheet, empty ones counted: what may be laid out in memory


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows`: (line as an editor shows it, column name → text as written), empty rows left out.

    `file` is the path that was read (of a folder: the CSV file); `name` is the sheet's name (of a CSV file: its stem).
    """

    file: str
    name: str
    header: tuple[str, ...] = ()
    header_line: int = 1
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
