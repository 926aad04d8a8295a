"""What only a PostgreSQL server can show. Without one (`make test-postgres` has one) these tests are not collected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import installations
from tests.faults.fixtures import kept, operator
from tests.postgres.server import Server

__all__ = ["kept", "operator"]
collect_ignore_glob = [] if installations.ON_POSTGRESQL else ["test_*.py"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a cycle, made once."""
    from tests.postgres.processes import yidian

    home = tmp_path_factory.mktemp("model") / "operator"
    done = yidian(home, *installations.typed(["init", home, "--cycle", "2026-10"]))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    copy = installations.copy(template, tmp_path / "operator")
    yield copy
    installations.remove(copy)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of one's own, to be ended as by a crash."""
    own = Server(tmp_path_factory.mktemp("server"))
    try:
        yield own
    finally:
        own.end()
