"""What every test may use. Real data is read from the shared folder and never enters the repository."""

from __future__ import annotations

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what never opens a database need not run again on another one: `make test-postgres` leaves them out."""
    for item in items:
        place = item.path.relative_to(REPOSITORY / "tests").parts[0]
        if place in WITHOUT_DATABASE:
            assert "db" not in getattr(item, "fixturenames", ()), f"{item.nodeid} opens a database"
            item.add_marker(pytest.mark.no_database)
        elif place in IN_A_BROWSER:
            item.add_marker(pytest.mark.no_database)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernel once and make the tables once, before several processes of tests would each do it."""
    from yidian.kernel.compiling import cache_folder

    if not hasattr(config, "workerinput") and not any(cache_folder().rglob("*.nbi")):
        compiling = subprocess.Popen([sys.executable, "-m", "yidian.runs.warm"])
        if not installations.ON_POSTGRESQL:
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
