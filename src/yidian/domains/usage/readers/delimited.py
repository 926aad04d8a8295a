"""Delimited files: one line, one record. A quote that is never closed spoils its own line and no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers.lines import Line, lines
from yidian.domains.usage.types import Record, Reject
from yidian.kernel.faults import refuse


class DelimitedReader:
    """Records of a delimited file. `columns` are known once it is made: from the mapping, or from the header."""

    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        csv.field_size_limit(1 << 30)  # a line is bounded already
        self._spec = spec
        self._lines = lines(stream, spec, file)
        self._held: list[Line] = []
        self.columns: Sequence[str] = spec.columns
        if spec.header:
            named = self._read_header(file)
            self.columns = spec.columns or named

    def _read_header(self, file: str) -> list[str]:
        self._held = next(self._lines, [])
        if not self._held:
            raise refuse("HEADER_MISSING", file=file)
        first = self._held.pop(0)
        cells = cells_of_line(first.text, self._spec) if first.fault is None else first.fault
        if isinstance(cells, Reject):
            raise refuse("HEADER_BROKEN", file=file, line=first.number, value=first.text)
        names = [cell.strip() for cell in cells]
        twice = next((name for name in names if name and names.count(name) > 1), None) if len(names) < 10_000 else ""
        if twice is not None:
            raise refuse("HEADER_COLUMN_TWICE", file=file, line=first.number, value=twice)
        return names

    def __iter__(self) -> Iterator[Record]:
        number = 0
        batch = self._held or next(self._lines, [])
        while batch:
            for line, values in zip(batch, self._batch(batch), strict=True):
                number += 1
                yield Record(number, line.number, values, line.text, line.fault is None)
            batch = next(self._lines, [])

    def _batch(self, batch: list[Line]) -> Iterator[Sequence[str] | Reject]:
        expected = len(self.columns)
        if all(line.fault is None for line in batch):
            rows = self._together([line.text for line in batch])
            if rows is not None:
                for row in rows:
                    yield row if len(row) == expected else ragged(row, expected)
                return
        for line in batch:
            yield line.fault if line.fault is not None else self.reread(line.text, self.columns)

    def _together(self, texts: list[str]) -> list[list[str]] | None:
        """All lines at once; None when one of them runs on into the next, so that each is read by itself."""
        try:
            rows = list(_csv(texts, self._spec))
        except csv.Error:
            return None
        return rows if len(rows) == len(texts) else None

    def reread(self, text: str, columns: Sequence[str]) -> Sequence[str] | Reject:
        return reread(text, columns, self._spec)


def reread(text: str, columns: Sequence[str], spec: ReaderSpec) -> Sequence[str] | Reject:
    """The cells of one line, held against the columns."""
    row = cells_of_line(text, spec)
    if isinstance(row, Reject) or len(row) == len(columns):
        return row
    return ragged(row, len(columns))


def ragged(row: Sequence[str], expected: int) -> Reject:
    return Reject("RECORD_RAGGED", found=len(row), expected=expected)


def cells_of_line(text: str, spec: ReaderSpec) -> list[str] | Reject:
    try:
        rows = list(_csv([text], spec))
    except csv.Error:
        return Reject("QUOTE_BROKEN")
    return rows[0] if len(rows) == 1 else Reject("QUOTE_BROKEN")


def _csv(texts: list[str], spec: ReaderSpec) -> Iterator[list[str]]:
    if not spec.quote:
        return csv.reader(texts, delimiter=spec.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(texts, delimiter=spec.delimiter, quotechar=spec.quote, strict=True)
