"""Fixed-width files: cells by position, or padded cells between separators. Blanks around a cell are no part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers.delimited import ragged
from yidian.domains.usage.readers.lines import lines
from yidian.domains.usage.types import Record, Reject


class FixedReader:
    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        self._spec = spec
        self._lines = lines(stream, spec, file)
        self.columns: Sequence[str] = spec.columns

    def __iter__(self) -> Iterator[Record]:
        number = 0
        for batch in self._lines:
            for line in batch:
                number += 1
                values = line.fault if line.fault is not None else reread(line.text, self.columns, self._spec)
                yield Record(number, line.number, values, line.text, line.fault is None)


def reread(text: str, columns: Sequence[str], spec: ReaderSpec) -> Sequence[str] | Reject:
    """The cells of one line. A cell past its end is a Reject: a line cut short is not a line with empty cells."""
    if spec.separator:
        cells = text.split(spec.separator)
        if len(cells) == len(columns) + 1 and not cells[-1].strip():
            cells.pop()  # a separator after the last cell, too
        return [cell.strip() for cell in cells] if len(cells) == len(columns) else ragged(cells, len(columns))
    if spec.count_bytes:
        return _by_bytes(text, spec)
    needed = max(first for first, _ in spec.positions) + 1
    if len(text) < needed:
        return Reject("LINE_TOO_SHORT", length=len(text), expected=needed)
    return [text[first : first + width].strip() for first, width in spec.positions]


def _by_bytes(text: str, spec: ReaderSpec) -> Sequence[str] | Reject:
    data = text.encode(spec.encoding)
    needed = max(first for first, _ in spec.positions) + 1
    if len(data) < needed:
        return Reject("LINE_TOO_SHORT", length=len(data), expected=needed)
    try:
        return [data[first : first + width].decode(spec.encoding).strip() for first, width in spec.positions]
    except UnicodeDecodeError:
        return Reject("POSITION_INSIDE_CHARACTER")
