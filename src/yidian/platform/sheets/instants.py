"""A local date, or date and time, as files of the operator write it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from yidian.kernel.calendar import day_start_ms, local_to_ms
from yidian.kernel.faults import refuse

WRITTEN: Final = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)


def instant_ms(written: str, zone: str) -> int:
    """UTC ms; a date alone is its first instant. BadInput DATE_IMPOSSIBLE, or what the zone's clock refuses."""
    match = WRITTEN.fullmatch(written)
    try:
        if match is None:
            raise ValueError(written)
        on = date(*(int(part) for part in match.groups()[:3]))
        if match[4] is None:
            return day_start_ms(on, zone)
        wall = datetime(on.year, on.month, on.day, int(match[4]), int(match[5]), int(match[6] or 0))  # noqa: DTZ001
    except ValueError:
        raise refuse("DATE_IMPOSSIBLE", value=written) from None
    return local_to_ms(wall, zone)
