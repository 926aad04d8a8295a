"""What every test may use. Real data is read from the shared folder and never enters the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("YIDIAN_SHARED", REPOSITORY.parent / "shared"))

WITHOUT_DATABASE = ("house", "kernel", "numbers", "oracle", "properties", "quote")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what never opens a database need not run again on another one: `make test-postgres` leaves them out."""
    for item in items:
        place = item.path.relative_to(REPOSITORY / "tests").parts[0]
        if place in WITHOUT_DATABASE:
            assert "db" not in getattr(item, "fixturenames", ()), f"{item.nodeid} opens a database"
            item.add_marker(pytest.mark.no_database)


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
