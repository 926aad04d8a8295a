"""Half-open periods (from_ms, to_ms) in lists: union, difference, and the first contradiction among statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Period = tuple[int, int]


class Said(NamedTuple):
    """Somebody said `what` of a period, on a line of a file."""

    from_ms: int
    to_ms: int
    line: int
    what: str


def union(periods: Iterable[Period]) -> list[Period]:
    """The instants covered, as ascending periods that neither overlap nor touch."""
    merged: list[Period] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def without(periods: Sequence[Period], taken: Sequence[Period]) -> list[Period]:
    """What of `periods` lies outside `taken`; both as `union` gives them."""
    left: list[Period] = []
    for start, end in periods:
        for taken_start, taken_end in taken:
            if taken_end <= start or end <= taken_start:
                continue
            if start < taken_start:
                left.append((start, taken_start))
            start = taken_end
        if start < end:
            left.append((start, end))
    return left


def contradictions(said: Iterable[Said]) -> Iterator[tuple[Said, Said]]:
    """Pairs that say different things of one instant: at least one if any two do. By line within a pair."""
    furthest: Said | None = None
    for one in sorted(said):
        if furthest is not None and one.from_ms < furthest.to_ms and one.what != furthest.what:
            earlier, later = sorted((one, furthest), key=lambda s: s.line)
            yield earlier, later
        if furthest is None or one.to_ms > furthest.to_ms:
            furthest = one
