"""A tariff as it is on one day, for any cycle: what a draft would have made of a month long gone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from yidian.kernel.rating.arrays import array
from yidian.kernel.rating.prefixes import ALWAYS, OPEN, Prefixes
from yidian.kernel.rating.tariff import Tariff

UNDATED: Final = ("days", "items", "offers")  # a calendar is not a price; items and offers have one row each


def as_of(tariff: Tariff, day: date) -> Tariff:
    """The rows in force on a day, in force for ever. Which dates are holidays stays as it is."""
    rows: dict[str, Any] = {}
    for kind in (f.name for f in fields(tariff)):
        found = getattr(tariff, kind)
        if not isinstance(found, tuple) or kind in (*UNDATED, "prefixes"):
            continue
        rows[kind] = tuple(replace(row, valid_from=None, valid_to=None) for row in found if row.in_force(day))
    return replace(tariff, prefixes=_prefixes(Prefixes.of(tariff.prefixes), day), **rows)


def _prefixes(found: Prefixes, day: date) -> Prefixes:
    kept = found.in_force(day)
    return replace(
        found, digits=found.digits[kept], zone=found.zone[kept], area=found.area[kept],
        since=array([ALWAYS] * len(kept)), until=array([OPEN] * len(kept)),
    )  # fmt: skip
