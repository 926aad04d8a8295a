"""What every test may use. Real data is read from the shared folder and never enters the repository."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import installations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("YIDIAN_SHARED", REPOSITORY.parent / "shared"))

IN_A_BROWSER = ("browser",)  # what a browser shows does not depend on the database; tests/web asks every page on both
WITHOUT_DATABASE = ("house", "kernel", "numbers", "oracle", "properties", "quote")


# Files of other folders: tests without `db` start no process there; in their own, pytest-django refuses a database.
FILES_WITHOUT_DATABASE = {
    "billing": ("fees", "in_advance", "laws", "reductions", "sums", "worked_bills"),
    "catalog": ("diff", "faults", "faults_of_bills", "faults_of_calling", "faults_of_holding", "faults_of_the_walk",
                "findings", "round_trip", "sheets"),
    "credit": ("late_fee",),
    "cycles": ("legs",),
    "platform": ("clock", "jobs_schedules", "outbox_targets", "papers"),
    "usage": ("mappings", "readers_fuzzed", "times"),
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what never opens a database need not run again on another one: `make test-postgres` leaves them out."""
    for item in items:
        place = item.path.relative_to(REPOSITORY / "tests").parts[0]
        opens = "db" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db") is not None
        if place in WITHOUT_DATABASE:
            assert not opens, f"{item.nodeid} opens a database"
        alone = item.path.stem.removeprefix("test_") in FILES_WITHOUT_DATABASE.get(place, ()) and not opens
        if place in (*WITHOUT_DATABASE, *IN_A_BROWSER) or alone:
            item.add_marker(pytest.mark.no_database)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


COMPILE = """
import fcntl
from yidian.kernel.compiling import cache_folder
from yidian.runs import warm
folder = cache_folder()
with open(f"{folder}.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not any(folder.rglob("*.nbi")):
        warm.main([])
"""  # two suites that begin at once compile it once


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernel once and make the tables once, before several processes of tests would each do it."""
    from yidian.kernel.compiling import cache_folder

    if hasattr(config, "workerinput") or any(cache_folder().rglob("*.nbi")):
        return
    compiling = subprocess.Popen([sys.executable, "-c", COMPILE])
    if installations.ON_POSTGRESQL:
        installations.template()
    else:
        with tempfile.TemporaryDirectory() as folder:
            installations.filled(Path(folder) / "yidian.sqlite3")
    compiling.wait()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The database of a process of tests is a copy of one with all tables; only one process applies the migrations."""
    from django.conf import settings

    told = settings.DATABASES["default"].setdefault("TEST", {})
    if installations.ON_POSTGRESQL:
        told["TEMPLATE"] = installations.template()
    else:
        told["NAME"] = str(installations.filled(tmp_path_factory.getbasetemp() / "yidian.sqlite3"))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file comes with its tables in it, and goes with the folder of the tests."""
    return not installations.ON_POSTGRESQL


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; where it is absent the test skips and says so."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no shared folder with real data on this machine")
    return SHARED / "data"


@pytest.fixture
def tenant(db: None) -> Iterator[object]:
    """One operator in a fresh database, in scope."""
    from django_scopes import scope

    from yidian.platform.tenancy.models import Tenant

    row = Tenant.objects.create(code="operator", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=row):
        yield row
