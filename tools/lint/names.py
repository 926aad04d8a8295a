"""A room has a name of the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from tools.lint.source import File, Finding

RULE: Final = "no room is called utils, helpers, common or misc: name it by what it does for the field"
NAMES: Final = frozenset({"util", "utils", "helper", "helpers", "common", "misc"})
GOOD = [("src/yidian/kernel/money/rounding.py", ""), ("docs/common-questions.md", "")]
BAD = [
    ("src/yidian/platform/utils.py", ""),
    ("tests/helpers/__init__.py", ""),
    ("src/yidian/domains/party/common/__init__.py", ""),
    ("tools/misc.sh", ""),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        path = PurePosixPath(file.path)
        for name in {*path.parts[:-1], path.stem} & NAMES:
            yield Finding(file.path, 1, f"a room called {name}")
