"""The oracle shares no line with what it judges."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ORACLE = Path(__file__).resolve().parent.parent / "oracle"


def test_the_oracle_imports_only_the_standard_library_and_itself() -> None:
    files = sorted(ORACLE.rglob("*.py"))
    assert len(files) >= 6
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= 1, f"{file.name} reaches out of its folder"
                roots = [] if node.level else [(node.module or "").split(".")[0]]
            else:
                continue
            strangers = [root for root in roots if root not in sys.stdlib_module_names]
            assert not strangers, f"{file.name} imports {strangers}"
            assert not {"importlib", "runpy"} & set(roots), f"{file.name} could import anything"


def test_every_file_of_the_oracle_can_be_read_in_one_sitting() -> None:
    for file in ORACLE.rglob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) < 300, file.name
