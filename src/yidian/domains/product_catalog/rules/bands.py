"""A band set covers every minute of every kind of day once, as long as it is in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Final

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.rules.spans import gaps, shown, stretches
from yidian.kernel.rating.tariff import ANY, Band

DAY_TYPES: Final = ("workday", "weekend", "holiday")
DAY_MINUTES: Final = 24 * 60


def every_minute_has_one_band(draft: Draft) -> None:
    """BAND_GAP, BAND_OVERLAP. A band of a named kind of day goes before one of any day; two of one rank compete."""
    sets: dict[str, list[Written[Band]]] = defaultdict(list)
    for band in draft.of(Band):
        sets[band.row.band_set].append(band)
    for bands in sets.values():
        told: set[tuple[str, int]] = set()
        spans = [band.span for band in bands]
        for start, _ in gaps(spans, min(span[0] for span in spans), date.max):
            _complain(
                draft, told, "BAND_GAP", bands[0], "to", _minutes(0, DAY_MINUTES), date=shown(start), day_type=ANY
            )
        for start, _ in stretches(spans):
            in_force = [band for band in bands if band.span[0] <= start < band.span[1]]
            for day_type in DAY_TYPES if in_force else ():
                _check_day(draft, in_force, day_type, start, told)


def _check_day(
    draft: Draft, bands: list[Written[Band]], day_type: str, since: date, told: set[tuple[str, int]]
) -> None:
    fitting = [band for band in bands if band.row.day_type in (day_type, ANY)]
    cuts = sorted({0, DAY_MINUTES} | {cut for b in fitting for cut in (b.row.from_minute, b.row.to_minute)})
    on = {"date": shown(since), "day_type": day_type}
    for start, end in pairwise(cuts):
        covering = [band for band in fitting if band.row.from_minute <= start < band.row.to_minute]
        if not covering:
            _complain(draft, told, "BAND_GAP", bands[0], "start", _minutes(start, end), **on)
        for rank in ([b for b in covering if b.row.day_type == ANY], [b for b in covering if b.row.day_type != ANY]):
            if len(rank) > 1:
                first, second = sorted(rank, key=lambda band: band.line)[:2]
                names = f"{first.row.band}, {second.row.band}"
                minutes = _minutes(start, end)
                _complain(
                    draft, told, "BAND_OVERLAP", second, "start", minutes, bands=names, first_line=first.line, **on
                )


def _complain(
    draft: Draft,
    told: set[tuple[str, int]],
    code: str,
    band: Written[Band],
    column: str,
    minutes: tuple[str, str],
    **params: str | int,
) -> None:
    if (code, band.line) not in told:  # once, though it be so on several days
        told.add((code, band.line))
        start, end = minutes
        draft.complain(
            code, band, column, f"{start}–{end}", band_set=band.row.band_set, from_time=start, to_time=end, **params
        )


def _minutes(start: int, end: int) -> tuple[str, str]:
    return _clock(start), _clock(end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
