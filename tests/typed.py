"""Commands as they are typed, in a test's own process and database: the line, how it ends, what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import pytest

from yidian.faces.cli import main as console
from yidian.faces.cli.context import Context


class Ended(NamedTuple):
    """Exit code, and what was said or complained of, blanks made one."""

    code: int
    said: str


Type = Callable[..., Ended]


def typing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, tenant: Any, now: Callable[[], datetime],
    installation: Any = None, by: str,
) -> Type:  # fmt: skip
    """`line("dispute show D1", …)`: words are cut at blanks, what follows are words as they are; `by`: whose login."""
    mine, place, login = tenant, installation, by

    class Here(Context):
        installation: Any = place
        tenant: Any = mine
        now: Any = cached_property(lambda _: now())  # the same however often a command asks

    def line(words: str, *more: str, by: str = login, lang: str = "en") -> Ended:
        code = console.main(["--lang", lang, "--as", by, *words.split(), *more])
        told = capsys.readouterr()
        return Ended(code, " ".join((told.out + told.err).split()))

    monkeypatch.setattr(console, "Context", Here)
    monkeypatch.setenv("COLUMNS", "240")
    return line
