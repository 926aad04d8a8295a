"""Fixtures of the tests of resources."""

from __future__ import annotations

from typing import Any

import pytest
from tests.resources.store import Store, filled


@pytest.fixture
def store(tenant: Any) -> Store:
    return filled(tenant)
