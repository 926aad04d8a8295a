"""The desk of a shop where everything can be ordered, and somebody of its north at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as now_set
from django_scopes import scope
from tests.built_once import built_once
from tests.web.orders import counter
from tests.web.orders.counter import Counter


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with built_once(django_db_blocker) as set_meanwhile:
        yield counter.build(tmp_path_factory.mktemp("shop") / "home", set_meanwhile, now_set)


@pytest.fixture
def desk(db: None, shop: Counter, tmp_path: Path) -> Iterator[Counter]:
    with scope(tenant=shop.hall.tenant):
        yield shop.anew(tmp_path / "home")
