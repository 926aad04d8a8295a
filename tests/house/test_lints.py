"""Each lint is held to its own examples: its good lines pass, each of its bad lines is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.lint.rules import RULES, Rule
from tools.lint.source import File, files_of

REPOSITORY = Path(__file__).resolve().parents[2]


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, path, text, id=f"{rule.__name__.rpartition('.')[2]}-{number}")  # type: ignore[attr-defined]
        for rule in RULES
        for number, (path, text) in enumerate(getattr(rule, kind))
    ]


@pytest.mark.parametrize(("rule", "path", "text"), examples("GOOD"))
def test_good_lines_pass(rule: Rule, path: str, text: str) -> None:
    assert not list(rule.check([File(path, text)]))


@pytest.mark.parametrize(("rule", "path", "text"), examples("BAD"))
def test_bad_lines_are_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule.check([File(path, text)]))


def test_every_rule_of_the_folder_is_in_the_list() -> None:
    modules = {path.stem for path in (REPOSITORY / "tools" / "lint").glob("*.py")} - {
        "__init__",
        "__main__",
        "rules",
        "source",
    }
    assert modules == {rule.__name__.rpartition(".")[2] for rule in RULES}  # type: ignore[attr-defined]


def test_the_lints_see_the_whole_repository() -> None:
    paths = {file.path for file in files_of(REPOSITORY)}
    assert {"README.md", "Makefile", "src/yidian/kernel/faults.py", "requirements/runtime.txt"} <= paths
