"""The one place that reads the clock. Everything below a face gets `now`, or a Clock, as an argument.

YIDIAN_NOW lets demonstrations, rehearsals and tests stand at another time: an instant (ISO 8601 with offset) stands
still; an offset such as +40d, -90m or +1d12h moves along with the real clock, so that commands typed one after the
other stay in order. An installation that holds money refuses both (`only_real`).
"""

from __future__ import annotations

import os
import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

TOLD_BY: Final = "YIDIAN_NOW"
UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
OFFSET: Final = re.compile(r"[+-]([0-9]+[dhms])+")
TOLERANCE_S: Final = 2.0  # a wall clock that is kept by NTP is not put forward or back by more at once


class UnableToTellTime(Exception):
    """CLOCK_SET_BY_HAND: an installation that holds money was told another time. CLOCK_UNREADABLE: told nonsense."""

    def __init__(self, code: str, value: str) -> None:
        self.code, self.params = code, {"value": value}
        super().__init__(f"{code}: {value}")


def now() -> datetime:
    """The present instant, aware UTC, or what YIDIAN_NOW makes of it. UnableToTellTime CLOCK_UNREADABLE."""
    told = os.environ.get(TOLD_BY)
    return _as_of(told) if told else datetime.now(UTC)


def set_by_hand() -> bool:
    """Whether YIDIAN_NOW tells the time."""
    return bool(os.environ.get(TOLD_BY))


def only_real() -> None:
    """Refuse to start where YIDIAN_NOW is set: UnableToTellTime CLOCK_SET_BY_HAND."""
    told = os.environ.get(TOLD_BY)
    if told:
        raise UnableToTellTime("CLOCK_SET_BY_HAND", told)


def elapsed_s() -> float:
    """Seconds of a monotonic clock, for showing speed only."""
    return time.perf_counter()


def _as_of(told: str) -> datetime:
    if OFFSET.fullmatch(told):
        parts = {UNITS[unit]: int(count) for count, unit in re.findall(r"([0-9]+)([dhms])", told)}
        offset = timedelta(**parts)
        return datetime.now(UTC) + (offset if told[0] == "+" else -offset)
    try:
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise UnableToTellTime("CLOCK_UNREADABLE", told) from error
    if at.tzinfo is None:
        raise UnableToTellTime("CLOCK_UNREADABLE", told)
    return at.astimezone(UTC)


class Clock(Protocol):
    """What somebody who works for hours is given instead of one `now`."""

    def now(self) -> datetime:
        """The present instant, aware UTC; may go backward when somebody sets the machine's clock."""
        ...

    def elapsed_s(self) -> float:
        """Seconds since some moment; never goes backward."""
        ...

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Let time pass; back at once when `stop` is set."""
        ...


class MachineClock:
    """The clock of this machine, or the time that YIDIAN_NOW tells."""

    def now(self) -> datetime:
        return now()

    def elapsed_s(self) -> float:
        return time.monotonic()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        stop.wait(seconds)


class VirtualClock:
    """A clock that goes only when it is waited for or pushed: days of a worker's life pass in a test's instant."""

    def __init__(self, at: datetime) -> None:
        self._at, self._elapsed_s = at, 0.0

    def now(self) -> datetime:
        return self._at

    def elapsed_s(self) -> float:
        return self._elapsed_s

    def wait(self, stop: threading.Event, seconds: float) -> None:
        if not stop.is_set():
            self.push(timedelta(seconds=seconds))

    def push(self, by: timedelta) -> None:
        """Time passes."""
        self._at += by
        self._elapsed_s += by.total_seconds()

    def set_back(self, by: timedelta) -> None:
        """Somebody sets the clock; no time passes. A negative `by` puts it forward."""
        self._at -= by


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock moved `by_s` seconds more than time passed; below zero: it was set back."""

    by_s: int
    at: datetime


class Watch:
    """Notices when a clock is set, by comparing it with time that only goes forward."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._elapsed_s = clock.now(), clock.elapsed_s()

    def look(self) -> Jump | None:
        """What the clock did since the last look beyond passing; None where that is within the tolerance."""
        wall, elapsed_s = self._clock.now(), self._clock.elapsed_s()
        by_s = (wall - self._wall).total_seconds() - (elapsed_s - self._elapsed_s)
        stands = wall == self._wall  # told an instant that stands still: no jump, and nobody would believe the alarm
        self._wall, self._elapsed_s = wall, elapsed_s
        return None if stands or abs(by_s) <= TOLERANCE_S else Jump(round(by_s), wall)
