"""How the doctor is asked and how it answers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests import installations
from tests.doctor.office import Office

from yidian.platform.wording import LANGUAGES, entries
from yidian.runs.doctor import surroundings

ROOM = Path(surroundings.__file__).parent


def test_a_law_that_nobody_knows(model_office: Office) -> None:
    shown = model_office.run("doctor", "--law", "I99", expect=2).stderr
    assert "I99" in shown
    assert "I14" in shown


def test_one_law_is_asked_alone(model_office: Office) -> None:
    assert set(model_office.doctor("--law", "I14", expect=0)) == {"LAKE_CENSUS", "NUMBERS"}


@pytest.mark.parametrize(("lang", "verdict"), [("en", "holds"), ("zh", "成立")])
def test_the_answer_is_a_table_in_the_readers_language(model_office: Office, lang: str, verdict: str) -> None:
    shown = model_office.run("--lang", lang, "doctor", "--law", "I6", "--law", "ENV").stdout
    assert verdict in shown
    assert ("PostgreSQL" if installations.ON_POSTGRESQL else "SQLite") in shown
    assert "DOCTOR_" not in shown
    assert "{" not in shown


@pytest.mark.parametrize(("lang", "words"), [("en", "not on the disk"), ("zh", "磁盘上没有")])
def test_what_is_broken_is_told_with_its_remedy(office: Office, lang: str, words: str) -> None:
    office.files("usage")[0].unlink()
    done = office.run("--lang", lang, "doctor", "--law", "I14", expect=4)
    row = next(line for line in done.stdout.splitlines() if "LAKE_HOLE" in line)
    assert words in row
    assert "I14" in done.stderr


def test_every_code_of_the_doctor_has_its_words() -> None:
    said = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("violation", "alarm", "note"):
                said |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Look":
                said |= {f"DOCTOR_QUERY_{node.args[1].value}"} if isinstance(node.args[1], ast.Constant) else set()
    assert len(said) > 40
    assert [code for code in sorted(said) if not all(entries().get(code, {}).get(lang) for lang in LANGUAGES)] == []


MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/export {shared} nfs4 rw 0 0
tmpfs {shared}/fast tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"), [("", "nfs4"), ("operator", "nfs4"), ("fast/operator", "tmpfs"), ("..", "ext4")]
)
def test_the_file_system_is_that_of_the_longest_mount_point(tmp_path: Path, folder: str, kind: str) -> None:
    shared = tmp_path / "my shared"
    (shared / folder).mkdir(parents=True, exist_ok=True)
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(shared=str(shared).replace(" ", "\\040")))
    assert surroundings.file_system(shared / folder, mounts) == kind
