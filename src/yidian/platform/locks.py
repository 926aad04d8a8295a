"""A lock that dies with its holder: nobody has to break it after a kill -9.

On one machine with SQLite it is a file lock in the installation's folder; with PostgreSQL a session's advisory lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


class UnableToLock(Exception):
    """Somebody else is at work on the same thing. `holder` says what is known of them."""

    def __init__(self, name: str, holder: str) -> None:
        self.name, self.holder = name, holder
        super().__init__(f"{name} is held by {holder}")


@contextmanager
def exclusive(name: str, *, folder: Path) -> Iterator[None]:
    """Hold `name` alone while the block runs; raises UnableToLock at once when it is taken."""
    if connection.vendor == "postgresql":
        with _advisory(name):
            yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip()
            raise UnableToLock(name, holder or "another process") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}: {name}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise UnableToLock(name, "another session")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
