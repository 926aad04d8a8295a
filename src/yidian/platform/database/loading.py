"""A million rows of a tenant through one door: COPY on PostgreSQL, which takes them as they are made, and prepared
statements on SQLite. What is written by the thousand in a run's chunk goes through `rows`.

PostgreSQL copies into no table that has policies (ADR 0030): rows come into a table of the transaction's own, and from
there by one INSERT, which the tenant wall weighs as any other.

Names of tables, columns and types are the caller's own words, never anybody's input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from django.db import connection

from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 10_000  # rows in memory as parameters


def add_rows(*, tenant: Tenant, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """INSERT rows whose values are those of `columns`; the tenant is added to each. In a transaction of the caller."""
    ours = ((tenant.pk, *row) for row in rows)
    first = next(ours, None)
    if first is None:
        return
    names = ("tenant_id", *columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy_in(cursor, tenant, table, ", ".join(names), chain((first,), ours))
            return
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        for chunk in _chunks(chain((first,), ours)):
            cursor.executemany(insert, chunk)


def change_rows(*, tenant: Tenant, table: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
    """UPDATE rows (id, value of each of `columns`). `columns`: name → PostgreSQL's type of it, as "bigint", "text"."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = ", ".join(f"{name} = told.{name}" for name in columns)
            lists = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *columns.values()))
            update = (
                f"UPDATE {table} SET {told} FROM unnest({lists}) AS told (id, {', '.join(columns)}) "
                f"WHERE {table}.tenant_id = %s AND {table}.id = told.id"
            )
            for chunk in _chunks(rows):
                cursor.execute(update, [*map(list, zip(*chunk, strict=True)), tenant.pk])
            return
        update = f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in columns)} WHERE tenant_id = %s AND id = %s"
        for chunk in _chunks(rows):
            cursor.executemany(update, [(*values, tenant.pk, id_) for id_, *values in chunk])


def _copy_in(cursor: Any, tenant: Tenant, table: str, names: str, rows: Iterable[tuple[Any, ...]]) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE coming ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
    with cursor.copy(f"COPY coming ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM coming WHERE tenant_id = %s", [tenant.pk])
    cursor.execute("DROP TABLE coming")


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
