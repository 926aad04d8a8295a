"""Commands and writers in processes of their own, on an installation's database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import forks, installations
from tests.conftest import REPOSITORY

YIDIAN = str(Path(sys.executable).with_name("yidian"))


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    return installations.clean_environment() | {"YIDIAN_HOME": str(home), "YIDIAN_LANG": "en"} | more


def yidian(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return forks.run([YIDIAN, *words], env=_environment(home, more))


def started(home: Path, *words: str, **more: str) -> forks.Process | subprocess.Popen[str]:
    """A process that speaks through pipes: `python -m MODULE …` or, where words name no module, the command line."""
    line = [sys.executable, "-m", *words] if words[0].startswith("tests.") else [YIDIAN, *words]
    return forks.start(
        line, cwd=REPOSITORY, env=_environment(home, more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
