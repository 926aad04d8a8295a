"""Fixtures of the tests of orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.orders.book import Book
from tests.orders.hall import Hall, furnished

from yidian.domains.party.operations import add_parties


@pytest.fixture
def book(tenant: Any) -> Book:
    """Orders alone, without the rooms around them: what they plan and write is made up here."""
    add_parties(tenant=tenant, customers={"c1": "李晓雨", "c2": "高天宇"}, accounts={"a1": "c1", "a2": "c2"})
    return Book(tenant)


@pytest.fixture
def hall(tenant: Any, tmp_path: Path) -> Hall:
    return furnished(tenant, tmp_path / "home")
