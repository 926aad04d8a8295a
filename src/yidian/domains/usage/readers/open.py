"""The reader of a kind, and the reading again of a record from its kept text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers import delimited, fixed, jsons
from yidian.domains.usage.readers.tap.reader import TapReader
from yidian.domains.usage.types import Record, Reject, Values


class Reader(Protocol):
    """`columns` names the cells of its records; None when they are trees."""

    @property
    def columns(self) -> Sequence[str] | None: ...

    def __iter__(self) -> Iterator[Record]: ...


def open_reader(stream: BinaryIO, spec: ReaderSpec, *, file: str) -> Reader:
    """Read what stands before the first record. BadInput when the file as a whole cannot be read so."""
    if spec.kind == "delimited":
        return delimited.DelimitedReader(stream, spec, file)
    if spec.kind == "fixed":
        return fixed.FixedReader(stream, spec, file)
    if spec.kind == "jsonl":
        return jsons.JsonLinesReader(stream, spec, file)
    if spec.kind == "json":
        return jsons.JsonDocumentReader(stream, spec, file)
    return TapReader(stream, spec, file)


def reread(raw: str, columns: Sequence[str] | None, spec: ReaderSpec) -> Values | Reject:
    """The values of a record from its kept text, by the mapping of today."""
    if spec.kind == "delimited":
        return delimited.reread(raw, columns or (), spec)
    if spec.kind == "fixed":
        return fixed.reread(raw, columns or (), spec)
    if spec.kind == "tap3":
        kept: Values = json.loads(raw)  # our own text of a tree that was read already
        return kept
    return jsons.reread(raw)
