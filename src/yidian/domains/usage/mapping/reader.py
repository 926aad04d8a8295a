"""The `reader` section of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yidian.domains.usage.mapping.nodes import Node, Reading
from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.mapping.schema import ENCODINGS, KINDS, SECTIONS

LONGEST_LINE: Final = 1 << 26
BIGGEST_DOCUMENT: Final = 1 << 31


def read_reader(reading: Reading, node: Node) -> ReaderSpec:
    found = reading.section(node, "reader")
    kind = reading.choice(found["kind"], "kind", KINDS) if "kind" in found else KINDS[0]
    for name, value in found.items():
        kinds = SECTIONS["reader"][name].kinds
        if kinds and kind not in kinds:
            reading.fault("MAPPING_OPTION_MISPLACED", value.line, field="reader", value=name, kind=kind)
    columns, positions = _columns(reading, found.get("columns"))
    separator = _character(reading, found, "separator", "")
    _check_cells(reading, node, kind, columns, positions, separator)
    return ReaderSpec(
        kind=kind,
        encoding=_choice(reading, found, "encoding", ENCODINGS),
        undecodable=_choice(reading, found, "undecodable", ("file", "record")),
        delimiter=_character(reading, found, "delimiter", ","),
        quote=_quote(reading, found),
        header=_header(reading, found, columns),
        columns=columns,
        positions=positions,
        separator=separator,
        count_bytes=_choice(reading, found, "count", ("characters", "bytes")) == "bytes",
        skip_lines=_whole(reading, found, "skip_lines", 0, 0, 1_000_000),
        max_line_bytes=_whole(reading, found, "max_line_bytes", 1 << 20, 16, LONGEST_LINE),
        records=reading.text(found["records"], "records") if "records" in found else "",
        max_document_bytes=_whole(reading, found, "max_document_bytes", 1 << 26, 16, BIGGEST_DOCUMENT),
    )


def _check_cells(
    reading: Reading,
    node: Node,
    kind: str,
    columns: tuple[str, ...],
    positions: tuple[tuple[int, int], ...],
    separator: str,
) -> None:
    if kind == "fixed" and not columns:
        reading.fault("MAPPING_FIELD_MISSING", node.line, field="reader", value="columns")
    if kind == "fixed" and bool(positions) == bool(separator):
        reading.fault("MAPPING_POSITIONS", node.line, field="reader")
    if kind == "delimited" and positions:
        reading.fault("MAPPING_POSITIONS", node.line, field="reader")


def _columns(reading: Reading, node: Node | None) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    if node is None:
        return (), ()
    if node.pairs is None:
        names = reading.texts(node, "columns")
        positions: list[tuple[int, int]] = []
    else:
        pairs = tuple(reading.pairs(node, "columns"))
        names = tuple(name for name, _, _ in pairs)
        positions = [_position(reading, value) for _, _, value in pairs]
    for name in {name for name in names if name and names.count(name) > 1}:
        reading.fault("MAPPING_FIELD_TWICE", node.line, field="columns", value=name)
    return names, tuple(positions)


def _position(reading: Reading, node: Node) -> tuple[int, int]:
    if node.items is None or len(node.items) != 2:
        reading.fault("MAPPING_VALUE_WRONG", node.line, field="columns", value=node.shown, wanted="[first, width]")
        return 0, 0
    first, width = (reading.whole(item, "columns", low=1, high=LONGEST_LINE) for item in node.items)
    return first - 1, width


def _choice(reading: Reading, found: Mapping[str, Node], name: str, options: tuple[str, ...]) -> str:
    return reading.choice(found[name], name, options) if name in found else options[0]


def _whole(reading: Reading, found: Mapping[str, Node], name: str, default: int, low: int, high: int) -> int:
    return reading.whole(found[name], name, low=low, high=high) if name in found else default


def _character(reading: Reading, found: Mapping[str, Node], name: str, default: str) -> str:
    if name not in found:
        return default
    text = {"tab": "\t", "\\t": "\t"}.get(reading.text(found[name], name), found[name].text or "")
    if len(text) != 1 or text in "\r\n\0" or (text == " " and name != "separator"):
        reading.fault("MAPPING_VALUE_WRONG", found[name].line, field=name, value=text, wanted="one character")
        return default
    return text


def _quote(reading: Reading, found: Mapping[str, Node]) -> str:
    if "quote" in found and found["quote"].text in ("none", ""):
        return ""
    return _character(reading, found, "quote", '"')


def _header(reading: Reading, found: Mapping[str, Node], columns: tuple[str, ...]) -> bool:
    """Columns that are named in the mapping mean that the file has no header, unless it is said to have one."""
    header = reading.flag(found["header"], "header") if "header" in found else not columns
    if not header and not columns and found.get("kind") is not None and found["kind"].text == "delimited":
        reading.fault("MAPPING_FIELD_MISSING", found["kind"].line, field="reader", value="columns")
    return header
