"""What the reader sees: words in one language, tables that line up with wide characters, commands and their seconds."""

from __future__ import annotations

import os
import sys
import time
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from tools.operator.desk import Desk

WORDS: Final = Path(__file__).with_name("words.toml")


class Stopped(Exception):
    """A command of the walk failed: `code` is its exit code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


def language(told: str | None) -> str:
    """The reader's language, found as `yidian` finds it."""
    if told or os.environ.get("YIDIAN_LANG") in ("en", "zh"):
        return told or os.environ["YIDIAN_LANG"]
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


@dataclass(slots=True)
class Terminal:
    """Speaks, and types commands in a folder, at the operator's own time."""

    lang: str
    folder: Path
    desk: Desk = field(default_factory=Desk)
    spent: list[tuple[str, int]] = field(default_factory=list)  # command, milliseconds
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = tomllib.loads(WORDS.read_text(encoding="utf-8"))[self.lang]
        self.desk.environment["YIDIAN_LANG"] = self.lang

    def text(self, name: str, /, **params: object) -> str:
        return self.words[name].format(**params)

    def chapter(self, name: str, /, **params: object) -> None:
        title = self.text(name, **params)
        print(f"\n\n{title}\n{'═' * width(title)}", flush=True)

    def section(self, name: str, /, at: str = "", **params: object) -> None:
        """What comes next, and the operator's time (`2026-11-01 02:00`) at which it is done."""
        if at:
            self.desk.environment["YIDIAN_NOW"] = at.replace(" ", "T") + ":00+08:00"
        print(f"\n── {at}{'  ' * bool(at)}{self.text(name, **params)}", flush=True)

    def say(self, name: str, /, **params: object) -> None:
        print(self.text(name, **params), flush=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns in line; all but the first flush right where every cell of them begins with a digit or a sign."""
        wide = [max(width(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
        right = [n > 0 and all(row[n][:1] in "0123456789+-" for row in rows) for n in range(len(heads))]
        for row in [heads, ["─" * w for w in wide], *rows]:
            cells = [_filled(cell, w, to_right=r) for cell, w, r in zip(row, wide, right, strict=True)]
            print("  " + "   ".join(cells).rstrip())
        sys.stdout.flush()

    def type(self, command: str, *, quiet: bool = False, ends: Sequence[int] = (0,)) -> str:
        """Echo the command, run it, print what it says (not when `quiet`) and return it. Stopped when it fails."""
        print(f"\n$ {command}", flush=True)
        began = time.perf_counter()
        told: list[str] = []
        for line in self.desk.type(command, self.folder):
            told.append(line)
            if not quiet:
                print(line, end="", flush=True)
        self.spent.append((command, round((time.perf_counter() - began) * 1000)))
        if self.desk.ended not in ends:
            raise Stopped(self.desk.ended)
        return "".join(told)

    def stop(self, stopped: Stopped) -> NoReturn:
        print(self.text("failed", code=stopped.code), file=sys.stderr)
        raise SystemExit(1)


def width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _filled(text: str, columns: int, *, to_right: bool) -> str:
    blanks = " " * (columns - width(text))
    return blanks + text if to_right else text + blanks
