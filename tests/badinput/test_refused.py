"""End to end: what is wrong is told with file, line, column, value, reason and remedy, and nothing has changed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.badinput.faults_table import CASES, Case
from tests.faults.small_operator import HOME, Ended, Kept, Operator, state_of

from yidian.platform.wording import LANGUAGES, entries


@pytest.fixture
def place(kept: Kept, operator: Operator) -> Path:
    """A folder of its own for the wrong files; the operator's month is collected and not yet rated."""
    standing = kept.folder / HOME / "standing"
    if not standing.exists():
        operator.stand(kept, before="rate")
        standing.touch()
    folder = kept.folder / "wrong"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def put(case: Case, folder: Path) -> None:
    for name, data in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    if case.make is not None:
        case.make(folder)


def spoken(code: str, kind: str) -> str:
    """The longest piece of a code's words that holds no parameter."""
    return max(re.split(r"\{[^}]*\}", entries()[code][kind]), key=len).strip()


def row_of(case: Case, ended: Ended) -> str:
    """The line of the answer that names the fault."""
    lines = [line for line in ended.err.splitlines() if f"[{case.code}]" in line]
    assert lines, ended.err[:3_000]
    return next((line for line in lines if not case.line or f" {case.line} " in line), lines[0])


def test_the_table_has_at_least_forty_reasons() -> None:
    assert len({case.code for case in CASES}) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_half_loaded(kept: Kept, place: Path, case: Case) -> None:
    put(case, place)
    before = state_of(kept.folder / HOME)
    files = sorted(path.name for path in place.rglob("*"))
    for language in LANGUAGES:
        ended = kept.run(*case.argv, cwd=place, YIDIAN_LANG=language)
        assert ended.code == 2, ended
        row = row_of(case, ended)
        cells = re.split(r"\s{2,}", row.strip())
        assert not case.file or Path(cells[0]).name == case.file, row
        assert not case.line or str(case.line) in cells, row
        assert not case.column or case.column in cells, row
        assert not case.value or case.value in cells, row
        assert spoken(case.code, language) in row
        assert spoken(case.code, f"remedy_{language}") in row
        assert "Traceback" not in ended.err
    assert state_of(kept.folder / HOME) == before
    assert sorted(path.name for path in place.rglob("*")) == files, "nothing was left beside the input"
