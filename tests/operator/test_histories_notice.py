"""That histories have power: each planted defect is noticed by one of the first of them."""

from __future__ import annotations

import re
import sys

import pytest
from tests import forks, installations
from tests.conftest import REPOSITORY
from tests.operator.defects import DEFECTS

pytestmark = pytest.mark.no_database  # histories are played on SQLite, in memory


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_noticed(name: str) -> None:
    line = [sys.executable, "-m", "tests.operator.defects", name]
    done = forks.run(line, cwd=REPOSITORY, env=installations.clean_environment(), timeout=300)
    assert done.returncode == 0, f"nothing was noticed: {done.stdout}{done.stderr}"
    assert re.search(DEFECTS[name][1], done.stdout), done.stdout
