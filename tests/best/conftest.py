"""Two months that were rated, of people who are priced together, pay for each other, roll over and stop."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.best.town import PEOPLE_HERE, RICH, told_of_people
from tests.cycles.world import OCTOBER, SEPTEMBER, World, some_usage

from yidian.domains.product_catalog.operations import load_tariff
from yidian.kernel.rating.tariff import Tariff


@pytest.fixture
def town(tenant: Any, tmp_path: Path) -> World:
    return settled(tenant, tmp_path / "home")


def settled(tenant: Any, home: Path, *, people: tuple[str, ...] = PEOPLE_HERE, tariff: Tariff = RICH) -> World:
    """An operator whose September and October are rated."""
    world = World(tenant, home).open(SEPTEMBER, OCTOBER, people=people)
    load_tariff(tenant=tenant, tariff=tariff, source="t", now=world.now)
    told_of_people(world)
    world.usage(*some_usage(random.Random(5), SEPTEMBER, 160))
    world.usage(*some_usage(random.Random(6), OCTOBER, 160, first_id=1001))
    return world.rate(SEPTEMBER).rate(OCTOBER)
