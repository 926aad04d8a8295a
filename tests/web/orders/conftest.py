"""The desk of a shop where everything can be ordered, and somebody of its north at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as now_set
from django.db import transaction
from django_scopes import scope
from tests.web.orders import counter
from tests.web.orders.counter import Counter


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """Inside a transaction that is rolled back when the last of these tests is done."""
    set_meanwhile = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # durable writes go on inside it, as in any test
        outer.__enter__()
        try:
            for name in ("INSTALLATION", "TENANT"):
                set_meanwhile.setattr(now_set, name, getattr(now_set, name))
            yield counter.build(tmp_path_factory.mktemp("shop") / "home", set_meanwhile, now_set)
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            set_meanwhile.undo()


@pytest.fixture
def desk(db: None, shop: Counter, tmp_path: Path) -> Iterator[Counter]:
    with scope(tenant=shop.hall.tenant):
        yield shop.anew(tmp_path / "home")
