"""The operator of the stories: opened once, copied for every story that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stories.shop import DEAR, MAPPING, PEOPLE, PEOPLE_HEAD, Operator


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An operator with a tariff and eight subscriptions, before any usage. Not to be changed: see `operator`."""
    operator = Operator(tmp_path_factory.mktemp("opened"))
    operator.yidian("init", "shop", "--cycle", "2026-10", "--cycle", "2026-11")
    operator.yidian("tariff", "load", operator.tariff("tariff", DEAR))
    operator.write("switch.yaml", MAPPING.rstrip(), [])
    operator.yidian("import", "customers", operator.write("customers.csv", PEOPLE_HEAD, PEOPLE))
    return operator


@pytest.fixture
def operator(opened: Operator, tmp_path: Path) -> Operator:
    """The operator as it opened, to be changed."""
    return opened.close_by(tmp_path / "operator")
