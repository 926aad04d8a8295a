"""A lock that dies with its holder: nobody has to break it after a kill -9.

On one machine with SQLite it is a file lock in the installation's folder; with PostgreSQL an advisory lock of a
session of its own, which ends with the process.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class UnableToLock(Exception):
    """Somebody else is at work on the same thing. `holder` says what is known of them."""

    def __init__(self, name: str, holder: str) -> None:
        self.name, self.holder = name, holder
        super().__init__(f"{name} is held by {holder}")


@contextmanager
def exclusive(name: str, *, folder: Path) -> Iterator[None]:
    """Hold `name` alone while the block runs; raises UnableToLock at once when it is taken, by this process too."""
    holding = _advisory(name) if connection.vendor == "postgresql" else _file(name, folder)
    with holding:
        yield


def holders(*, folder: Path) -> list[str]:
    """Who holds any lock of this installation now, except this session."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_HOLDERS)
            return [_described(row) for row in cursor.fetchall()]
    return [holder for path in sorted(folder.glob("*.lock")) if (holder := _holder_of(path))]


def hold_until_commit(name: str) -> None:
    """Wait for `name` and hold it until the open transaction ends. SQLite's writers follow one another anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(name)])


@contextmanager
def _file(name: str, folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnableToLock(name, _told(descriptor)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}: {name}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder_of(path: Path) -> str:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _told(descriptor)
    finally:
        os.close(descriptor)
    return ""


def _told(descriptor: int) -> str:
    return os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "another process"


_HOLDERS: Final = """
SELECT a.application_name, coalesce(host(a.client_addr), '') FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_HOLDER: Final = _HOLDERS + "AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = %s"


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    """In a session of its own: an advisory lock is given again to the session that holds it, and the session that works
    may have to be opened anew. It is named after its process, for those who find the lock taken.
    """
    key = _number(name)
    session = connections.create_connection(connection.alias)
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [f"process {os.getpid()}: {name}"[:60]])
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                cursor.execute(_HOLDER, [key])
                raise UnableToLock(name, ", ".join(map(_described, cursor.fetchall())) or "another session")
        try:
            yield
        finally:
            _let_go(session, key)
    finally:
        session.close()


def _let_go(session: BaseDatabaseWrapper, key: int) -> None:
    """A backend lives on for a moment after its session is closed; where it is gone already, so is its lock."""
    with suppress(DatabaseError), session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _number(name: str) -> int:
    """What PostgreSQL knows a lock by: 64 bits of the name's digest."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _described(row: tuple[str, str]) -> str:
    application, address = row
    return (application or "a session") + (f" at {address}" if address not in ("", "127.0.0.1", "::1") else "")
