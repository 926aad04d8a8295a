"""The browser of these tests, the site they look at, and axe; each once for all of them.

Without Chromium they skip; in CI, whose packages bring it, they fail.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from tests import forks
from tests.conftest import REPOSITORY
from tests.installations import clean_environment

CHROMIUM: Final = "/usr/bin/chromium"
COMMAND: Final = "import sys; from yidian.faces.cli.main import main; sys.exit(main(sys.argv[1:]))"
AXE: Final = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE: Final = """async (told) =>
    (await axe.run(told?.part ?? told ?? 'html', {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
        resultTypes: ['violations'],
        rules: {'color-contrast': {enabled: told?.contrast ?? true}},
    })).violations
    .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', '))"""


def expect_browser() -> None:
    """Skip where there is no Chromium; fail where CI runs, which installs it."""
    if not Path(CHROMIUM).exists():
        assert not os.environ.get("CI"), f"no browser at {CHROMIUM}: tools/packages.sh brings it"
        pytest.skip(f"no browser at {CHROMIUM}")


@pytest.fixture(scope="package")  # not of the session: while it is open Django refuses its database to other tests
def chromium() -> Iterator[Any]:
    expect_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(home: Path, *more: str) -> Iterator[dict[str, Any]]:
    """An installation behind a server of its own, made if it is not there; what tests.browser.site tells of it."""
    how: dict[str, Any] = {"cwd": REPOSITORY, "env": clean_environment()}
    if not home.exists():
        forks.run([sys.executable, "-c", COMMAND, "init", home], **how, check=True)
        more = more or ("town",)
    line = [sys.executable, "-m", "tests.browser.site", home, *more]
    with forks.start(line, **how, stdin=forks.PIPE, stdout=forks.PIPE) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        assert server.stdin is not None
        server.stdin.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What tests.browser.site tells. Stories share it: each keeps to people and accounts of its own."""
    expect_browser()
    with served(tmp_path_factory.mktemp("site") / "home") as told:
        yield told


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Where everything can be ordered, with a worker who carries it out; each story has customers' lines of its own."""
    expect_browser()
    with served(tmp_path_factory.mktemp("shop") / "home", "orders") as told, working(told["home"], told["now"]):
        yield told


@contextmanager
def working(home: str, now: str) -> Iterator[None]:
    """`yidian worker`, a process of its own beside the server, at its time."""
    environment = clean_environment() | {"YIDIAN_NOW": now, "LANG": "C.UTF-8"}
    line = [sys.executable, "-c", COMMAND, "--home", home, "worker"]
    with forks.start(line, cwd=REPOSITORY, env=environment, stdout=forks.DEVNULL) as process:
        yield
        process.terminate()
