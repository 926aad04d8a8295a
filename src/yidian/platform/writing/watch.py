"""Sees database errors that were caught inside a write: after one, nobody knows what the transaction still holds.

PostgreSQL refuses to go on after an error that no savepoint has undone; SQLite goes on, and where the error rolled the
whole transaction back (a full disk) even in autocommit, so that half a write would be "committed".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError


class Watch:
    """What became of the errors of one write's statements."""

    def __init__(self) -> None:
        self._swallowed: list[tuple[str, frozenset[str]]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        try:
            answer = execute(sql, params, many, context)
        except (DatabaseError, InterfaceError) as error:
            savepoints = frozenset(name for name in connection.savepoint_ids if name)
            self._swallowed.append((f"{type(error).__name__}: {error}"[:200], savepoints))
            raise
        if self._swallowed and sql.startswith("ROLLBACK TO SAVEPOINT"):
            self._swallowed = [(told, names) for told, names in self._swallowed if not _names_one(sql, names)]
        return answer

    def complaint(self) -> str:
        """Why this transaction must not be committed; empty when it may."""
        if connection.needs_rollback:
            return "marked for rollback"
        if self._swallowed:
            return self._swallowed[0][0]
        return "" if _transaction_is_open() else "the database has ended the transaction"


@contextmanager
def watching() -> Iterator[Watch]:
    """See every statement of this thread's connection meanwhile."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def _names_one(sql: str, names: frozenset[str]) -> bool:
    return any(sql.endswith(connection.ops.quote_name(name)) for name in names)


def _transaction_is_open() -> bool:
    """Asked of the driver itself: Django only knows what it has sent."""
    raw = connection.connection
    if raw is None:
        return False
    if connection.vendor == "sqlite":
        return bool(raw.in_transaction)
    return str(raw.info.transaction_status.name) == "INTRANS"
