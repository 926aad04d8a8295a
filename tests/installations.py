"""Installations of tests on the database that is tested: a SQLite file each, or each its own database of the server.

YIDIAN_TEST_DATABASE (set by `make test-postgres`) is the URL of a database on the server; without it all is SQLite.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER = os.environ.get("YIDIAN_TEST_DATABASE", "")
ON_POSTGRESQL = bool(SERVER)
SETTINGS = {"DJANGO_SETTINGS_MODULE": "yidian.config.settings"}
MIGRATE = "import django; django.setup(); from yidian.platform.schema import migrate; migrate()"


def typed(words: Sequence[object], *, cwd: Path | None = None) -> list[str]:
    """A command line for the database that is tested: an `init` gets a database for its folder, others stay."""
    line = [str(word) for word in words]
    if not ON_POSTGRESQL or "init" not in line[:3] or "--database" in line:
        return line
    place = next((n for n in range(line.index("init") + 1, len(line)) if not line[n].startswith("-")), None)
    if place is None:
        return line
    home = (cwd or Path.cwd()) / line[place]
    _have(home)
    return [*line, "--database", url_of(home)]


def url_of(home: Path, *, server: str = SERVER) -> str:
    """The database of the installation in a folder: its path names it."""
    return urlsplit(server)._replace(path="/" + _name(home)).geturl()


def empty_database(home: Path) -> str:
    """What stands in the settings of an installation to be made in a folder; on a server the database is made."""
    if not ON_POSTGRESQL:
        return "yidian.sqlite3"
    _make(_name(home), template="template0")
    return url_of(home)


def clean_environment() -> dict[str, str]:
    """The environment without what speaks of another installation."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("YIDIAN_", "DJANGO_"))}


def of_this_test() -> dict[str, str]:
    """What another process needs to open the database of the test that runs now (PostgreSQL)."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    return {"YIDIAN_TEST_DATABASE": urlsplit(SERVER)._replace(path="/" + name).geturl()} if ON_POSTGRESQL else {}


def copy(home: Path, target: Path) -> Path:
    """An installation as it is, in another folder. Nobody may be at work on either."""
    shutil.copytree(home, target)
    if ON_POSTGRESQL:
        _make(_name(target), template=_name(home))
        settings = target / "yidian.toml"
        settings.write_text(re.sub(r"(?m)^database = .*$", f'database = "{url_of(target)}"', settings.read_text()))
    return target


def remove(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    if ON_POSTGRESQL:
        _administer(f'DROP DATABASE IF EXISTS "{_name(home)}" WITH (FORCE)')


def sql(home: Path, statement: str, *params: object) -> list[tuple[Any, ...]]:
    """Raw SQL in an installation's database, past every door; parameters are `?`. JSON comes as text."""
    if not ON_POSTGRESQL:
        with closing(sqlite3.connect(home / "yidian.sqlite3")) as base, base:
            base.execute("PRAGMA ignore_check_constraints = ON")
            return base.execute(statement, params).fetchall()
    with _connected(url_of(home)) as session:
        return _asked(session, statement, *params)


def tables(home: Path) -> list[str]:
    if not ON_POSTGRESQL:
        return [name for (name,) in sql(home, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    return sorted(name for (name,) in sql(home, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))


def rows_of(home: Path) -> dict[str, int]:
    """How many rows every table has."""
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables(home))
    return dict(sql(home, counts))


def contents(home: Path) -> str:
    """Every row of every table, as text."""
    if not ON_POSTGRESQL:
        with closing(sqlite3.connect(home / "yidian.sqlite3")) as base:
            return "\n".join(base.iterdump())
    names = tables(home)
    with _connected(url_of(home)) as session:  # one for all: a session costs the server more than its question
        every = {name: _asked(session, f'SELECT t::text FROM "{name}" t') for name in names}
    return "\n".join(f"{name}: {row}" for name, rows in every.items() for (row,) in sorted(rows))


def is_sound(home: Path) -> bool:
    """SQLite's own look at its file. A PostgreSQL server has nothing of the kind: it is asked whether it answers."""
    return sql(home, "SELECT 1" if ON_POSTGRESQL else "PRAGMA integrity_check")[0][0] in (1, "ok")


def _name(home: Path) -> str:
    return "at_" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:24]


def _have(home: Path) -> None:
    name = _name(home)
    with _connected(SERVER) as session:
        there = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not there:
        _make(name, template=template())


def filled(path: Path) -> Path:
    """A SQLite file with all tables and no row."""
    subprocess.run([sys.executable, "-c", MIGRATE], env=_of(str(path)), check=True)
    return path


def template() -> str:
    """A database with all tables and no row, made by the first test process that needs it."""
    name = urlsplit(SERVER).path.strip("/") + "_template"
    with _connected(SERVER) as session:
        session.execute("SELECT pg_advisory_lock(1)")
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]).fetchone():
            session.execute(f'DROP DATABASE IF EXISTS "{name}"')
            session.execute(f'CREATE DATABASE "{name}"')
            url = urlsplit(SERVER)._replace(path="/" + name).geturl()
            subprocess.run([sys.executable, "-c", MIGRATE], env=_of(url), check=True)
            session.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    return name


def _of(database: str) -> dict[str, str]:
    return clean_environment() | SETTINGS | {"YIDIAN_TEST_DATABASE": database}


def _make(name: str, *, template: str) -> None:
    """By copying files, which takes a third of what it takes to write the copy into the server's log."""
    _administer(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy',
    )


def _asked(session: Any, statement: str, *params: object) -> list[tuple[Any, ...]]:
    cursor = session.execute(statement.replace("%", "%%").replace("?", "%s"), params)
    return cursor.fetchall() if cursor.description else []


def _administer(*statements: str) -> None:
    """A backend takes a moment to leave after its process has died; a database it is in can be no template."""
    import psycopg

    until = time.monotonic() + 20
    while True:
        try:
            with _connected(SERVER) as session:
                for statement in statements:
                    session.execute(statement)
            return
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(url, autocommit=True, options="-c yidian.tenant=all") as session:
        session.adapters.register_loader("json", psycopg.types.string.TextLoader)
        session.adapters.register_loader("jsonb", psycopg.types.string.TextLoader)
        yield session
