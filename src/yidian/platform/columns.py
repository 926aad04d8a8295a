"""A query's answer as Arrow columns, without an object for every value: how whole tables are read for a run.

The statement is its caller's (a domain's `bulk`), and so is naming the tenant. On SQLite the rows come as one text,
made by the database and parsed by Arrow. Where values cannot be told apart in it (a line break, a null), and on
other databases, the rows come as rows.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
from django.db import DataError, connection
from pyarrow import csv

BETWEEN, AFTER = "\x1f", "\n"  # values of a row, rows
FETCHED: Final = 5_000  # rows taken from a cursor at once


def columns_of(
    *, names: Mapping[str, pa.DataType], source: str, params: Sequence[int | str]
) -> dict[str, pa.ChunkedArray]:
    """The columns `names` (SQL expression → int64 or string; none of them null) of `SELECT … FROM source`, aligned."""
    if connection.vendor == "sqlite":
        found = _as_text(names, source, params)
        if found is not None:
            return found
    return _as_rows(names, source, params)


def _as_text(
    names: Mapping[str, pa.DataType], source: str, params: Sequence[int | str]
) -> dict[str, pa.ChunkedArray] | None:
    row = f" || '{BETWEEN}' || ".join(names)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), group_concat({row}, '{AFTER}') FROM {source}", params)
            count, text = cursor.fetchone()
    except DataError:  # longer than one value may be
        return None
    if not count:
        return {name: pa.chunked_array([pa.array([], kind)]) for name, kind in names.items()}
    try:
        table = csv.read_csv(
            io.BytesIO((text or "").encode()),
            read_options=csv.ReadOptions(column_names=list(names), use_threads=False, block_size=1 << 22),
            parse_options=csv.ParseOptions(delimiter=BETWEEN, quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(column_types=dict(names), strings_can_be_null=False, null_values=[]),
        )
    except pa.ArrowInvalid:
        return None
    return dict(zip(names, table.columns, strict=True)) if table.num_rows == count else None


def _as_rows(names: Mapping[str, pa.DataType], source: str, params: Sequence[int | str]) -> dict[str, pa.ChunkedArray]:
    chunks: list[list[pa.Array]] = [[] for _ in names]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {source}", params)
        while rows := cursor.fetchmany(FETCHED):
            columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
            for chunk, values, kind in zip(chunks, columns, names.values(), strict=True):
                chunk.append(pa.array(values, kind))
    return {name: pa.chunked_array(chunk, kind) for (name, kind), chunk in zip(names.items(), chunks, strict=True)}
