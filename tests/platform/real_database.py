"""A database in which commits are commits: other processes see them. For tests marked `django_db(transaction=True)`.

On SQLite a file of its own, copied from the test database; on PostgreSQL the test database itself, emptied afterwards.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from django_scopes import scope, scopes_disabled
from tests import forks

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@contextmanager
def committing(folder: Path) -> Iterator[Any]:
    """One operator in a database that really commits, in scope."""
    with ExitStack() as stack:
        if connections["default"].vendor == "sqlite":
            stack.enter_context(_file(folder / "operator.sqlite3"))
        yield stack.enter_context(_operator())


def at_once(tenant: Any, does: Callable[[int], Any], count: int) -> list[Any]:
    """What each of so many threads answered, all let go at one moment, or the exception it ended with."""
    ready = threading.Barrier(count)

    def one(number: int) -> Any:
        try:
            with scope(tenant=tenant):
                ready.wait()
                return does(number)
        except Exception as error:
            return error
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@contextmanager
def _operator() -> Iterator[Any]:
    from yidian.platform.tenancy.models import Tenant

    tenant = Tenant.objects.create(code="operator", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=tenant):
        yield tenant


@contextmanager
def _file(path: Path) -> Iterator[None]:
    usual = connections["default"]
    told = connections.settings["default"]
    name = told["NAME"]
    with scopes_disabled():
        usual.ensure_connection()
        target = sqlite3.connect(path)
        usual.connection.backup(target)
        target.close()
    told["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        told["NAME"] = name
        connections["default"] = usual


def address() -> str:
    """What another process is told (YIDIAN_TEST_DATABASE) to find the same database."""
    settings = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return str(settings["NAME"])
    told = os.environ["YIDIAN_TEST_DATABASE"]
    before, _, query = told.partition("?")
    return before.rpartition("/")[0] + f"/{settings['NAME']}" + (f"?{query}" if query else "")


def another_process(
    program: str, *arguments: str, through: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of the tests (`tests.faults.commit_writer`) on the same database."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("YIDIAN_")}
    told |= {"YIDIAN_TEST_DATABASE": address(), "DJANGO_SETTINGS_MODULE": "yidian.config.settings", **environment}
    return forks.run([*through, sys.executable, "-m", program, *arguments], cwd=REPOSITORY, env=told)
