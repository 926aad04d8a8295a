"""Bands of the local day (闲时, 忙时) laid out as absolute edges, so that pricing only compares integers.

The wall clock decides: on a day the clock is put back, the repeated hour has its bands twice; put forward, the hour
left out has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from yidian.kernel.calendar.dates import EPOCH_ORDINAL
from yidian.kernel.calendar.instants import DAY_MS, MINUTE_MS
from yidian.kernel.calendar.periods import Period
from yidian.kernel.calendar.zones import change_ms, offset_ms, zone_named
from yidian.kernel.faults import BadInput, refuse

if TYPE_CHECKING:  # rows are only read; the rating room may import this one
    from yidian.kernel.rating.tariff import Band, Day

ANY_DAY: Final = "*"
DAY_MINUTES: Final = 1440
_LOOK_MS: Final = DAY_MS // 4  # clocks are not changed twice within so short a time

Plan = list[tuple[int, int, str]]  # from minute, to minute, band: the whole of one kind of day


def band_edges(
    *, bands: Sequence[Band], days: Sequence[Day], band_set: str, zone: str, period: Period
) -> tuple[list[int], list[str]]:
    """The edges of a band set over a period: UTC milliseconds, ascending, and the band in force from each edge on.

    The first edge is the start of the period, the last band lasts to its end; neighbours differ. An empty period has no
    edges. Every date the period touches must be covered in full: refuses BAND_GAP, BAND_OVERLAP (two rows of one rank
    on a minute), BAND_MINUTES (a row that does not lie within one day), DAY_OVERLAP (two rows in force for one date),
    ZONE_UNKNOWN.
    """
    plans = _Plans(band_set=band_set, bands=bands, days=days)
    edges: list[int] = []
    codes: list[str] = []
    for start_ms, end_ms, offset in _even_stretches(zone_named(zone), period):
        for midnight_ms in range((start_ms + offset) // DAY_MS * DAY_MS, end_ms + offset, DAY_MS):
            plan = plans.of(date.fromordinal(EPOCH_ORDINAL + midnight_ms // DAY_MS))
            for from_minute, to_minute, band in plan:
                opens_ms = max(midnight_ms + from_minute * MINUTE_MS - offset, start_ms)
                closes_ms = min(midnight_ms + to_minute * MINUTE_MS - offset, end_ms)
                if opens_ms < closes_ms and (not codes or codes[-1] != band):
                    edges.append(opens_ms)
                    codes.append(band)
    return edges, codes


def _even_stretches(zone: ZoneInfo, period: Period) -> Iterator[tuple[int, int, int]]:
    """The period cut where the clock is changed: (start, end, offset), each with one offset."""
    if period.is_empty:
        return
    start_ms, offset = period.start_ms, offset_ms(zone, period.start_ms)
    look_ms = start_ms
    while look_ms < period.end_ms:
        next_ms = min(look_ms + _LOOK_MS, period.end_ms)
        if offset_ms(zone, next_ms) != offset:
            next_ms = change_ms(zone, look_ms, next_ms)
            yield start_ms, next_ms, offset
            start_ms, offset = next_ms, offset_ms(zone, next_ms)
        look_ms = next_ms
    if start_ms < period.end_ms:
        yield start_ms, period.end_ms, offset


class _Plans:
    """The plan of a date; made once for each set of rows in force (which says all that the kind of day can change)."""

    def __init__(self, *, band_set: str, bands: Sequence[Band], days: Sequence[Day]) -> None:
        self._band_set = band_set
        self._bands = [band for band in bands if band.band_set == band_set]
        self._days: dict[date, list[Day]] = defaultdict(list)
        for day in days:
            self._days[day.on].append(day)
        self._made: dict[tuple[int, ...], Plan] = {}

    def of(self, on: date) -> Plan:
        day_type = self._day_type(on)
        kinds = (day_type, ANY_DAY)
        rows = tuple(at for at, band in enumerate(self._bands) if band.day_type in kinds and band.in_force(on))
        plan = self._made.get(rows)
        if plan is None:
            plan = self._made[rows] = self._make([self._bands[at] for at in rows], day_type, on)
        return plan

    def _day_type(self, on: date) -> str:
        named = [day.day_type for day in self._days.get(on, ()) if day.in_force(on)]
        if len(named) > 1:
            raise refuse("DAY_OVERLAP", value=on, date=on.isoformat(), day_types=", ".join(named))
        if named:
            return named[0]
        return "workday" if on.weekday() < 5 else "weekend"

    def _make(self, rows: list[Band], day_type: str, on: date) -> Plan:
        for row in rows:
            if not 0 <= row.from_minute < row.to_minute <= DAY_MINUTES:
                raise refuse(
                    "BAND_MINUTES",
                    value=f"{row.from_minute}..{row.to_minute}",
                    band_set=self._band_set,
                    band=row.band,
                )
        cuts = sorted({0, DAY_MINUTES} | {cut for row in rows for cut in (row.from_minute, row.to_minute)})
        plan: Plan = []
        for start, end in pairwise(cuts):
            covering = [row for row in rows if row.from_minute <= start < row.to_minute]
            own = [row.band for row in covering if row.day_type != ANY_DAY]
            general = [row.band for row in covering if row.day_type == ANY_DAY]
            for equals in (own, general):
                if len(equals) > 1:
                    raise self._refusal("BAND_OVERLAP", start, end, day_type, on, ", ".join(equals))
            if not covering:
                raise self._refusal("BAND_GAP", start, end, day_type, on)
            plan.append((start, end, (own or general)[0]))
        return plan

    def _refusal(self, code: str, start: int, end: int, day_type: str, on: date, bands: str = "") -> BadInput:
        return refuse(
            code,
            value=self._band_set,
            band_set=self._band_set,
            day_type=day_type,
            date=on.isoformat(),
            from_time=_clock(start),
            to_time=_clock(end),
            bands=bands,
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
