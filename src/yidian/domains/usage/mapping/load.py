"""From the YAML of a mapping file to a checked Mapping. Every fault is told at once, with its line."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Final

from yidian.domains.usage.mapping.field import read_field, read_when
from yidian.domains.usage.mapping.nodes import Node, Reading, parse
from yidian.domains.usage.mapping.reader import read_reader
from yidian.domains.usage.mapping.rows import FieldSpec, Limits, Mapping, Rule
from yidian.domains.usage.mapping.schema import ALWAYS_REQUIRED, DAY_MS, FORMAT, RULE_REASONS
from yidian.kernel.faults import refuse

WHOLE_ROW: Final = "whole_row"
WINDOW_UNITS_MS: Final = {"d": DAY_MS, "h": 3_600_000, "m": 60_000, "s": 1000}
LONGEST_WINDOW_MS: Final = 3660 * DAY_MS
NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
MOST: Final = 1 << 62


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. BadInput when it cannot be read or is not a mapping."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("MAPPING_UNREADABLE", file=str(path), value=error) from error
    return read_mapping(text=text, file=str(path))


def read_mapping(*, text: str, file: str = "") -> Mapping:
    """Check a mapping text and return it as values; BadInput carries all faults with their lines."""
    reading = Reading(file)
    root = parse(text=text, file=file)
    found = reading.section(root, "mapping")
    if "format" in found and found["format"].text != str(FORMAT):
        raise refuse("MAPPING_FORMAT_UNKNOWN", file=file, line=found["format"].line, value=found["format"].shown)
    mapping = _Mapping(reading, found).build(text=text, file=file)
    reading.finish()
    return mapping


class _Mapping:
    def __init__(self, reading: Reading, found: Table[str, Node]) -> None:
        self._reading = reading
        self._found = found
        self._references: list[tuple[str, int]] = []

    def build(self, *, text: str, file: str) -> Mapping:
        empty = Node(0, pairs=())
        reader = read_reader(self._reading, self._found.get("reader", empty))
        fields = self._fields(self._found.get("fields", empty))
        rules = self._rules(self._found.get("records"))
        key = self._columns("key")
        carry = self._columns("carry")
        sequence_from, in_name = self._sequence()
        if reader.columns:
            self._check_columns(reader.columns)
        return Mapping(
            source=self._source(),
            reader=reader,
            zone=self._zone(),
            repeated=self._choice("repeated", ("refuse", "first", "second")),
            missing=self._choice("missing", ("refuse", "later", "earlier")),
            fields=fields,
            rules=rules,
            key=() if key == (WHOLE_ROW,) else key,
            window_ms=self._window(),
            carry=carry,
            sequence_from=sequence_from,
            sequence_in_name=in_name,
            limits=self._limits(),
            max_suspense=self._number("max_suspense", 100_000),
            references=tuple(self._references),
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            file=file,
        )

    def _source(self) -> str:
        node = self._found.get("source")
        name = self._reading.text(node, "source") if node else "x"
        if node and (not name or len(name) > 64 or set(name) - NAME_CHARACTERS or name.startswith(".")):
            self._reading.fault("MAPPING_SOURCE_NAME", node.line, field="source", value=name)
        return name

    def _zone(self) -> str:
        node = self._found.get("zone")
        name = self._reading.text(node, "zone") if node else "UTC"
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            self._reading.fault("MAPPING_ZONE_UNKNOWN", node.line if node else 0, field="zone", value=name)
        return name

    def _choice(self, name: str, options: tuple[str, ...]) -> str:
        node = self._found.get(name)
        return self._reading.choice(node, name, options) if node else options[0]

    def _number(self, name: str, default: int) -> int:
        node = self._found.get(name)
        return self._reading.whole(node, name, low=0, high=MOST) if node else default

    def _columns(self, name: str) -> tuple[str, ...]:
        node = self._found.get(name)
        if node is None:
            return ()
        names = self._reading.texts(node, name)
        if names != (WHOLE_ROW,):
            self._references += [(column, node.line) for column in names]
        if name == "key" and not names:
            self._reading.fault("MAPPING_FIELD_MISSING", node.line, field="mapping", value="key")
        return names

    def _fields(self, node: Node) -> dict[str, tuple[FieldSpec, ...]]:
        fields: dict[str, tuple[FieldSpec, ...]] = {}
        for name, ways in self._reading.section(node, "fields").items():
            nodes = ways.items if ways.items is not None else (ways,)
            fields[name] = tuple(read_field(self._reading, name, way, self._references) for way in nodes)
        for name in ALWAYS_REQUIRED:
            if name not in fields:
                self._reading.fault("MAPPING_FIELD_MISSING", node.line, field="fields", value=name)
        return fields

    def _rules(self, node: Node | None) -> tuple[Rule, ...]:
        if node is None:
            return ()
        if node.items is None:
            self._reading.fault("MAPPING_VALUE_WRONG", node.line, field="records", value=node.shown, wanted="- when: …")
            return ()
        return tuple(self._rule(item) for item in node.items)

    def _rule(self, node: Node) -> Rule:
        found = self._reading.section(node, "rule")
        when = read_when(self._reading, found["when"], self._references) if "when" in found else ()
        acts = [name for name in ("take", "ignore", "reject") if name in found]
        if len(acts) != 1:
            self._reading.fault("MAPPING_RULE_ACTS", node.line, field="records", value=", ".join(acts))
            return Rule(when, "take")
        if acts[0] == "take":
            self._reading.choice(found["take"], "take", ("yes",))
            return Rule(when, "take")
        reason = self._reading.choice(found[acts[0]], acts[0], RULE_REASONS)
        return Rule(when, "ignore" if acts[0] == "ignore" else "reject", reason)

    def _sequence(self) -> tuple[str, bool]:
        node = self._found.get("sequence")
        if node is None:
            return "", False
        found = self._reading.section(node, "sequence")
        if "from_name" in found:
            self._reading.choice(found["from_name"], "from_name", ("last_digits",))
            return "", True
        path = self._reading.text(found["from"], "from") if "from" in found else ""
        if path:
            self._references.append((path, node.line))
        return path, False

    def _window(self) -> int:
        node = self._found.get("window")
        if node is None:
            return 30 * DAY_MS
        text = self._reading.text(node, "window")
        number, unit = text[:-1], text[-1:]
        if number.isascii() and number.isdecimal() and len(number) < 10 and unit in WINDOW_UNITS_MS:
            window_ms = int(number) * WINDOW_UNITS_MS[unit]
            if window_ms <= LONGEST_WINDOW_MS:
                return window_ms
        self._reading.fault("MAPPING_VALUE_WRONG", node.line, field="window", value=text, wanted="30d, 12h, 90m, 60s")
        return 0

    def _limits(self) -> Limits:
        node = self._found.get("limits")
        if node is None:
            return Limits()
        found = self._reading.section(node, "limits")
        given = {name: self._reading.whole(value, name, low=1, high=1 << 60) for name, value in found.items()}
        return Limits(**given)

    def _check_columns(self, columns: tuple[str, ...]) -> None:
        for name, line in self._references:
            if name not in columns:
                self._reading.fault("MAPPING_COLUMN_UNKNOWN", line, value=name, known=", ".join(columns)[:200])
