"""Epochs: the stretches of a cycle in which no dated row of a tariff changes.

What holds on an epoch's first day holds in all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yidian.kernel.calendar import DAY_MS, Period, day_start_ms, local_date
from yidian.kernel.rating.prefixes import Prefixes
from yidian.kernel.rating.tariff import Row, Tariff


@dataclass(frozen=True, slots=True)
class Epoch:
    """From `start_ms` to the next epoch's start, the rows in force on `day` are in force."""

    start_ms: int
    day: date


def _dates(rows: Iterable[Row]) -> set[date]:
    return {d for row in rows for d in (row.valid_from, row.valid_to) if d is not None}


def epochs(tariff: Tariff, cycle: Period) -> tuple[Epoch, ...]:
    """The epochs of a cycle; the first begins with the cycle."""
    first = local_date(cycle.start_ms, tariff.zone)
    rows: Sequence[Sequence[Row]] = (
        tariff.zones, tariff.places, tariff.areas, tariff.networks, tariff.rules, tariff.prices, tariff.caps,
        tariff.conversions, tariff.marks,
    )  # fmt: skip
    found = [Epoch(cycle.start_ms, first)]
    found.extend(
        Epoch(start, day)
        for day in sorted(Prefixes.of(tariff.prefixes).days().union(*map(_dates, rows)))
        if day > first and (start := day_start_ms(day, tariff.zone)) < cycle.end_ms
    )
    return tuple(found)


def day_starts(cycle: Period, zone: str) -> list[int]:
    """Where every local day that the cycle touches begins."""
    found = {day_start_ms(local_date(at, zone), zone) for at in range(cycle.start_ms, cycle.end_ms, DAY_MS // 4)}
    return sorted({*found, day_start_ms(local_date(cycle.end_ms - 1, zone), zone)})
