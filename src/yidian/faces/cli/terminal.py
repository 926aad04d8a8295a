"""The terminal itself: lines, tables, bars. `rich` is imported only when a table or a bar is drawn."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

WIDE: Final = 4096  # where nobody looks on, a row is one line


class Bar(Protocol):
    def advance(self, steps: int = 1) -> None: ...


class NoBar:
    """Stands where no bar is drawn."""

    def advance(self, steps: int = 1) -> None:
        pass


def write_line(words: str) -> None:
    sys.stdout.write(words + "\n")


def write_complaint(words: str) -> None:
    sys.stderr.write(_harmless(words, keep_lines=True) + "\n")


def write_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    _draw(sys.stdout, title, columns, rows)


def write_faults(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of faults on stderr, without the columns that say nothing."""
    told = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    _draw(sys.stderr, title, [columns[n] for n in told], [[row[n] for n in told] for row in rows])


@contextmanager
def bar(total: int, label: str, *, shown: bool) -> Iterator[Bar]:
    if not (shown and sys.stderr.isatty()):
        yield NoBar()
        return
    from rich.progress import Progress

    with Progress(console=_console(sys.stderr), transient=True) as progress:
        yield _DrawnBar(progress, progress.add_task(label, total=total))


class _DrawnBar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)


def _draw(stream: IO[str], title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    stream.write(title + "\n")
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        whole = bool(rows) and all(isinstance(row[number], int) for row in rows)
        table.add_column(column, justify="right" if whole else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    _console(stream).print(table)


def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, emoji=False, width=None if stream.isatty() else WIDE)


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return _harmless("" if value is None else str(value))


def _harmless(words: str, *, keep_lines: bool = False) -> str:
    """Somebody's bytes may carry control characters that a terminal would obey: they are shown, not sent."""
    kept = "\n" if keep_lines else ""
    return "".join(
        c if c in kept or unicodedata.category(c)[0] != "C" else c.encode("unicode_escape").decode() for c in words
    )
