"""Small operators whose lives are disturbed: killed anywhere, stopped by errors, typed twice; the books stay the same.

A hundred histories of ten worlds, ten worlds in ten tests, so that test processes share them.
"""

from __future__ import annotations

import re
import sys

import pytest
from tests import forks, installations
from tests.conftest import REPOSITORY
from tools.operator.histories import IN_A_WORLD

WORLDS = 10
pytestmark = pytest.mark.no_database  # histories are played on SQLite, in memory


@pytest.mark.slow
@pytest.mark.parametrize("world", range(WORLDS))
def test_whatever_happens_to_an_operator_its_books_are_the_same_and_no_law_is_broken(
    world: int,
) -> None:
    environment = installations.clean_environment()
    line = [sys.executable, "-m", "tools.operator.histories"]
    ranges = ["--first", str(1 + world * IN_A_WORLD), "--seeds", str(IN_A_WORLD)]
    done = forks.run([*line, *ranges], cwd=REPOSITORY, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [(played, mishaps)] = re.findall(r"(\d+) histories in 1 worlds, (\d+) mishaps", done.stdout)
    assert int(played) == IN_A_WORLD
    assert int(mishaps) >= IN_A_WORLD, "each has at least one"
