from __future__ import annotations

from pathlib import Path

import pytest
from tests import installations
from tests.doctor.office import Office, make


@pytest.fixture(scope="session")
def model_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Nobody changes it."""
    return make(tmp_path_factory.mktemp("office") / "operator")


@pytest.fixture
def office(model_office: Office, tmp_path: Path) -> Office:
    """A copy, to be damaged."""
    return Office(installations.copy(model_office.home, tmp_path / "operator"))
