"""Validities as dates that compare: what a row covers, and what nobody covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

Span = tuple[date, date]


def gaps(spans: Iterable[Span], start: date, end: date) -> list[Span]:
    """The parts of [start, end) that no span covers."""
    found: list[Span] = []
    reached = start
    for first, last in sorted(spans):
        if first > reached:
            found.append((reached, min(first, end)))
        reached = max(reached, last)
        if reached >= end:
            return [(a, b) for a, b in found if a < b]
    found.append((reached, end))
    return [(a, b) for a, b in found if a < b]


def stretches(spans: Sequence[Span]) -> list[Span]:
    """The periods between all begins and ends: within one, the same rows are in force."""
    cuts = sorted({cut for span in spans for cut in span})
    return list(pairwise(cuts))


def shown(day: date) -> str:
    """A date for a message; an open end is three dots."""
    return "…" if day in (date.min, date.max) else day.isoformat()
