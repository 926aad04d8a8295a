"""`make serve`: the pages of a demonstration stand at its own time, which goes on with ours and never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tools.demo import pages


def test_without_a_demonstration_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pages.serve(tmp_path, lang="en") == 2
    assert "make demo" in capsys.readouterr().err


def test_the_operators_clock_keeps_its_distance_from_ours(tmp_path: Path) -> None:
    at = (datetime.now(UTC) + timedelta(days=40, hours=8)).strftime("%Y-%m-%d %H:%M")  # on a wall clock in China
    pages.remember(tmp_path, at)
    ahead_s = int((tmp_path / pages.PRESENT).read_text(encoding="utf-8"))
    assert abs(ahead_s - 40 * 86_400) <= 61
