"""A query's answer as Arrow columns, without an object for every value: how whole tables are read for a run.

The statement is its caller's (a domain's `bulk`), and so is naming the tenant. On SQLite every column comes as one
text, made by the database and cut at its line breaks. Where values cannot be told apart in it (a line break within
one, a null), and on other databases, the rows come as rows.

SQLite lets nobody commit while a statement reads: a table of a million rows is read in pieces, by its ids, and
between two of them whoever waits comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db import DataError, connection

BETWEEN: Final = "\n"  # two values
FETCHED: Final = 5_000  # rows taken from a cursor at once
PIECE: Final = 20_000  # rows of one statement on SQLite: some 30 ms
Kinds = Mapping[str, pa.DataType]
Columns = dict[str, pa.ChunkedArray]


def columns_of(*, names: Kinds, source: str, params: Sequence[int | str], by: str = "") -> Columns:
    """The columns `names` (SQL expression → int64 or string; none of them null) of `SELECT … FROM source`, aligned.

    `by`: the table's id, where it may be long; then the source ends with its WHERE, and rows that others write
    meanwhile may be among them or not. "": one statement.
    """
    if connection.vendor == "sqlite":
        found = _in_pieces(names, source, params, by) if by else _as_text(names, source, params)
        if found is not None:
            return found
    return _as_rows(names, source, params)


def _in_pieces(names: Kinds, source: str, params: Sequence[int | str], by: str) -> Columns | None:
    # The plus keeps SQLite to the order of the ids: it has no statistics, and would sort what an index finds.
    source = source.replace("tenant_id = %s", "+tenant_id = %s")
    aliases = [f"c{n}" for n in range(len(names))]
    what = ", ".join(f"{name} AS {alias}" for name, alias in zip(names, aliases, strict=True))
    piece = f"(SELECT {by} AS place, {what} FROM {source} AND {by} > %s ORDER BY {by} LIMIT {PIECE})"
    kinds = dict(zip(aliases, names.values(), strict=True))
    pieces: list[Columns] = []
    after = -1  # ids are above nought
    while True:
        found = _as_text({"place": pa.int64(), **kinds}, piece, [*params, after])
        if found is None:
            return None
        pieces.append(found)
        if len(found["place"]) < PIECE:
            break
        after = int(found["place"].to_numpy().max())
    return {
        name: pa.chunked_array([chunk for found in pieces for chunk in found[alias].chunks], kind)
        for (name, kind), alias in zip(names.items(), aliases, strict=True)
    }


def _as_text(names: Kinds, source: str, params: Sequence[int | str]) -> Columns | None:
    # A null is left out by group_concat, and a line break in another value of the column could make up for it: count.
    texts = [name for name, kind in names.items() if pa.types.is_string(kind)]
    whole = [f"count({name})" for name in texts]
    joined = [f"CAST(group_concat({name}, '{BETWEEN}') AS BLOB)" for name in names]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(['count(*)', *whole, *joined])} FROM {source}", params)
            count, *row = cursor.fetchone()
    except DataError:  # longer than one value may be
        return None
    if not count:
        return {name: pa.chunked_array([pa.array([], kind)]) for name, kind in names.items()}
    if any(counted != count for counted in row[: len(texts)]):
        return None
    found: Columns = {}
    for (name, kind), told in zip(names.items(), row[len(texts) :], strict=True):
        column = _cut(told or b"", count)
        if column is None:
            return None
        found[name] = pa.chunked_array([column.cast(kind)])
    return found


def _cut(told: bytes, count: int) -> pa.StringArray | None:
    """The values of a column between its line breaks; None when there are not `count` of them."""
    breaks = np.flatnonzero(np.frombuffer(told, np.uint8) == ord(BETWEEN))
    if len(breaks) != count - 1 or len(told) >= 1 << 31:  # an offset of Arrow's has 32 bits
        return None
    values = told.translate(None, BETWEEN.encode())
    first = np.empty(count + 1, np.int32)
    first[0], first[1:-1], first[-1] = 0, breaks - np.arange(count - 1), len(values)
    return pa.StringArray.from_buffers(count, pa.py_buffer(first), pa.py_buffer(values))


def _as_rows(names: Mapping[str, pa.DataType], source: str, params: Sequence[int | str]) -> dict[str, pa.ChunkedArray]:
    chunks: list[list[pa.Array]] = [[] for _ in names]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {source}", params)
        while rows := cursor.fetchmany(FETCHED):
            columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
            for chunk, values, kind in zip(chunks, columns, names.values(), strict=True):
                chunk.append(pa.array(values, kind))
    return {name: pa.chunked_array(chunk, kind) for (name, kind), chunk in zip(names.items(), chunks, strict=True)}
