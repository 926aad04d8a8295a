"""Time zones by IANA name and what their clocks are ahead of UTC, in whole milliseconds."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yidian.kernel.calendar.instants import UnableToReadInstant, from_ms, whole_ms
from yidian.kernel.faults import refuse

# A machine's files answer to these as well, but they mean another thing on the next machine, or count leap seconds.
_NOT_A_ZONE = ("localtime", "posixrules", "Factory", "posix/", "right/")


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name such as "Asia/Shanghai". Refuses ZONE_UNKNOWN."""
    zone = _zone(name)
    if zone is None:
        raise refuse("ZONE_UNKNOWN", value=name, zone=name[:60])
    return zone


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    if name.startswith(_NOT_A_ZONE):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; malformed; a folder or an overlong name
        return None


def offset_ms(zone: ZoneInfo, instant_ms: int) -> int:
    """How far the zone's clock is ahead of UTC at an instant."""
    try:
        local = from_ms(instant_ms).astimezone(zone)
    except OverflowError as beyond:
        raise UnableToReadInstant(f"{instant_ms} ms in {zone.key}") from beyond
    return _offset(local)


def wall_offsets_ms(zone: ZoneInfo, wall: datetime) -> tuple[int, int]:
    """The offsets that a naive wall time may have: before and after a change of the clock; equal on most days.

    Before > after: the clock is put back and the wall time comes twice. Before < after: it is put forward over it.
    """
    if wall.tzinfo is not None:
        raise UnableToReadInstant(f"{wall} has a zone already")
    return _offset(wall.replace(tzinfo=zone, fold=0)), _offset(wall.replace(tzinfo=zone, fold=1))


def change_ms(zone: ZoneInfo, low_ms: int, high_ms: int) -> int:
    """The first instant in (low, high] whose offset is not the one at `low_ms`; one change must lie between them."""
    before = offset_ms(zone, low_ms)
    while high_ms - low_ms > 1:
        middle = (low_ms + high_ms) // 2
        if offset_ms(zone, middle) == before:
            low_ms = middle
        else:
            high_ms = middle
    return high_ms


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    if offset is None:
        raise UnableToReadInstant(f"{local} has no offset")
    return whole_ms(offset)
