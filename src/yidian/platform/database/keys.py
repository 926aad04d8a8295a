"""Automatic keys known before their rows are: rows that name each other go in by one statement for each table."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import Model

_POSTGRESQL: Final = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
_SQLITE: Final = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s"


def next_keys(model: type[Model], *, count: int) -> list[int]:
    """`count` fresh values, rising, of a model's automatic key `id`. What is not used of them is a gap.

    From the key's own sequence on PostgreSQL; SQLite has one writer, so inside a write the next ones are free.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a key belongs into the transaction that uses it")
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [table, count])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(_SQLITE, [table])
        newest = int(cursor.fetchone()[0])
    return list(range(newest + 1, newest + 1 + count))
