"""Another domain is entered by its doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "a domain is entered from outside only by types, queries, operations, events and bulk"
DOORS: Final = frozenset({"types", "queries", "operations", "events", "bulk"})
PREFIX: Final = "yidian.domains."
GOOD = [
    ("src/yidian/runs/rate.py", "from yidian.domains.party import queries, types"),
    ("src/yidian/runs/rate.py", "from yidian.domains.party.bulk.rows import load"),
    ("src/yidian/domains/usage/a.py", "from yidian.domains.usage._rows import Row"),
]
BAD = [
    ("src/yidian/runs/rate.py", "from yidian.domains.party.models import Customer"),
    ("src/yidian/runs/rate.py", "from yidian.domains.party import _rows"),
    ("src/yidian/domains/usage/a.py", "import yidian.domains.party._rows"),
    ("src/yidian/faces/cli/rate.py", "def f():\n    from yidian.domains.party.models import Customer"),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, "src/yidian"):
        for node in ast.walk(file.tree):
            for name in _imported(node):
                domain, _, inner = name.removeprefix(PREFIX).partition(".")
                if name.startswith(PREFIX) and inner and not file.within(f"src/yidian/domains/{domain}"):
                    door = inner.partition(".")[0]
                    if door not in DOORS:
                        yield Finding(file.path, getattr(node, "lineno", 0), f"enters {domain} by {door}")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []
