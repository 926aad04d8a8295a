"""Local dates as periods of instants: a day begins at the first instant of its date and ends where the next begins."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from yidian.kernel.calendar.instants import DAY_MS, UnableToReadInstant, from_ms
from yidian.kernel.calendar.periods import Period
from yidian.kernel.calendar.zones import change_ms, wall_offsets_ms, zone_named
from yidian.kernel.faults import refuse

EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_DAY: Final = timedelta(days=1)
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@lru_cache(maxsize=1 << 16)
def day_start_ms(day: date, zone: str) -> int:
    """The first instant of a local date, UTC milliseconds.

    Where the clock jumps over midnight, that is the instant of the jump; where midnight comes twice, the first; a date
    that a zone left out altogether begins (and ends) where the next one begins.
    """
    place = zone_named(zone)
    wall_ms = (day.toordinal() - EPOCH_ORDINAL) * DAY_MS
    before, after = wall_offsets_ms(place, datetime.combine(day, time.min))
    if before < after:
        return change_ms(place, wall_ms - after, wall_ms - before)
    return wall_ms - before


def local_date(instant_ms: int, zone: str) -> date:
    """The date that a wall calendar of the zone shows at an instant."""
    try:
        return from_ms(instant_ms).astimezone(zone_named(zone)).date()
    except OverflowError as beyond:
        raise UnableToReadInstant(f"{instant_ms} ms in {zone}") from beyond


def month_period(name: str, zone: str) -> Period:
    """The calendar month "2026-10" in a zone. Refuses MONTH_UNKNOWN (another form; before 1900 or after 9998)."""
    match = _MONTH.fullmatch(name)
    if match is None or not 1900 <= int(match[1]) <= 9998:
        raise refuse("MONTH_UNKNOWN", value=name)
    year, month = int(match[1]), int(match[2])
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(day_start_ms(date(year, month, 1), zone), day_start_ms(following, zone))


def days_touched(period: Period, zone: str) -> int:
    """How many local days a half-open period touches; an end at midnight does not touch the day it begins.

    The period must have an end (and a beginning); open ends raise UnableToReadInstant.
    """
    if period.is_empty:
        return 0
    first, last = _day_of(period.start_ms, zone), _day_of(period.end_ms - 1, zone)
    days = (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))
    return sum(day_start_ms(day, zone) < day_start_ms(day + _DAY, zone) for day in days)


def _day_of(instant_ms: int, zone: str) -> date:
    """The day whose period holds the instant: the date shown, unless clocks went back over midnight (00:01 → 23:01)."""
    day = local_date(instant_ms, zone)
    while day_start_ms(day + _DAY, zone) <= instant_ms:
        day += _DAY
    return day
