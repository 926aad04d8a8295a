"""Fixtures of the tests of cycles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import World


@pytest.fixture
def world(tenant: Any, tmp_path: Path) -> World:
    return World(tenant, tmp_path / "home")
