"""In which files a day's records come, and when: twice, late, out of order, with lines that nobody can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tools.operator.chance import chance
from tools.operator.elements import ELEMENTS, ENDINGS, Mark, broken_lines, content, line_of
from tools.operator.moments import DAY, compact_date, month_name, month_of
from tools.operator.people import Line
from tools.operator.usage import Event, on_day, planted, strangers
from tools.operator.world import World

MORNING: Final = (8 * 3600, 12 * 3600)  # of a day whose link was down: these come with the next month
LEARNED: Final = 26  # day of the first month on which the switch learns the new kind of call


@dataclass(slots=True)
class Deliveries:
    """The files of one set of elements. `written`: how many records each element has put into files."""

    world: World
    node: int
    folder: Path
    written: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ELEMENTS, 0))
    tails: dict[str, list[str]] = field(default_factory=dict)
    volte: bool = field(init=False)
    utf8: bool = field(init=False)

    def __post_init__(self) -> None:
        draw = chance(self.world.seed, "software")
        self.volte = draw.randrange(1000) < self.world.odds.volte
        self.utf8 = draw.randrange(1000) < self.world.odds.other_encoding

    def write(self, lines: Sequence[Line], since: int, until: int) -> None:
        """All days from `since` on and before `until`, one file after the other."""
        story = [event for line in lines[:1] for event in planted(line)]
        for day in range(since, until, self.world.size.days_in_a_file):
            self._write_days(day, self._events(lines, story, day))

    def _events(self, lines: Sequence[Line], story: Sequence[Event], first: int) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {element: [] for element in ELEMENTS}
        days = [d for d in range(first, first + self.world.size.days_in_a_file) if month_of(d) == month_of(first)]
        for day in days:
            for line in lines:
                for event in on_day(self.world, line, day, volte=self.volte and day >= LEARNED):
                    found[event.element].append(event)
            for event in strangers(self.world, self.node, day, lines):
                found[event.element].append(event)
        for event in story:
            if event.start // DAY in days:
                found[event.element].append(event)
        return found

    def _write_days(self, day: int, found: dict[str, list[Event]]) -> None:
        for element, events in found.items():
            if events:
                events.sort()
                marked = [line_of(e, Mark(self.node, day, n)) for n, e in enumerate(events)]
                self._deliver(element, day, events, marked)

    def _deliver(self, element: str, day: int, events: Sequence[Event], lines: list[str]) -> None:
        draw, odds, month = chance(self.world.seed, "file", element, self.node, day), self.world.odds, month_of(day)
        if draw.randrange(1000) < odds.lost:
            lost = [MORNING[0] <= event.start % DAY < MORNING[1] for event in events]
            came_later = [line for line, away in zip(lines, lost, strict=True) if away]
            lines = [line for line, away in zip(lines, lost, strict=True) if not away]
            if came_later:
                self._put(month + 1, "late", element, day, came_later, "-lost")
        tail, self.tails[element] = self.tails.get(element, []), lines[-8:]
        if draw.randrange(1000) < odds.overlap:
            lines = [*tail, *lines]
        lines = _spoilt(lines, element, day, events[0].who, draw, self.world)
        late = draw.randrange(1000) < odds.held
        again = draw.randrange(1000) < odds.resent
        if lines:
            self._put(month, "late" if late else "usage", element, day, lines, "")
            if again:
                self._put(month, "late" if late else "usage", element, day, lines, "-resent")

    def _put(self, month: int, kind: str, element: str, day: int, lines: Sequence[str], more: str) -> None:
        """`2026-10/usage/msc/msc-001-20261005.cdr`; what the new software writes lies in `msc-utf8`."""
        new = element == "msc" and self.utf8 and month_of(day) > 0
        name = f"{element}-{self.node:03}-{compact_date(day)}{more}.{ENDINGS[element]}"
        path = self.folder / month_name(month) / kind / (element + "-utf8" * new) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(element, lines, encoding="utf-8" if new else "gbk"))
        self.written[element] += len(lines)


def _spoilt(lines: list[str], element: str, day: int, who: str, draw: Random, world: World) -> list[str]:
    """Some lines twice, and lines that nobody can read at the end."""
    if draw.randrange(1000) < world.odds.doubled:
        lines = [*lines, *lines[:3]]
    if draw.randrange(1000) < world.odds.broken:
        unread = broken_lines(element, day, who)
        lines = [*lines, *unread[: 1 + draw.randrange(len(unread))]] if unread else lines
    return lines


def elements_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Mapping and folder of everything that was delivered below `folder`, the switch first."""
    for name in ("msc", "msc-utf8", "smsc", "pgw", "exchange"):
        if (folder / name).is_dir():
            yield ("msc-volte" if name == "msc" else name), name
