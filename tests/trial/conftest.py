"""A month that was rated, and the same month under a draft."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import OCTOBER, World, some_usage


@pytest.fixture
def october(tenant: Any, tmp_path: Path) -> World:
    world = World(tenant, tmp_path / "home")
    return world.open(OCTOBER).usage(*some_usage(random.Random(3), OCTOBER, 240)).rate(OCTOBER)
