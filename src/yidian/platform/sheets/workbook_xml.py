"""A look into a workbook's XML, as a stream, for what a reader of values does not tell: formulas, error cells, extents.

It also bounds what the reader of values would lay out in memory: cells as a rectangle, and text (one long shared
string may be referred to by a million cells).
"""

from __future__ import annotations

import posixpath
import zipfile
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.parsers import expat

from yidian.kernel.faults import refuse
from yidian.platform.sheets.archive import inflate
from yidian.platform.sheets.fault_list import FaultList
from yidian.platform.sheets.layout import letters
from yidian.platform.sheets.sheet import CELL_CHARACTERS, CELLS

SHARED_STRINGS: Final = "xl/sharedStrings.xml"
TEXT_CHARACTERS: Final = 128 << 20


def scan_workbook(path: Path, members: Iterable[zipfile.ZipInfo], *, faults: FaultList) -> None:
    """Inflate every member once, under its bound, and look through the sheets. Raises XLSX_DAMAGED, XLSX_TOO_LARGE."""
    by_name = {member.filename: member for member in members}
    names = _sheet_names(path, by_name)
    lengths = _StringLengths()
    if SHARED_STRINGS in by_name:
        _parse(path, by_name[SHARED_STRINGS], lengths)
    for name, member in by_name.items():
        if name in names:
            _parse(path, member, _SheetScan(str(path), names[name], lengths.lengths, faults))
        elif name != SHARED_STRINGS:
            for _ in inflate(path, member):
                pass


class _Handler:
    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def text(self, characters: str) -> None: ...


class _StringLengths(_Handler):
    """How long each shared string is, by index."""

    def __init__(self) -> None:
        self.lengths = array("q")
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if tag == "si":
            self.lengths.append(0)
        self._in_text = tag == "t"

    def end(self, tag: str) -> None:  # noqa: ARG002
        self._in_text = False

    def text(self, characters: str) -> None:
        if self._in_text and self.lengths:
            self.lengths[-1] += len(characters)


class _SheetScan(_Handler):
    """One worksheet: where its formulas and error cells are, and how far it reaches."""

    def __init__(self, file: str, sheet: str, lengths: array[int], faults: FaultList) -> None:
        self._file, self._sheet, self._lengths, self._faults = file, sheet, lengths, faults
        self._row = self._column = self._widest = self._written = 0
        self._type = ""
        self._collects = ""
        self._collected: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            told = attributes.get("r", "")
            self._row = int(told) if told.isdigit() else self._row + 1
            self._column = 0
        elif tag == "f" or (tag == "v" and self._type in ("s", "e")):
            self._collects = tag
            self._collected = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r", "").rstrip("0123456789")
        self._column = _column_number(told) if told else self._column + 1
        self._widest = max(self._widest, self._column)
        self._type = attributes.get("t", "")
        if self._row * self._widest > CELLS:
            raise refuse(
                "XLSX_TOO_LARGE", file=self._file, sheet=self._sheet, line=self._row, column=told,
                value=self._row * self._widest, most=CELLS, what="cells",
            )  # fmt: skip

    def text(self, characters: str) -> None:
        if self._collects:
            self._collected.append(characters)

    def end(self, tag: str) -> None:
        if tag != self._collects:
            return
        self._collects = ""
        value = "".join(self._collected)
        if tag == "f":
            self._complain("FORMULA_IN_CELL", "=" + value)
        elif self._type == "e":
            self._complain("ERROR_IN_CELL", value)
        else:
            self._count_text(value)

    def _count_text(self, index: str) -> None:
        if not index.isdigit() or int(index) >= len(self._lengths):
            raise refuse("XLSX_DAMAGED", file=self._file, sheet=self._sheet, line=self._row, value=index[:40])
        length = self._lengths[int(index)]
        self._written += length
        if length > CELL_CHARACTERS:
            self._complain("CELL_TOO_LONG", "")
        if self._written > TEXT_CHARACTERS:
            raise refuse(
                "XLSX_TOO_LARGE", file=self._file, sheet=self._sheet, line=self._row, value=self._written,
                most=TEXT_CHARACTERS, what="characters",
            )  # fmt: skip

    def _complain(self, code: str, value: str) -> None:
        column = letters(max(0, self._column - 1))
        params: dict[str, str | int] = {"most": CELL_CHARACTERS} if code == "CELL_TOO_LONG" else {}
        self._faults.add(code, file=self._file, sheet=self._sheet, line=self._row, column=column, value=value, **params)


class _Parts(_Handler):
    """Sheet names and relations: workbook.xml has name → relation id, its .rels has relation id → part."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), identity))
        elif tag == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


def _sheet_names(path: Path, members: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Part name in the archive → name of the sheet. What no sheet points at is still inflated, but not looked into."""
    parts = _Parts()
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if name not in members:
            raise refuse("XLSX_DAMAGED", file=str(path), value=name)
        _parse(path, members[name], parts)
    names: dict[str, str] = {}
    for sheet, identity in parts.sheets:
        target = parts.targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part not in members:
            raise refuse("XLSX_DAMAGED", file=str(path), sheet=sheet, value=target)
        names[part] = sheet
    return names


def _parse(path: Path, member: zipfile.ZipInfo, handler: _Handler) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: handler.start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text

    def no_document_type(*_: object) -> None:
        raise refuse("XLSX_DAMAGED", file=str(path), value=f"{member.filename}: DOCTYPE")

    parser.StartDoctypeDeclHandler = no_document_type
    try:
        for piece in inflate(path, member):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refuse("XLSX_DAMAGED", file=str(path), value=f"{member.filename}: {error}") from error


def _column_number(name: str) -> int:
    number = 0
    for letter in name[:4].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
