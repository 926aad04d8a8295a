"""One CSV file (UTF-8, comma, RFC 4180 quotes) as a sheet, read line by line within bounds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from yidian.kernel.faults import BadInput, Fault, Where
from yidian.platform.sheets.fault_list import VALUE_SHOWN, FaultList
from yidian.platform.sheets.layout import lay_out
from yidian.platform.sheets.sheet import LINE_BYTES, Sheet

BOM: Final = b"\xef\xbb\xbf"


def read_csv(path: Path, *, faults: FaultList) -> Sheet:
    """Read one file. Wrong encoding, NUL, an over-long line or broken quotes raise BadInput at once."""
    sheet = Sheet(file=str(path), name=path.stem)
    with path.open("rb") as file:
        lay_out(sheet, _records(_Lines(file, sheet)), ragged=False, faults=faults)
    return sheet


class _Lines:
    """The physical lines of a file as text; knows how much the record under way has taken."""

    def __init__(self, file: BinaryIO, sheet: Sheet) -> None:
        self._file = file
        self._sheet = sheet
        self.line = 0
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(LINE_BYTES + 1):
            self.line += 1
            self.taken += len(raw)
            if self.taken > LINE_BYTES:
                raise self.fault("LINE_TOO_LONG", value=f"{raw[:40]!r}", most=LINE_BYTES)
            if self.line == 1:
                raw = raw.removeprefix(BOM)
            yield self._decoded(raw)

    def _decoded(self, raw: bytes) -> str:
        if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise self.fault("NUL_BYTE", value=f"{raw[:40]!r}", byte=raw.index(b"\0") + 1)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.fault("ENCODING_WRONG", value=f"0x{raw[error.start]:02X}", byte=error.start + 1) from error

    def fault(self, code: str, *, value: object, line: int = 0, **params: str | int) -> BadInput:
        where = Where(self._sheet.file, self._sheet.name, line or self.line)
        return BadInput([Fault(code, where, str(value)[:VALUE_SHOWN], params)])


FIELD: Final = 1 << 17  # characters of one cell before the reader gives up


def _records(lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """(first physical line, cells) of each record; a quoted cell may hold line ends."""
    reader = csv.reader(iter(lines), strict=True)
    csv.field_size_limit(FIELD)  # the bound is the process's: another reader may have moved it
    while True:
        first = lines.line + 1
        lines.taken = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):  # the reader's own bound, met inside a cell
                raise lines.fault("CELL_TOO_LONG", value=error, line=first, most=csv.field_size_limit()) from error
            raise lines.fault("CSV_DAMAGED", value=error, line=first) from error
        yield first, cells
