"""JSON: one object per line, or one document. Numbers are kept as written; nothing is ever a float."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers.lines import MARKS, lines
from yidian.domains.usage.types import Record, Reject, Values
from yidian.kernel.faults import refuse

DEEPEST: Final = 64


class JsonLinesReader:
    columns = None

    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        self._lines = lines(stream, spec, file)

    def __iter__(self) -> Iterator[Record]:
        number = 0
        for batch in self._lines:
            for line in batch:
                number += 1
                values = line.fault if line.fault is not None else reread(line.text)
                yield Record(number, line.number, values, line.text, line.fault is None)


class JsonDocumentReader:
    """One document: itself a record, or holding a list of records at the path `records`."""

    columns = None

    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        data = stream.read(spec.max_document_bytes + 1)
        if len(data) > spec.max_document_bytes:
            raise refuse("FILE_TOO_BIG", file=file, limit=spec.max_document_bytes)
        self._records = _list_at(_document(data, spec, file), spec.records, file)

    def __iter__(self) -> Iterator[Record]:
        for number, value in enumerate(self._records, 1):
            values = value if isinstance(value, dict) else Reject("RECORD_NOT_AN_OBJECT")
            yield Record(number, 0, values, json.dumps(value, separators=(",", ":")))


def reread(text: str) -> Values | Reject:
    """The object of one line."""
    try:
        value = _loads(text)
    except RecursionError:
        return Reject("JSON_TOO_DEEP", limit=DEEPEST)
    except ValueError as error:
        position = error.pos + 1 if isinstance(error, json.JSONDecodeError) else 0
        return Reject("JSON_BROKEN", position=position)
    return value if isinstance(value, dict) else Reject("RECORD_NOT_AN_OBJECT")


def _document(data: bytes, spec: ReaderSpec, file: str) -> Any:
    mark = MARKS.get(spec.encoding)
    if mark and data.startswith(mark):
        data = data[len(mark) :]
    try:
        return _loads(data.decode(spec.encoding))
    except UnicodeDecodeError as error:
        raise refuse("ENCODING_UNDECODABLE", file=file, encoding=spec.encoding, offset=error.start) from error
    except RecursionError as error:
        raise refuse("JSON_TOO_DEEP", file=file, limit=DEEPEST) from error
    except json.JSONDecodeError as error:
        raise refuse("JSON_BROKEN", file=file, line=error.lineno, position=error.colno) from error
    except ValueError as error:
        raise refuse("JSON_BROKEN", file=file, position=0) from error


def _list_at(document: Any, path: str, file: str) -> list[Any]:
    place = document
    for step in path.split(".") if path else ():
        place = place.get(step) if isinstance(place, dict) else None
    if not path and not isinstance(place, list):
        return [place]
    if not isinstance(place, list):
        raise refuse("JSON_RECORDS_MISSING", file=file, value=path)
    return place


def _loads(text: str) -> Any:
    value = json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    _check_depth(value, 0)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_depth(value: Any, depth: int) -> None:
    """Depth is bounded here so that nothing after it need fear a deep tree."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        for inner in value.values():
            if isinstance(inner, dict | list):
                _check_depth(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                _check_depth(inner, depth + 1)
