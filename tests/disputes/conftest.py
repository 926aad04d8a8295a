"""Fixtures of the tests of disputes."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import SEPTEMBER, World, some_usage
from tests.disputes.office import MONTHS, RAISED, Office, hire


@pytest.fixture
def office(tenant: Any, tmp_path: Path) -> Office:
    """September is posted; October and November are open."""
    world = World(tenant, tmp_path / "home", now=RAISED).open(*MONTHS)
    world.usage(*some_usage(random.Random(7), SEPTEMBER, 40)).billed(SEPTEMBER).post(SEPTEMBER)
    hire(tenant, RAISED - timedelta(days=60))
    return Office(world)
