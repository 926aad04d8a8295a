"""What the database knows of its tables when it chooses the way to some rows: gathered again once many have come.

SQLite never does so by itself, and knowing nothing it walks all rows of a tenant where an index leads to three.
PostgreSQL's autovacuum does, but only some minutes after.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import OperationalError, connection, transaction

MANY: Final = 1_000  # rows that came together: from so many on it is worth it
LOOKED_AT: Final = 400  # rows of an index that SQLite looks at: a tenth of a second at a million customers

LARGE: Final = 4_096  # pages (16 MB): in a smaller database every way is short


def refresh_statistics(*, tables: Collection[str] = ()) -> None:
    """Gather what is known of `tables` (none named: of all). Call it after the commit.

    Where somebody holds the tables it is left to the next who brings many rows: no answer depends on it.
    """
    try:
        with connection.cursor() as cursor:
            named = sorted(tables or connection.introspection.table_names(cursor))
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
                for name in named:  # one by one: each holds the lock, and a counter may write between them
                    cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
            else:
                cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, named))}")
    except OperationalError:
        if connection.in_atomic_block:
            raise


def refresh_after_run() -> None:
    """The same for a large SQLite database once the caller's transaction is committed; a server does so by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = int(cursor.fetchone()[0])
    if pages >= LARGE:
        transaction.on_commit(refresh_statistics)
