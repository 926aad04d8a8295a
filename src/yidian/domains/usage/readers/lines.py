"""Lines of a file, one at a time and never longer than allowed, whatever the file holds."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.types import Reject
from yidian.kernel.faults import refuse

SHOWN: Final = 200
TOGETHER: Final = 4096
MARKS: Final = {"utf-8": codecs.BOM_UTF8, "gb18030": b"\x84\x31\x95\x33", "ascii": codecs.BOM_UTF8}
WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line:
    """A line without its end. `fault` says why it cannot be a record; its text is then only good for showing."""

    __slots__ = ("fault", "number", "text")

    def __init__(self, number: int, text: str, fault: Reject | None = None) -> None:
        self.number, self.text, self.fault = number, text, fault


def lines(stream: BinaryIO, spec: ReaderSpec, file: str) -> Iterator[list[Line]]:
    """Batches of the lines that are not blank. BadInput ENCODING_UNDECODABLE when that refuses the file."""
    reader = _Lines(stream, spec, file)
    numbered = reader.each()
    while batch := list(islice(numbered, TOGETHER)):
        yield batch


class _Lines:
    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        self._stream, self._spec, self._file = stream, spec, file
        self._limit = spec.max_line_bytes
        self._offset = 0

    def each(self) -> Iterator[Line]:
        spec, limit, readline = self._spec, self._limit, self._stream.readline
        number = 0
        while data := readline(limit + 1):
            number += 1
            if number == 1:
                data = self._without_mark(data)
            length = len(data)
            if length > limit:
                line = self._long(number, data)
            elif number <= spec.skip_lines:
                line = None
            else:
                line = self._line(number, data)
            self._offset += length
            if line is not None and number > spec.skip_lines:
                yield line

    def _without_mark(self, data: bytes) -> bytes:
        if data.startswith(WIDE_MARKS):
            raise refuse("ENCODING_UNDECODABLE", file=self._file, line=1, encoding=self._spec.encoding, offset=0)
        mark = MARKS.get(self._spec.encoding)
        return data[len(mark) :] if mark and data.startswith(mark) else data

    def _long(self, number: int, data: bytes) -> Line:
        length = len(data)
        start = data[:SHOWN].decode(self._spec.encoding, "backslashreplace")
        while not data.endswith(b"\n") and (data := self._stream.readline(1 << 16)):
            length += len(data)
        self._offset += length - self._limit - 1
        return Line(number, start, Reject("LINE_TOO_LONG", length=length, limit=self._limit))

    def _line(self, number: int, data: bytes) -> Line | None:
        try:
            text = data.decode(self._spec.encoding)
        except UnicodeDecodeError as error:
            return self._undecodable(number, data, error)
        text = text.rstrip("\r\n")
        if not text or text.isspace():
            return None
        if "\0" in text:
            return Line(number, text, Reject("NUL_CHARACTER"))
        return Line(number, text)

    def _undecodable(self, number: int, data: bytes, error: UnicodeDecodeError) -> Line:
        encoding, offset = self._spec.encoding, self._offset + error.start
        if self._spec.undecodable == "file":
            shown = data[error.start : error.start + 8].hex(" ")
            raise refuse(
                "ENCODING_UNDECODABLE", file=self._file, line=number, value=shown, encoding=encoding, offset=offset
            )
        text = data.decode(encoding, "backslashreplace").rstrip("\r\n")
        return Line(number, text, Reject("ENCODING_UNDECODABLE", encoding=encoding, offset=offset))
