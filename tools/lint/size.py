"""A file is read in one sitting, a function at one glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "no file over 500 lines, no function over 60"
FILE: Final = 500
FUNCTION: Final = 60
ROOMS: Final = ("src", "tests", "tools", "bench")
GOOD = [
    ("src/yidian/a.py", "x = 1\n" * FILE),
    ("src/yidian/a.py", "def f():\n" + "    x = 1\n" * (FUNCTION - 1)),
    ("src/yidian/domains/usage/migrations/0001_initial.py", "x = 1\n" * 900),
]
BAD = [
    ("src/yidian/a.py", "x = 1\n" * (FILE + 1)),
    ("tests/a.py", "def f():\n" + "    x = 1\n" * FUNCTION),
    ("tools/a.py", "class A:\n    async def f(self):\n" + "        x = 1\n" * FUNCTION),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, *ROOMS):
        lines = len(file.text.splitlines())
        if lines > FILE:
            yield Finding(file.path, FILE, f"{lines} lines")
        for node in ast.walk(file.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION:
                    yield Finding(file.path, node.lineno, f"{node.name} has {length} lines")
