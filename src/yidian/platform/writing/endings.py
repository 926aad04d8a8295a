"""How the database said no: for a moment, for good, or so that nobody knows."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.utils import Error, IntegrityError, InterfaceError, OperationalError

PASSING: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
LOST: Final = ("08", "57P")  # the connection, the server on its way down
UNDONE: Final = ("23", "40")  # a COMMIT refused for a constraint checked at the end, or for a lost race
TAKEN: Final = "55P03"  # a lock was not to be had in time
BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")


def is_passing(error: Error) -> bool:
    """Nothing was done and the same again may succeed: lost a race, or the connection before any COMMIT was sent."""
    if connection.vendor == "sqlite":
        return _sqlite_name(error).startswith(BUSY)
    state = _sqlstate(error)
    return state in PASSING or state.startswith(LOST) or (not state and _line_is_lost(error))


def is_busy(error: Error) -> bool:
    """Somebody held what was needed for longer than anybody waits."""
    return _sqlstate(error) == TAKEN


def is_undone(error: Error) -> bool:
    """A COMMIT that failed and has certainly done nothing."""
    if connection.vendor == "sqlite":
        return isinstance(error, IntegrityError) or _sqlite_name(error).startswith(BUSY)
    return _sqlstate(error).startswith(UNDONE)


def _line_is_lost(error: Error) -> bool:
    """An operational error that no server gave a state: nobody is at the other end, or was when it was asked.

    (The connection itself does not tell: Django has made a new one by the time the transaction is left.)
    """
    return isinstance(error, OperationalError | InterfaceError)


def _sqlstate(error: Error) -> str:
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def _sqlite_name(error: Error) -> str:
    return str(getattr(error.__cause__, "sqlite_errorname", ""))
