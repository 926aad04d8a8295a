"""What tests of the pages may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.web.town import Town, build


@pytest.fixture
def town(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Town:
    return build(tmp_path / "home", monkeypatch, settings)
