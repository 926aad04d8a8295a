"""Local dates, days that a window touches, and the band of an instant (§1, §5.1, §6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .rows import ANY, holds, in_force, overlap

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_MS = 60_000


def local(instant_ms: int, zone: str) -> datetime:
    return (EPOCH + timedelta(milliseconds=instant_ms)).astimezone(ZoneInfo(zone))


def local_date(instant_ms: int, zone: str) -> date:
    return local(instant_ms, zone).date()


def instant(year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str, fold: int = 0) -> int:
    """UTC milliseconds of a local wall time."""
    wall = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone), fold=fold)
    return (wall - EPOCH) // timedelta(milliseconds=1)


def midnight(day: date, zone: str) -> int:
    return instant(day.year, day.month, day.day, 0, 0, 0, zone)


def days_within(window: tuple[int, int], zone: str) -> list[tuple[int, int]]:
    """The window, cut at local midnights. A date that the zone left out (Samoa, 30 December 2011) has no instant."""
    day, last = local_date(window[0], zone), local_date(window[1] - 1, zone)
    found = []
    while day <= last:
        after = day + timedelta(days=1)
        part = overlap(window, (midnight(day, zone), midnight(after, zone)))
        found += [part] if part else []
        day = after
    return found


def days_touched(window: tuple[int, int], zone: str) -> int:
    return len(days_within(window, zone))


def within_validity(window: tuple[int, int], row: Row, zone: str) -> tuple[int, int] | None:
    """The part of a window in which a row is in force, or None."""
    begins = window[0] if row["valid_from"] is None else midnight(row["valid_from"], zone)
    ends = window[1] if row["valid_to"] is None else midnight(row["valid_to"], zone)
    return overlap(window, (begins, ends))


def day_type(tariff: Row, day: date) -> str:
    for row in in_force(tariff["days"], day):
        if row["on"] == day:
            return str(row["day_type"])
    return "weekend" if day.isoweekday() > 5 else "workday"


def band_names(tariff: Row, band_set: str) -> list[str]:
    """Every band of a set, whenever it is in force: a call may run into another day."""
    return sorted({row["band"] for row in tariff["bands"] if row["band_set"] == band_set})


def band_at(tariff: Row, band_set: str, instant_ms: int) -> str:
    """The band of an instant by its own local day and minute, with the rows in force on that day."""
    if not band_set:
        return ""
    wall = local(instant_ms, tariff["zone"])
    minute = wall.hour * 60 + wall.minute
    rows = [row for row in in_force(tariff["bands"], wall.date()) if row["band_set"] == band_set]
    for kind in (day_type(tariff, wall.date()), ANY):
        for row in rows:
            if row["day_type"] == kind and holds((row["from_minute"], row["to_minute"]), minute):
                return str(row["band"])
    raise LookupError(f"no band of {band_set} at {wall}")


def seconds_until(start_ms: int, edge_ms: int) -> int:
    """The first whole second of an event that begins at or after an edge."""
    return -((start_ms - edge_ms) // 1000)


def band_ends_at_second(tariff: Row, band_set: str, start_ms: int, pos: int, quantity: int) -> int:
    """The second of the event at which another band begins; at most `quantity`. Every edge is on a whole minute."""
    here = start_ms + pos * 1000
    band = band_at(tariff, band_set, here)
    edge = here - here % MINUTE_MS + MINUTE_MS
    while edge < start_ms + quantity * 1000:
        if band_at(tariff, band_set, edge) != band:
            return min(seconds_until(start_ms, edge), quantity)
        edge += MINUTE_MS
    return quantity
