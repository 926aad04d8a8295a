"""Thousands of rows written by a few statements, whichever database: what a domain's `bulk` writes through.

A statement for each row costs more than its row. SQLite keeps a copy of every page that a statement with triggers
touches, so there many rows share one; PostgreSQL takes the columns as arrays, and looks at what a statement brought
once. The caller's frame is the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, islice, repeat
from typing import Any, Final

from django.db import connection
from django.db.models import Model

BLOCKS: Final = (500, 50, 1)  # rows in one statement on SQLite: few texts, so that each is read once
Column = Sequence[Any]


def bring(
    model: type[Model], *, count: int, same: Mapping[str, Any], each: Mapping[str, Column], or_leave: bool = False
) -> int:
    """Insert `count` rows; how many were written. `same`: columns with one value for all, `each`: with one a row.

    Values are as the database takes them (`connection.ops.adapt_…`). A column that is named nowhere is left to the
    database. `or_leave`: a row that is there already is left as it is, else IntegrityError.
    """
    if not count:
        return 0
    names = (*same, *each)
    if connection.vendor == "postgresql":
        arrays = [*([value] * count for value in same.values()), *(list(column) for column in each.values())]
        with connection.cursor() as cursor:
            cursor.execute(_unnested(model, names, or_leave), arrays)
            return int(cursor.rowcount)
    rows = zip(*(repeat(value, count) for value in same.values()), *each.values(), strict=True)
    return _in_blocks(model, names, or_leave, rows, count)


def _in_blocks(model: type[Model], names: tuple[str, ...], or_leave: bool, rows: Iterable[Any], count: int) -> int:
    written, left, coming = 0, count, iter(rows)
    with connection.cursor() as cursor:
        for size in BLOCKS:
            blocks = [list(chain.from_iterable(islice(coming, size))) for _ in range(left // size)]
            left %= size
            if blocks:
                cursor.executemany(_valued(model, names, or_leave, size), blocks)
                written += cursor.rowcount
    return written


def add(model: type[Model], column: str, *, tenant: int, by_id: Mapping[int, int]) -> int:
    """Add to a column of rows of a tenant (id → amount) in the order of their ids; how many rows are there.

    Rows are held in that order, so that two that move the same ones come one after the other.
    """
    moved = sorted((id_, amount) for id_, amount in by_id.items() if amount)
    if not moved:
        return 0
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ids, amounts = [id_ for id_, _ in moved], [amount for _, amount in moved]
            cursor.execute(
                f"SELECT id FROM {table} WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [tenant, ids],
            )
            cursor.execute(
                f"UPDATE {table} AS held SET {column} = held.{column} + more.amount"
                " FROM UNNEST(%s::bigint[], %s::bigint[]) AS more (id, amount)"
                " WHERE held.tenant_id = %s AND held.id = more.id",
                [ids, amounts, tenant],
            )
        else:
            cursor.executemany(
                f"UPDATE {table} SET {column} = {column} + %s WHERE tenant_id = %s AND id = %s",
                [(amount, tenant, id_) for id_, amount in moved],
            )
        return int(cursor.rowcount)


@cache
def _valued(model: type[Model], names: tuple[str, ...], or_leave: bool, size: int) -> str:
    row = f"({', '.join(['%s'] * len(names))})"
    return f"{_into(model, names)} VALUES {', '.join([row] * size)}{_conflict(or_leave)}"


@cache
def _unnested(model: type[Model], names: tuple[str, ...], or_leave: bool) -> str:
    arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in names)
    return f"{_into(model, names)} SELECT * FROM UNNEST({arrays}){_conflict(or_leave)}"


def _into(model: type[Model], names: tuple[str, ...]) -> str:
    return f"INSERT INTO {model._meta.db_table} ({', '.join(map(connection.ops.quote_name, names))})"


def _conflict(or_leave: bool) -> str:
    return " ON CONFLICT DO NOTHING" if or_leave else ""


def _type(model: type[Model], name: str) -> str:
    """A column's type without its length: a cast to varchar(3) would cut what is longer, in silence."""
    [field] = [one for one in model._meta.concrete_fields if one.column == name]
    return str(field.db_type(connection)).partition("(")[0]
