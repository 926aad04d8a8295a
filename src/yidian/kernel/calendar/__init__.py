"""Time: instants in integer milliseconds, half-open periods, local dates and wall clocks, bands, proration by days."""

from yidian.kernel.calendar.bands import band_edges as band_edges
from yidian.kernel.calendar.dates import day_start_ms as day_start_ms
from yidian.kernel.calendar.dates import days_touched as days_touched
from yidian.kernel.calendar.dates import local_date as local_date
from yidian.kernel.calendar.dates import month_period as month_period
from yidian.kernel.calendar.instants import BEGINNING_MS as BEGINNING_MS
from yidian.kernel.calendar.instants import DAY_MS as DAY_MS
from yidian.kernel.calendar.instants import FOREVER_MS as FOREVER_MS
from yidian.kernel.calendar.instants import UnableToReadInstant as UnableToReadInstant
from yidian.kernel.calendar.instants import from_ms as from_ms
from yidian.kernel.calendar.instants import to_ms as to_ms
from yidian.kernel.calendar.localtime import Missing as Missing
from yidian.kernel.calendar.localtime import Repeated as Repeated
from yidian.kernel.calendar.localtime import local_to_ms as local_to_ms
from yidian.kernel.calendar.periods import Period as Period
from yidian.kernel.calendar.prorate import UnableToProrate as UnableToProrate
from yidian.kernel.calendar.prorate import prorate as prorate
from yidian.kernel.calendar.zones import zone_named as zone_named

__all__ = [
    "BEGINNING_MS",
    "DAY_MS",
    "FOREVER_MS",
    "Missing",
    "Period",
    "Repeated",
    "UnableToProrate",
    "UnableToReadInstant",
    "band_edges",
    "day_start_ms",
    "days_touched",
    "from_ms",
    "local_date",
    "local_to_ms",
    "month_period",
    "prorate",
    "to_ms",
    "zone_named",
]
