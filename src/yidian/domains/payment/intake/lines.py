"""A payment file as its lines and cells, and what its last line promises."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yidian.domains.payment.intake.mapping import PaymentMapping, Place
from yidian.kernel.faults import BadInput, refuse
from yidian.kernel.money import Currency, parse_minor

LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A record's line: column → text, trimmed. `fault` says why it cannot be read, then it has no cells."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(slots=True)
class PaymentLines:
    """A file's records, and what its trailer says: how many, what sum. `held` is a reason to take nothing of it."""

    sha256: str
    rows: list[Row]
    told_count: int | None = None
    told_total_minor: int | None = None
    held: str = ""
    params: dict[str, str | int] = field(default_factory=dict)


def read_lines(*, path: Path, mapping: PaymentMapping, currency: Currency) -> PaymentLines:
    """The lines of a file. BadInput where it is no file of this mapping; `held` where its tail is missing or broken."""
    data = _bytes(path)
    try:
        text = data.decode(mapping.encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            "PAYMENT_FILE_ENCODING", file=str(path), line=line, value=data[error.start : error.start + 8].hex(" "),
            encoding=mapping.encoding,
        ) from error  # fmt: skip
    numbered = [(n, line.rstrip("\r")) for n, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)]
    numbered = [(n, line) for n, line in numbered if n > mapping.skip_lines and line.strip()]
    found = PaymentLines(hashlib.sha256(data).hexdigest(), [])
    tail = _take_tail(numbered, mapping, found)
    columns = mapping.columns
    if mapping.header:
        columns = _header(numbered, mapping, str(path))
    if tail is not None:
        _promise(tail, mapping, found, currency)
    found.rows = [_row(n, line, mapping, columns) for n, line in numbered]
    return found


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise refuse("FILE_NOT_FOUND", file=str(path), value=path.name)
        if path.stat().st_size > LARGEST:
            raise refuse("PAYMENT_FILE_TOO_LARGE", file=str(path), value=path.stat().st_size, most=LARGEST)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise refuse("FILE_NOT_FOUND", file=str(path), value=error) from error


def _take_tail(numbered: list[tuple[int, str]], mapping: PaymentMapping, found: PaymentLines) -> str | None:
    """Take the trailer off the lines. It must be the last, and the only one."""
    if mapping.trailer is None:
        return None
    tails = [at for at, (_, line) in enumerate(numbered) if line.startswith(mapping.trailer.begins)]
    if tails != [len(numbered) - 1]:
        found.held = "TRAILER_NOT_LAST" if tails else "TRAILER_MISSING"
        for at in reversed(tails):
            del numbered[at]
        return None
    return numbered.pop()[1]


def _header(numbered: list[tuple[int, str]], mapping: PaymentMapping, file: str) -> dict[str, Place]:
    line, text = numbered.pop(0) if numbered else (mapping.skip_lines + 1, "")
    names = [name.strip() for name in _cells(text, mapping) or []]
    missing = [column for column in mapping.fields.values() if column not in names]
    if missing:
        raise refuse("PAYMENT_COLUMN_MISSING", file=file, line=line, value=text, columns=", ".join(missing))
    return {name: number for number, name in enumerate(names, 1)}


def _promise(tail: str, mapping: PaymentMapping, found: PaymentLines, currency: Currency) -> None:
    trailer = mapping.trailer
    assert trailer is not None
    cells = None if mapping.fixed else _cells(tail, mapping)
    try:
        if trailer.count is not None:
            found.told_count = int(_at(tail, cells, trailer.count, mapping))
        if trailer.total is not None:
            told = _at(tail, cells, trailer.total, mapping)
            found.told_total_minor = int(told) if trailer.unit == "minor" else parse_minor(told, currency)
    except (ValueError, BadInput):
        found.held, found.params = "TRAILER_UNREADABLE", {"value": tail[:200]}


def _row(line: int, text: str, mapping: PaymentMapping, columns: Mapping[str, Place]) -> Row:
    if "\0" in text:
        return Row(line, {}, "PAYMENT_LINE_BROKEN")
    cells = None if mapping.fixed else _cells(text, mapping)
    if not mapping.fixed and (cells is None or len(cells) != len(columns)):
        return Row(line, {}, "PAYMENT_LINE_BROKEN")
    try:
        return Row(line, {name: _at(text, cells, place, mapping) for name, place in columns.items()})
    except ValueError:
        return Row(line, {}, "PAYMENT_LINE_BROKEN")


def _cells(text: str, mapping: PaymentMapping) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=mapping.delimiter, strict=True), None)
    except csv.Error:
        return None


def _at(text: str, cells: list[str] | None, place: Place, mapping: PaymentMapping) -> str:
    """The trimmed text at a place; ValueError where there is none, or where a character is cut in two."""
    if isinstance(place, int):
        if cells is None or place > len(cells):
            raise ValueError(place)
        return cells[place - 1].strip()
    assert isinstance(place, tuple)
    first, width = place
    if mapping.in_bytes:
        raw = text.encode(mapping.encoding)
        if len(raw) < first:
            raise ValueError(place)
        return raw[first - 1 : first - 1 + width].decode(mapping.encoding).strip()
    if len(text) < first:
        raise ValueError(place)
    return text[first - 1 : first - 1 + width].strip()
