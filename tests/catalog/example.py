"""The example tariff of the repository: copied, changed a little, or written as a workbook."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from tests.conftest import REPOSITORY

from yidian.kernel.faults import BadInput, Fault

EXAMPLE = REPOSITORY / "examples" / "tariff-cn"


def copy_of_example(folder: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, folder / "tariff"))


def change(folder: Path, sheet: str, old: str, new: str) -> None:
    """Replace a line that occurs once, or append one (`old` empty)."""
    path = folder / f"{sheet}.csv"
    written = path.read_text(encoding="utf-8")
    if old:
        assert written.count(f"\n{old}\n") == 1, f"{old!r} is in {sheet} {written.count(old)} times"
        written = written.replace(f"\n{old}\n", f"\n{new}\n" if new else "\n")
    else:
        written += new + "\n"
    path.write_text(written, encoding="utf-8")


def line_of(folder: Path, sheet: str, text: str) -> int:
    """The last line of this text, counted from 1."""
    lines = (folder / f"{sheet}.csv").read_text(encoding="utf-8").split("\n")
    return max(number for number, line in enumerate(lines, start=1) if line == text)


def faults_of(read: Callable[[], object]) -> tuple[Fault, ...]:
    """The faults for which something is refused; none when it is not."""
    try:
        read()
    except BadInput as bad:
        return bad.faults
    return ()


def as_workbook(folder: Path, path: Path, typed: Callable[[str], object] = str) -> Path:
    """The CSV files of a folder as sheets of one workbook; `typed` makes the cell out of its text."""
    with xlsxwriter.Workbook(path) as workbook:
        percent = workbook.add_format({"num_format": "0%"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        for file in sorted(folder.glob("*.csv")):
            sheet = workbook.add_worksheet(file.stem)
            with file.open(encoding="utf-8", newline="") as source:
                for row, cells in enumerate(csv.reader(source)):
                    for column, text in enumerate(cells):
                        value = typed(text)
                        kind = type(value).__name__
                        if kind in ("date", "time"):
                            sheet.write_datetime(row, column, value, day if kind == "date" else clock)
                        elif kind == "float":
                            sheet.write_number(row, column, value, percent if text.endswith("%") else None)
                        else:
                            sheet.write_string(row, column, text)
    return path
