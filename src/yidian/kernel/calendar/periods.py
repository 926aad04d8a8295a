"""Half-open periods of time: the start belongs to it, the end does not."""

from __future__ import annotations

from dataclasses import dataclass

from yidian.kernel.calendar.instants import BEGINNING_MS, FOREVER_MS
from yidian.kernel.faults import refuse


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start_ms` until before `end_ms`, UTC milliseconds; open ends are BEGINNING_MS and FOREVER_MS.

    Refuses PERIOD_REVERSED (end before start) and PERIOD_OUT_OF_RANGE (beyond the open ends).
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise refuse("PERIOD_REVERSED", value=f"{self.start_ms}..{self.end_ms}")
        if self.start_ms < BEGINNING_MS or self.end_ms > FOREVER_MS:
            raise refuse("PERIOD_OUT_OF_RANGE", value=f"{self.start_ms}..{self.end_ms}")

    @property
    def is_empty(self) -> bool:
        return self.start_ms == self.end_ms

    def contains(self, instant_ms: int) -> bool:
        return self.start_ms <= instant_ms < self.end_ms

    def overlap(self, other: Period) -> Period:
        """What both share; an empty period where they share nothing."""
        start_ms = max(self.start_ms, other.start_ms)
        return Period(start_ms, max(start_ms, min(self.end_ms, other.end_ms)))
