"""The commands in processes of their own: killed by SIGKILL, typed again, and told in words with exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests import forks, installations
from tests.usage.told import HEADER, calls, mapping_text

YIDIAN = [sys.executable, "-c", "import sys; from yidian.faces.cli.main import main; sys.exit(main())"]


def yidian(home: Path, *words: object, points: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("YIDIAN_", "DJANGO_"))}
    environment["YIDIAN_POINTS"] = points
    command = [*YIDIAN, *installations.typed(words, cwd=home)]
    return forks.run(command, cwd=home, env=environment)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    assert yidian(folder, "init", folder / "home").returncode == 0
    return folder / "home"


@pytest.mark.parametrize("point", ["lake.renamed", "collect.commit", "answer"])
def test_a_collector_that_was_killed_is_typed_again(home: Path, point: str) -> None:
    source = point.replace(".", "-")
    (home / "m.yaml").write_text(mapping_text(source=source))
    (home / "calls.csv").write_text(HEADER + calls(30) + "1,,2026-10-05 08:30:01,5\n")
    command = ("collect", "--mapping", "m.yaml", "calls.csv")
    killed = yidian(home, *command, points=f"{point}=kill")
    assert killed.returncode == -signal.SIGKILL
    again = yidian(home, *command)
    assert again.returncode == 0, again.stderr
    assert ("0 records = 0 good" if point == "answer" else "31 records = 30 good + 1 rejected") in again.stdout
    files = sorted(path.name for path in (home / "lake").rglob("*") if path.is_file() and path.parent.name == source)
    assert len(files) == 1


def test_a_refused_file_is_told_and_the_others_are_taken(home: Path) -> None:
    (home / "m.yaml").write_text(mapping_text(source="mixed"))
    (home / "good.csv").write_text(HEADER + calls(3) + "1,,2026-10-05 08:30:01,5\n")
    (home / "empty.csv").write_text("")
    done = yidian(home, "collect", "--mapping", "m.yaml", "empty.csv", "good.csv")
    assert done.returncode == 2
    assert "4 records = 3 good + 1 rejected" in done.stdout
    assert "empty.csv" in done.stderr
    assert "FILE_EMPTY" in done.stderr
    listed = yidian(home, "suspense", "list", "--source", "mixed")
    assert "OTHER_PARTY_MISSING" in listed.stdout
    assert "still open" in yidian(home, "suspense", "refeed", "--mapping", "m.yaml").stdout


def test_an_unknown_option_of_a_mapping_is_told_with_its_line(home: Path) -> None:
    (home / "m.yaml").write_text(mapping_text(more="colour: red\n"))
    done = yidian(home, "collect", "--mapping", "m.yaml", "calls.csv")
    assert done.returncode == 2
    assert "MAPPING_FIELD_UNKNOWN" in done.stderr
