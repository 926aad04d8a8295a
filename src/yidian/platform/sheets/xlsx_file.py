"""A workbook as sheets: judged as an archive, scanned as XML, and only then read for its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, XmlError, ZipError

from yidian.kernel.faults import refuse
from yidian.platform.sheets.archive import open_archive
from yidian.platform.sheets.cells import CellNotExact, text_of
from yidian.platform.sheets.fault_list import FaultList
from yidian.platform.sheets.layout import lay_out, letters
from yidian.platform.sheets.sheet import Sheet
from yidian.platform.sheets.workbook_xml import scan_workbook


def read_xlsx(path: Path, *, only_first: bool = False, faults: FaultList) -> list[Sheet]:
    """The worksheets in their order, hidden ones too; empty ones are left out unless the first is asked for."""
    scan_workbook(path, open_archive(path), faults=faults)
    faults.raise_if_any()
    try:
        return _read_values(path, only_first, faults)
    except PasswordError as error:
        raise refuse("XLSX_ENCRYPTED", file=str(path)) from error
    except (CalamineError, XmlError, ZipError, OSError, ValueError) as error:
        raise refuse("XLSX_DAMAGED", file=str(path), value=error) from error


def _read_values(path: Path, only_first: bool, faults: FaultList) -> list[Sheet]:
    workbook = CalamineWorkbook.from_path(str(path))
    names = [entry.name for entry in workbook.sheets_metadata if entry.typ == SheetTypeEnum.WorkSheet]
    sheets = []
    for name in names[:1] if only_first else names:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if not rows and not only_first:
            continue
        sheet = Sheet(file=str(path), name=name)
        lay_out(sheet, _lines(sheet, rows, faults), ragged=True, faults=faults)
        sheets.append(sheet)
    return sheets


def _lines(sheet: Sheet, rows: Sequence[Sequence[object]], faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(rows, start=1):
        try:
            yield line, [cell if type(cell) is str else text_of(cell) for cell in row]
        except CellNotExact:
            _complain(sheet, line, row, faults)


def _complain(sheet: Sheet, line: int, row: Sequence[object], faults: FaultList) -> None:
    for position, cell in enumerate(row):
        try:
            text_of(cell)
        except CellNotExact as error:
            named = sheet.header[position] if position < len(sheet.header) else letters(position)
            faults.add("NUMBER_NOT_EXACT", file=sheet.file, sheet=sheet.name, line=line, column=named, value=error)
