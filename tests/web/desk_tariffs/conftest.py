"""A town whose months nobody has rated: most of what is done with a draft needs none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.cycles.world import OCTOBER, World
from tests.web import town as towns
from tests.web.town import Town


@pytest.fixture
def quiet(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Two tenants with their people and customers, and no usage."""

    def month(world: World, code: str) -> World:
        people = tuple(towns.named(row, code) for row in towns.PEOPLE)
        world.open(OCTOBER, people=people)
        towns._organisation(world.tenant)
        return world

    monkeypatch.setattr(towns, "_month", month)
    made = towns.build(tmp_path / "home", monkeypatch, settings)
    with scope(tenant=made.tenant()):
        yield made
