"""The local days of a billing cycle: instants and dates become day numbers once, before the arithmetic starts."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from yidian.kernel.calendar import Period, day_start_ms, local_date


@dataclass(frozen=True)
class CycleDays:
    """The days that a period touches in a zone, numbered from 0; a date that the zone left out is no day."""

    period: Period
    dates: tuple[date, ...]
    starts_ms: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.dates)

    @property
    def last(self) -> date:
        return self.dates[-1]

    def number(self, on: date) -> int:
        """The first day of the cycle on or after a date; `count` if there is none."""
        return bisect_left(self.dates, on)

    def holding(self, instants_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the day in which each instant of the cycle lies."""
        found = np.searchsorted(self.starts_ms, instants_ms, side="right").astype(np.int64)
        return np.maximum(found - 1, 0)


def cycle_days(period: Period, zone: str) -> CycleDays:
    """The local days of a cycle, which is never empty."""
    on, last = local_date(period.start_ms, zone), local_date(period.end_ms - 1, zone)
    dates: list[date] = []
    while on <= last:
        if day_start_ms(on, zone) < day_start_ms(on + timedelta(days=1), zone):
            dates.append(on)
        on += timedelta(days=1)
    starts = np.array([day_start_ms(day, zone) for day in dates], np.int64)
    return CycleDays(period, tuple(dates), starts)


def next_cycle(period: Period, zone: str) -> Period:
    """The month after a cycle, from its end on."""
    first = local_date(period.end_ms, zone)
    return Period(period.end_ms, day_start_ms(_month_on(first, 1), zone))


def months_before(period: Period, zone: str, count: int) -> NDArray[np.int64]:
    """The beginnings of so many months before a cycle and of the cycle itself, UTC ms, ascending."""
    first = local_date(period.start_ms, zone)
    begins = [day_start_ms(_month_on(first, -n), zone) for n in range(count, 0, -1)]
    return np.array([*begins, period.start_ms], np.int64)


def _month_on(first: date, months: int) -> date:
    """The first day of the month so many months after the one of a date."""
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
