"""Rows of cells → a Sheet: the header names the columns, every other row must fit it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidian.platform.sheets.fault_list import FaultList
from yidian.platform.sheets.sheet import CELL_CHARACTERS, Sheet


def lay_out(sheet: Sheet, lines: Iterable[tuple[int, Sequence[str]]], *, ragged: bool, faults: FaultList) -> None:
    """Fill a sheet from (line, cells). `ragged`: a row may be shorter than the header."""
    width = 0
    for line, cells in lines:
        if not any(cells):
            continue
        if not width:
            _read_header(sheet, line, cells, faults)
            width = len(sheet.header)
            continue
        if len(cells) != width:
            if any(cells[width:]) or (len(cells) < width and not ragged):
                faults.add("ROW_RAGGED", file=sheet.file, sheet=sheet.name, line=line, value=len(cells), expected=width)
                continue
            cells = [*cells[:width], *[""] * (width - len(cells))]
        if max(map(len, cells)) > CELL_CHARACTERS:
            _complain_of_long_cells(sheet, line, cells, faults)
            continue
        sheet.rows.append((line, dict(zip(sheet.header, cells, strict=True))))
        if faults.full:
            return
    if not width:
        faults.add("SHEET_EMPTY", file=sheet.file, sheet=sheet.name)


def _read_header(sheet: Sheet, line: int, cells: Sequence[str], faults: FaultList) -> None:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names):
        if not name:
            faults.add("COLUMN_UNNAMED", file=sheet.file, sheet=sheet.name, line=line, column=letters(position))
        elif name in names[:position]:
            faults.add("COLUMN_TWICE", file=sheet.file, sheet=sheet.name, line=line, column=name, value=name)
    sheet.header, sheet.header_line = tuple(names), line


def _complain_of_long_cells(sheet: Sheet, line: int, cells: Sequence[str], faults: FaultList) -> None:
    for name, cell in zip(sheet.header, cells, strict=True):
        if len(cell) > CELL_CHARACTERS:
            faults.add(
                "CELL_TOO_LONG", file=sheet.file, sheet=sheet.name, line=line, column=name, value=cell[:40],
                most=CELL_CHARACTERS,
            )  # fmt: skip


def letters(position: int) -> str:
    """The spreadsheet's own name of a column, counted from 0: A … Z, AA …"""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
