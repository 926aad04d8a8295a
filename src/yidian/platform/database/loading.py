"""A million rows of a tenant through one door: COPY on PostgreSQL, which takes them as they are made, and prepared
statements on SQLite. What is written by the thousand in a run's chunk goes through `rows`.

Names of tables, columns and types are the caller's own words, never anybody's input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from django.db import connection
from django_scopes import get_scope

from yidian.platform.tenancy.guard import UnscopedStatement
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
            _expect_own(tenant, table)
            with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in chain((first,), ours):
                    copy.write_row(row)
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


def _expect_own(tenant: Tenant, table: str) -> None:
    """What a COPY brings, the wall does not see."""
    scope = get_scope()
    if scope.get("_enabled", True) and scope.get("tenant") != tenant:
        raise UnscopedStatement("STATEMENT_OF_OTHER_TENANT", (table,))


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
