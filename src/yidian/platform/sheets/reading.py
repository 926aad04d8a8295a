"""The two doors: all sheets of a workbook or folder, or one table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from yidian.kernel.faults import refuse
from yidian.platform.sheets.csv_file import read_csv
from yidian.platform.sheets.fault_list import MOST, FaultList
from yidian.platform.sheets.sheet import Sheet
from yidian.platform.sheets.xlsx_file import read_xlsx

NOT_SHEETS: Final = (".md",)


def read_sheets(path: Path) -> dict[str, Sheet]:
    """Sheets by name, of an .xlsx or of a folder of .csv (the file's stem is the sheet's name). Raises BadInput.

    In a folder, hidden files and .md files are passed over; anything else that is no CSV is refused, not ignored.
    """
    faults = FaultList()
    if path.is_dir():
        sheets = [read_csv(file, faults=faults) for file in _csv_files(path, faults)]
    elif path.suffix.lower() == ".xlsx":
        _refuse_absent(path)
        sheets = read_xlsx(path, faults=faults)
    else:
        _refuse_absent(path)
        raise refuse("FILE_KIND_UNKNOWN", file=str(path), value=path.suffix)
    if not sheets and not faults.faults:
        raise refuse("SHEET_EMPTY", file=str(path))
    faults.raise_if_any()
    return {sheet.name: sheet for sheet in sheets}


def read_table(path: Path, *, most: int = MOST) -> Sheet:
    """One .csv, or the first sheet of an .xlsx. Raises BadInput with at most so many faults."""
    _refuse_absent(path)
    faults = FaultList(most=most)
    if path.suffix.lower() == ".csv":
        sheet = read_csv(path, faults=faults)
    elif path.suffix.lower() == ".xlsx":
        sheets = read_xlsx(path, only_first=True, faults=faults)
        if not sheets:
            raise refuse("SHEET_EMPTY", file=str(path))
        sheet = sheets[0]
    else:
        raise refuse("FILE_KIND_UNKNOWN", file=str(path), value=path.suffix)
    faults.raise_if_any()
    return sheet


def _refuse_absent(path: Path) -> None:
    if not path.is_file():
        raise refuse("FILE_NOT_FOUND", file=str(path), value=path.name)


def _csv_files(folder: Path, faults: FaultList) -> list[Path]:
    found = []
    for file in sorted(folder.iterdir()):
        if file.name.startswith(".") or file.suffix.lower() in NOT_SHEETS:
            continue
        if file.is_file() and file.suffix.lower() == ".csv":
            found.append(file)
        else:
            faults.add("FILE_KIND_UNKNOWN", file=str(file), value=file.name)
    return found
