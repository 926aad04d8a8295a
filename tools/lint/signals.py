"""What happens is written where it happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "no Django signals: an upward need goes through an event of the outbox or a journey"
MODULES: Final = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
GOOD = [("src/yidian/platform/locks.py", "import signal\nfrom django.db import connection")]
BAD = [
    ("src/yidian/platform/a.py", "from django.db.models.signals import post_save"),
    ("src/yidian/platform/a.py", "from django.db.models import signals"),
    ("src/yidian/domains/usage/a.py", "from django.dispatch import receiver"),
    ("src/yidian/domains/usage/a.py", "import django.dispatch"),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, "src/yidian"):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                named = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in named:
                if name.startswith(MODULES):
                    yield Finding(file.path, node.lineno, f"a signal: {name}")
