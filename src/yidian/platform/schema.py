"""The database's tables against the program's: what is there, what is still to be made, what is newer than we are.

Migrations are applied one by one, each with its record in one transaction. (Django alone records a migration after it
has committed it, when it has deferred statements: killed in between, it would try to make the same tables again.)
"""

from __future__ import annotations

import pkgutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.utils import OperationalError

from yidian.kernel.faults import refuse
from yidian.platform import empty_database
from yidian.platform.files import write_durably
from yidian.platform.migration_state import Models
from yidian.platform.points import point
from yidian.platform.tenancy import policies

OLDEST_POSTGRESQL: Final = 15
MIGRATIONS: Final = "django_migrations"


@dataclass(frozen=True, slots=True)
class Schema:
    """Migrations as "app.name". `pending`: this program's, not applied. `unknown`: applied by a newer program."""

    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def schema() -> Schema:
    """How far the database is. Reads one small table and names of files; no migration is imported."""
    applied = set()
    if MIGRATIONS in connection.introspection.table_names():
        applied = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    ours = _named()
    return Schema(tuple(sorted(ours - applied)), tuple(sorted(applied - ours)))


@cache
def _named() -> frozenset[str]:
    """This program's migrations: the same as long as the process lives."""
    found = set()
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.migrations") is not None:
            for one in pkgutil.iter_modules(import_module(f"{app.name}.migrations").__path__):
                if one.name[0] not in "_~":
                    found.add(f"{app.label}.{one.name}")
    return frozenset(found)


def expect_current() -> None:
    """BadInput: DATABASE_NEWER or DATABASE_OLDER where the tables are not just what this program works with."""
    found = schema()
    _refuse_newer(found)
    if found.pending:
        raise refuse("DATABASE_OLDER", count=len(found.pending), value=found.pending[0])


def expect_fit() -> None:
    """BadInput where no tables can be made: DATABASE_UNREACHABLE, _VERSION, _ENCODING, _NOT_EMPTY, _NEWER."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        name = str(connection.settings_dict["NAME"])
        raise refuse("DATABASE_UNREACHABLE", value=name, reason=str(error).strip().splitlines()[-1]) from error
    if connection.vendor == "postgresql":
        _expect_server()
    tables = connection.introspection.table_names()
    if tables and MIGRATIONS not in tables:
        raise refuse("DATABASE_NOT_EMPTY", value=tables[0], count=len(tables))
    _refuse_newer(schema())


def _expect_server() -> None:
    told = connection.connection.info  # what the server said when it was connected
    version, encoding = told.server_version // 10_000, told.parameter_status("server_encoding")
    if version < OLDEST_POSTGRESQL:
        raise refuse("DATABASE_VERSION", value=version, oldest=OLDEST_POSTGRESQL)
    if encoding != "UTF8":
        raise refuse("DATABASE_ENCODING", value=encoding)


def _refuse_newer(found: Schema) -> None:
    if found.unknown:
        raise refuse("DATABASE_NEWER", value=found.unknown[-1], count=len(found.unknown))


def migrate(applied: Callable[[str], object] = len) -> int:
    """Apply what is pending, telling each that is committed; how many. Killed anywhere it can be called again."""
    fresh = connection.vendor == "sqlite" and not connection.introspection.table_names()
    if fresh and empty_database.fill():
        return 0
    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied_before = executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]  # as `migrate` does
    state: ProjectState = Models.of(applied_before)
    for migration, _ in plan:
        name = f"{migration.app_label}.{migration.name}"
        with _foreign_keys_wait(), transaction.atomic():
            state = executor.apply_migration(state, migration)
            policies.guard(policies.unguarded())
            point("schema.migration")
        point("schema.migrated")
        applied(name)
    call_command("migrate", verbosity=0, interactive=False)  # nothing is left to apply: content types and permissions
    if fresh:
        empty_database.keep()
    return len(plan)


@contextmanager
def _foreign_keys_wait() -> Iterator[None]:
    """SQLite makes a changed table anew; its foreign keys have to be switched off before the transaction begins."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.disable_constraint_checking()
    try:
        yield
    finally:
        connection.enable_constraint_checking()


def back_up(path: Path) -> int:
    """A copy of the SQLite database as it is now, whole and on the disk; bytes. Nobody may be writing meanwhile."""

    def copy(temporary: Path) -> None:
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(temporary)) as target:
            connection.connection.backup(target)

    connection.ensure_connection()
    write_durably(path, copy)
    point("upgrade.backed_up")
    return path.stat().st_size
