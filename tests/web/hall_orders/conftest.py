"""The shop of tests.web.orders, and two of its customers before the web hall, each with a mobile line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.web.hall_orders import visitor
from tests.web.hall_orders.visitor import Visitor
from tests.web.orders.conftest import shop as shop
from tests.web.orders.counter import Counter


@pytest.fixture(scope="module")
def lobby(shop: Counter) -> Iterator[visitor.Lobby]:
    with scope(tenant=shop.hall.tenant):
        yield visitor.lobby(shop)


@pytest.fixture
def li(db: None, lobby: visitor.Lobby, tmp_path: Path) -> Iterator[Visitor]:
    with scope(tenant=lobby.counter.hall.tenant):
        yield visitor.enter(lobby, tmp_path / "home", "li")


@pytest.fixture
def gao(li: Visitor) -> Any:
    return li.beside("gao")
