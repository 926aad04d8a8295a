"""The database of an installation: a SQLite file in its folder, or a PostgreSQL URL. Django's words for either."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from yidian.kernel.faults import refuse

SCHEMES: Final = ("postgresql", "postgres")
PATIENCE_S: Final = int(os.environ.get("YIDIAN_PATIENCE_S", "30"))  # how long a writer waits for another one
# Of what libpq takes in a URL, only what says where the server is and how the line to it is guarded.
TAKEN: Final = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "service", "connect_timeout",
                          "application_name", "target_session_attrs"})  # fmt: skip


def is_postgresql(database: str) -> bool:
    return urlsplit(database).scheme in SCHEMES


def check(database: str) -> None:
    """Refuse what is neither the name of a file nor a PostgreSQL URL: DATABASE_URL, DATABASE_PASSWORD.

    A password in a settings file gets into copies and listings; libpq finds it in ~/.pgpass or PGPASSWORD.
    """
    try:
        parts = urlsplit(database)
        wrong = "://" in database and (parts.scheme not in SCHEMES or not parts.path.strip("/"))
        strange = sorted(dict(parse_qsl(parts.query)).keys() - TAKEN) if parts.scheme in SCHEMES else []
        _ = parts.port
    except ValueError as error:
        raise refuse("DATABASE_URL", column="database", value=database) from error
    if parts.password is not None or "password" in strange:
        raise refuse("DATABASE_PASSWORD", column="database", value=shown(database))
    if wrong or strange or not database:
        raise refuse("DATABASE_URL", column="database", value=database)


def shown(database: str) -> str:
    """The database for a reader's eyes: never with a password."""
    parts = urlsplit(database)
    if parts.scheme not in SCHEMES:
        return database
    where = parts.netloc.rpartition("@")
    user = where[0].partition(":")[0]
    return parts._replace(netloc=(f"{user}@" if user else "") + where[2], query="").geturl()


def settings(database: str, home: Path | None) -> dict[str, Any]:
    """One entry of Django's DATABASES."""
    return _postgresql(urlsplit(database)) if is_postgresql(database) else _sqlite(database, home)


def _sqlite(name: str, home: Path | None) -> dict[str, Any]:
    path = Path(name) if home is None else home / name
    return {
        "ENGINE": "yidian.platform.database.sqlite3",
        "NAME": str(path) if name != ":memory:" else name,
        # Rollback journal, full sync: Debian 12's SQLite 3.40.1 has the WAL-reset fault.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE_S,
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    """READ COMMITTED, and every rule that matters held by a constraint, a row's lock or an advisory lock."""
    told = dict(parse_qsl(parts.query))
    session = {
        "default_transaction_isolation": r"read\ committed",
        "synchronous_commit": "on",  # an acknowledged write is on the disk, whatever the server's own default
        "lock_timeout": f"{PATIENCE_S}s",
        "idle_in_transaction_session_timeout": "10min",  # a writer that hangs does not hold its rows for ever
        "jit": "off",
    }
    return {
        "ENGINE": "yidian.platform.database.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "HOST": told.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": told.pop("port", None) or str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": "10",
            "application_name": "yidian",
            "keepalives_idle": "30",
            "tcp_user_timeout": "60000",  # ms; a server that went away without a word is noticed
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
            **told,
        },
    }
