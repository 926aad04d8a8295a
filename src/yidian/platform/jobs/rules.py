"""When work comes again: "hourly 05", "daily 02:30", "monthly 31 23:50", by the clock on the tenant's wall."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from yidian.kernel.calendar.instants import from_ms
from yidian.kernel.calendar.localtime import local_to_ms
from yidian.kernel.calendar.zones import zone_named
from yidian.kernel.faults import refuse

HOURLY: Final = re.compile(r"hourly ([0-5][0-9])")
DAILY: Final = re.compile(r"daily ([01][0-9]|2[0-3]):([0-5][0-9])")
MONTHLY: Final = re.compile(r"monthly ([1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):([0-5][0-9])")
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`day` None: every day; `hour` None: every hour. A day that a month lacks is its last."""

    minute: int
    hour: int | None = None
    day: int | None = None

    def after(self, instant: datetime, zone: str) -> datetime:
        """The first instant later than this one at which it is due, aware UTC.

        A wall time that the clock jumps over counts after the jump; one that comes twice counts the first time.
        """
        return next(due for due in self._from(instant, zone) if due > instant)

    def latest(self, first: datetime, now: datetime, zone: str) -> tuple[datetime, int]:
        """Of the times due from `first` to `now` (inclusive) the latest, and how many there are; first ≤ now."""
        found, count = first, 1
        while (following := self.after(found, zone)) <= now:
            found, count = following, count + 1
        return found, count

    def _from(self, instant: datetime, zone: str) -> Iterator[datetime]:
        local = instant.astimezone(zone_named(zone))
        if self.hour is None:
            due = local.replace(minute=self.minute, second=0, microsecond=0).astimezone(UTC) - HOUR
            while True:
                yield due
                due += HOUR
        for day in self._days(local.date() - DAY):
            wall = datetime.combine(day, time(self.hour, self.minute))
            yield from_ms(local_to_ms(wall, zone, repeated="first", missing="later"))

    def _days(self, first: date) -> Iterator[date]:
        if self.day is None:
            while True:
                yield first
                first += DAY
        year, month = first.year, first.month
        while True:
            yield date(year, month, min(self.day, calendar.monthrange(year, month)[1]))
            year, month = year + month // 12, month % 12 + 1


def read(rule: str) -> Rule:
    """A rule as people write it. BadInput SCHEDULE_RULE."""
    if found := HOURLY.fullmatch(rule):
        return Rule(int(found[1]))
    if found := DAILY.fullmatch(rule):
        return Rule(int(found[2]), int(found[1]))
    if found := MONTHLY.fullmatch(rule):
        return Rule(int(found[3]), int(found[2]), int(found[1]))
    raise refuse("SCHEDULE_RULE", value=rule)
