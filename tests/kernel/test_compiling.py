"""Compiled functions: where their machine code is kept, and when it is made anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from yidian.kernel import compiling

OUTSIDE = ("NUMBA_CACHE_DIR", "YIDIAN_CACHE", "XDG_CACHE_HOME", "HOME")
CALLER = "from tiny.callee import step\n\n\ndef walk(n):\n    return step(n) * 10\n"
ASK = (
    "from tiny import callee, caller, compiling\n"
    "made = compiling.compiled([callee.step, caller.walk])\n"
    "print(made.walk(4), compiling.cache_folder())\n"
)


def tiny_kernel(folder: Path, callee: str) -> None:
    """A kernel of two functions in two files, with the house's own way of compiling."""
    room = folder / "tiny"
    room.mkdir(exist_ok=True)
    (room / "__init__.py").touch()
    shutil.copy(compiling.__file__, room / "compiling.py")
    (room / "caller.py").write_text(CALLER)
    (room / "callee.py").write_text(callee)


def asked(folder: Path, *, before: str = "") -> tuple[int, Path]:
    """What a fresh process answers, and where it keeps its machine code. `before`: what it does first."""
    world = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    world |= {"PYTHONPATH": str(folder), "YIDIAN_CACHE": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", before + ASK], env=world, capture_output=True, text=True, timeout=60, check=True
    )
    answer, place = done.stdout.split()
    return int(answer), Path(place)


def test_a_changed_callee_in_another_file_is_compiled_anew(tmp_path: Path) -> None:
    tiny_kernel(tmp_path, "def step(n):\n    return n + 1\n")
    first, place = asked(tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in place.rglob("*.nb?")}
    assert first == 50
    assert kept
    assert asked(tmp_path) == (50, place)
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*.nb?")} == kept  # read, not made again

    assert asked(tmp_path, before="import numba\n") == (50, place)
    assert not [*(tmp_path / "tiny").rglob("*.nb?")], "kept beside the sources, where a changed callee is not seen"

    tiny_kernel(tmp_path, "def step(n):\n    return n + 2\n")
    second, other = asked(tmp_path)
    assert second == 60
    assert other != place


def test_the_key_follows_every_source_and_nothing_else(tmp_path: Path) -> None:
    keys = []
    for n, callee in enumerate(("a = 1\n", "a = 2\n", "a = 1\n")):
        room = tmp_path / str(n)
        room.mkdir()
        tiny_kernel(room, callee)
        (room / "tiny" / "README.md").write_text(str(n))
        keys.append(compiling.cache_key(room / "tiny"))
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize("home", ["", "in the way"])
def test_without_a_place_to_write_there_is_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()  # nobody, root neither, makes a folder below a file
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    if home:
        monkeypatch.setenv("HOME", str(in_the_way / "home"))
    monkeypatch.setattr(sys, "prefix", str(in_the_way / "prefix"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = compiling.cache_folder()
    assert folder.parent == tmp_path
    (folder / "written").touch()


def test_the_place_told_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDIAN_CACHE", str(tmp_path / "told"))
    assert compiling.cache_folder().parent == tmp_path / "told"
