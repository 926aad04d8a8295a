"""A line of answers: each is good from where it is stated until another one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from yidian.kernel.calendar.instants import FOREVER_MS


class Kept(NamedTuple):
    """A stored answer and its period, UTC ms."""

    pk: int
    what: str
    from_ms: int
    to_ms: int


class Said(NamedTuple):
    """What somebody states from an instant on; `line`: where."""

    from_ms: int
    what: str
    line: int


@dataclass(slots=True)
class Line:
    """What to add (what, from, to), which stored rows end otherwise (pk, to), and what was stated against another.

    `steps`: the whole line as it will be, (from, what).
    """

    add: list[tuple[str, int, int]] = field(default_factory=list)
    end: list[tuple[int, int]] = field(default_factory=list)
    against: list[tuple[Said, str]] = field(default_factory=list)
    steps: list[tuple[int, str]] = field(default_factory=list)


def lay_out(kept: Sequence[Kept], said: Iterable[Said], *, default: str) -> Line:
    """The line of one owner. Two answers from one instant on contradict each other; stating what is so adds nothing."""
    made = Line()
    points: dict[int, tuple[str, Kept | None]] = {row.from_ms: (row.what, row) for row in kept}
    for one in sorted(said):
        known = points.setdefault(one.from_ms, (one.what, None))
        if known[0] != one.what:
            made.against.append((one, known[0]))
    now = default
    steps: list[tuple[int, str, Kept | None]] = []
    for from_ms, (what, row) in sorted(points.items(), key=lambda point: point[0]):
        if row is not None or what != now:
            steps.append((from_ms, what, row))
        now = what
    for at, (from_ms, what, row) in enumerate(steps):
        to_ms = steps[at + 1][0] if at + 1 < len(steps) else FOREVER_MS
        if row is None:
            made.add.append((what, from_ms, to_ms))
        elif row.to_ms != to_ms:
            made.end.append((row.pk, to_ms))
    made.steps = [(from_ms, what) for from_ms, what, _ in steps]
    return made
