"""A mapping, read and checked: frozen values without a trace of YAML."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Literal

Test = tuple[Literal["in", "not_in", "empty", "filled", "starts"], frozenset[str] | tuple[str, ...]]
When = tuple[tuple[str, tuple[Test, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """How a file is read. `positions`: (first, width) from 0 per column, empty when cells are separated."""

    kind: str
    encoding: str = "utf-8"
    undecodable: str = "file"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    columns: tuple[str, ...] = ()
    positions: tuple[tuple[int, int], ...] = ()
    separator: str = ""
    count_bytes: bool = False
    skip_lines: int = 0
    max_line_bytes: int = 1 << 20
    records: str = ""
    max_document_bytes: int = 1 << 26


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One way to fill a field of an event: from a constant or from the first filled column, through transforms."""

    name: str
    const: str | None = None
    sources: tuple[str, ...] = ()
    when: When = ()
    default: str | None = None
    required: bool = False
    trim: bool = True
    digits_only: bool = False
    strip_prefix: tuple[str, ...] = ()
    add_prefix: str = ""
    table: Table[str, str] = field(default_factory=dict)
    refuse_unmapped: bool = False
    times: tuple[str, ...] = ()
    offset: str = ""
    unit: str = ""
    scale: int = 1
    rounding: str = "refuse"


@dataclass(frozen=True, slots=True)
class Rule:
    """Records that fit `when` are taken ("take"), ignored or rejected for `reason`."""

    when: When
    action: Literal["take", "ignore", "reject"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    duration_s: int = 31 * 86_400
    bytes: int = 1 << 50
    count: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. `key` empty: the whole row. `references`: (column, line of the mapping) of all columns named."""

    source: str
    reader: ReaderSpec
    zone: str
    repeated: str
    missing: str
    fields: Table[str, tuple[FieldSpec, ...]]
    rules: tuple[Rule, ...]
    key: tuple[str, ...]
    window_ms: int
    carry: tuple[str, ...]
    sequence_from: str
    sequence_in_name: bool
    limits: Limits
    max_suspense: int
    references: tuple[tuple[str, int], ...]
    text: str
    sha256: str
    file: str = ""
