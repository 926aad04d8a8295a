"""Fixtures of the billing tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.billing.office import Office


@pytest.fixture
def office(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """a1 with a discount, a2 a pool of two subscribers, a3 whose subscriber moves to a4 in mid-month."""
    return Office(tenant, tmp_path, monkeypatch).open().customers([
        "c1,a1,s1,13800000001,PLAN,2026-01-01,,",
        "c1,a1,s1,13800000001,PACK,2026-01-01,,",
        "c2,a2,s2,13800000002,PLAN,2026-01-01,,family",
        "c2,a2,s3,13800000003,PLAN,2026-10-16,,family",
        "c3,a3,s4,13800000004,PLAN,2026-01-01,2026-10-11,",
        "c3,a4,s4,13800000004,PLAN,2026-10-11,,",
    ])  # fmt: skip
