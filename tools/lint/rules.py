"""The list of rules. A rule has RULE (why), GOOD and BAD (examples: path and text), and `check(files)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, cast

from tools.lint import clock, doors, floats, names, places, readmes, signals, size, sql, writes
from tools.lint.source import File, Finding


class Rule(Protocol):
    RULE: str
    GOOD: Sequence[tuple[str, str]]
    BAD: Sequence[tuple[str, str]]

    def check(self, files: Sequence[File]) -> Iterable[Finding]: ...


RULES: Final = tuple(
    cast("Rule", module) for module in (clock, doors, floats, names, places, readmes, signals, size, sql, writes)
)
