"""The browser of these tests, and axe. Without Chromium they skip; in CI, whose packages bring it, they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

CHROMIUM: Final = "/usr/bin/chromium"
AXE: Final = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE: Final = """async (part) =>
    (await axe.run(part ?? 'html', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})).violations
    .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', '))"""


def expect_browser() -> None:
    """Skip where there is no Chromium; fail where CI runs, which installs it."""
    if not Path(CHROMIUM).exists():
        assert not os.environ.get("CI"), f"no browser at {CHROMIUM}: tools/packages.sh brings it"
        pytest.skip(f"no browser at {CHROMIUM}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    expect_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
