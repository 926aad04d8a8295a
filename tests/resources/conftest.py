"""Fixtures of the tests of resources."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.resources.store import NOW, Store, filled
from tests.typed import Type, typing

from yidian.platform.access import staff


@pytest.fixture
def store(tenant: Any) -> Store:
    return filled(tenant)


@pytest.fixture
def place(tenant: Any) -> Store:
    store = Store(tenant)

    def hire(frame: Any) -> None:
        for login, role in (("keeper", "resource_admin"), ("clerk", "clerk"), ("audit", "audit_admin")):
            staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role=role, organisation=None, since=NOW - timedelta(days=1))

    store.within(hire)
    return store


@pytest.fixture
def line(place: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    def now() -> Any:
        place.later(seconds=1)  # another line, another instant
        return place.now

    return typing(monkeypatch, capsys, tenant=place.tenant, now=now, by="keeper")
