"""Fixtures of the tests of corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.corrections.office import Office
from tests.cycles.world import World


@pytest.fixture
def office(tenant: Any, tmp_path: Path) -> Office:
    return Office(World(tenant, tmp_path / "home"))
