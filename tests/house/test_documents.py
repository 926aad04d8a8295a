"""Documents that can be wrong are held against the code."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from yidian.faces.cli.main import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])


def test_every_dependency_has_its_line_saying_why() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    told = (REPOSITORY / "docs" / "decisions" / "0004-dependencies.md").read_text()
    groups = project["dependency-groups"]
    rows = (
        project["project"]["dependencies"] + groups["install"] + [row for row in groups["dev"] if isinstance(row, str)]
    )
    names = [re.split(r"[<>=\[ ]", row)[0] for row in rows]
    assert [name for name in names if name not in told] == []


def test_both_readmes_show_every_command() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (REPOSITORY / name).read_text()
        missing = [command for command in COMMANDS if command != "cycle" and f"yidian {command}" not in text]
        assert missing == [], name


def test_what_the_glossary_calls_a_class_is_one() -> None:
    there = {
        node.name
        for path in (REPOSITORY / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    rows = (REPOSITORY / "docs" / "glossary.md").read_text().splitlines()
    cells = [row.split("|")[-2] for row in rows if row.startswith("| ") and row.count("|") == 6]
    named = {name for cell in cells for name in re.findall(r"`([A-Z][a-zA-Z]+)`", cell)}
    assert len(named) > 20
    assert named - there == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
