"""Prefixes as columns: there may be 100,000 of them, and a run never asks for one as a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.tariff import Prefix

ALWAYS: Final = 0  # in place of a day: no day has this ordinal
OPEN: Final = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True, eq=False)
class Prefixes(Sequence[Prefix]):
    """Rows of prefixes. `zone` and `area` are places in `zones` and `areas`, of which every one is used.

    `since`, `until`: ordinals of days, half-open; ALWAYS and OPEN where a row has none. Who wants rows gets them,
    made one by one: as a sequence of them it is equal to a tuple of the same rows.
    """

    digits: NDArray[np.bytes_]
    zones: tuple[str, ...]
    zone: I64
    areas: tuple[str, ...]
    area: I64
    since: I64
    until: I64

    @classmethod
    def of(cls, rows: Sequence[Prefix]) -> Prefixes:
        """The rows as columns, in their order."""
        if isinstance(rows, Prefixes):
            return rows
        zones, zone = _numbered(row.zone for row in rows)
        areas, area = _numbered(row.area for row in rows)
        return cls(
            digits=np.array([row.prefix.encode() for row in rows] or [], "S"),
            zones=zones, zone=zone, areas=areas, area=area,
            since=array([ALWAYS if row.valid_from is None else row.valid_from.toordinal() for row in rows]),
            until=array([OPEN if row.valid_to is None else row.valid_to.toordinal() for row in rows]),
        )  # fmt: skip

    def in_force(self, on: date) -> I64:
        """The places of the rows in force on a day, by their digits."""
        day = on.toordinal()
        rows = np.flatnonzero((self.since <= day) & (day < self.until))
        found: I64 = rows[np.argsort(self.digits[rows], kind="stable")]
        return found

    def days(self) -> set[date]:
        """The days on which a row begins or ends to be in force."""
        ordinals = {*np.unique(self.since).tolist(), *np.unique(self.until).tolist()}
        return {date.fromordinal(day) for day in ordinals - {ALWAYS, OPEN}}

    def __len__(self) -> int:
        return len(self.digits)

    @overload
    def __getitem__(self, place: int) -> Prefix: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Prefix, ...]: ...
    def __getitem__(self, place: int | slice) -> Prefix | tuple[Prefix, ...]:
        if isinstance(place, slice):
            return tuple(self._row(n) for n in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._row(place)

    def __iter__(self) -> Iterator[Prefix]:
        return map(self._row, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (tuple, Prefixes)):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _row(self, n: int) -> Prefix:
        return Prefix(
            prefix=self.digits[n].decode(), zone=self.zones[self.zone[n]], area=self.areas[self.area[n]],
            valid_from=_day(self.since[n], ALWAYS), valid_to=_day(self.until[n], OPEN),
        )  # fmt: skip


def _numbered(names: Iterable[str]) -> tuple[tuple[str, ...], I64]:
    """Distinct names in the order in which they come, and the number of each."""
    known: dict[str, int] = {}
    numbers: I64 = array([known.setdefault(name, len(known)) for name in names])
    return tuple(known), numbers


def _day(ordinal: Any, none: int) -> date | None:
    return None if ordinal == none else date.fromordinal(int(ordinal))
