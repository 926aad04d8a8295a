from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import forks, installations
from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def version_0_1_0(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as 0.1.0 left it. Nobody changes it."""
    home = tmp_path_factory.mktemp("previous") / "operator"
    database = installations.empty_database(home)
    line = [sys.executable, "-m", "tests.upgrade.previous", str(home), database]
    forks.run(line, cwd=REPOSITORY, env=installations.clean_environment(), check=True)
    return home


@pytest.fixture
def home(version_0_1_0: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it."""
    copy = installations.copy(version_0_1_0, tmp_path / "operator")
    yield copy
    installations.remove(copy)
