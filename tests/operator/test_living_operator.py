"""Three months of an operator of sixty subscribers, by `python -m tools.demo`: its books are always the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import installations
from tests.conftest import REPOSITORY
from tools.operator.histories import MEMORY

BOOKS_OF_SEED_1 = "89fdf70d75bc39f5de53209846496f6d26cb10b17951737e285d18c05f1b7e5a"  # SUBSCRIBERS=60 MONTHS=3


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where the machine has a file system for that: three months write a thousand small files durably."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as place:
        yield Path(place) / "operator"
        installations.remove(Path(place) / "operator" / "shop")


def demo(folder: Path, *words: str) -> str:
    """What the demonstration says of the small operator."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YIDIAN_", "LANG", "LC_"))}
    small = ["--folder", str(folder), "--subscribers", "60", "--months", "3"]
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", *small, *words],
        cwd=REPOSITORY, env=environment | {"LANG": "C.UTF-8"}, capture_output=True,
        text=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


def digest(told: str) -> str:
    """The digest of the books is printed last."""
    return re.findall(r"\b[0-9a-f]{64}\b", told)[-1]


@pytest.mark.slow
def test_the_books_are_the_same_whenever_and_however_often_everything_is_done(folder: Path) -> None:
    database = installations.typed(["init", str(folder / "shop")])[2:]  # nothing on SQLite
    lived = demo(folder, "--threads", "2", *database)
    assert "Every law that was asked holds" in lived
    assert digest(lived) == BOOKS_OF_SEED_1
    again = demo(folder, "--again", "--lang", "zh")
    assert digest(again) == BOOKS_OF_SEED_1, "every command typed once more, in another language"
    assert "账的 SHA-256" in again
