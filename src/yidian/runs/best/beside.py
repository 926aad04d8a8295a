"""Offers that are given only beside another one of the rating unit (sub cards): who could not have which, and whom it
would leave alone if somebody went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidian.domains.product_catalog.types import terms_of
from yidian.kernel.rating.arrays import I64
from yidian.kernel.rating.tariff import Tariff
from yidian.runs.best.tiling import Some, Window
from yidian.runs.best.types import LEAVES_ALONE, NEEDS_ANOTHER, OTHER_LINE

Reasons = NDArray[np.int8]  # [offer, subscriber]
REASONS: Final = ("", NEEDS_ANOTHER, LEAVES_ALONE, OTHER_LINE)  # what the numbers of Reasons mean; the larger counts


class _Held(NamedTuple):
    """An offer that a member (place in the reference) holds in [begin, end) as a member of the unit."""

    sub: int
    offer: str
    begin: int
    end: int

    def meets(self, windows: Iterable[Window]) -> bool:
        return any(self.begin < end and begin < self.end for begin, end in windows)


@dataclass(frozen=True, slots=True)
class Beside:
    """`needs`: offer → those of which one must be held beside it; `base`: what a candidate takes the place of."""

    needs: Mapping[str, frozenset[str]]
    base: frozenset[str]

    @classmethod
    def of(cls, tariff: Tariff, base: frozenset[str]) -> Beside:
        return cls({code: told.needs for code, told in terms_of(tariff).items() if told.needs}, base)

    def reasons(self, some: Some, *, moving: I64, offers: Sequence[str]) -> Reasons:
        """Why each of `moving` (ids) would not be given each of the offers in a month; 0: nothing is against it.

        NEEDS_ANOTHER: nobody else of its unit holds what the offer is given beside, nor does it in a pack of its own.
        LEAVES_ALONE: what others of the unit hold beside its present offer would then stand beside nothing.
        """
        found = np.zeros((len(offers), len(moving)), np.int8)
        if not self.needs or not len(moving):
            return found
        column = {who: n for n, who in enumerate(moving.tolist())}
        ids = np.asarray(some.reference.subscriber_id, np.int64).tolist()
        windows = {place: _within(some.windows.get(who, ()), some.from_ms, some.to_ms) for place, who in enumerate(ids)
                   if who in column}  # fmt: skip
        asking = np.array([code in self.needs for code in offers], np.bool_)
        had = [column[ids[place]] for place, held in windows.items() if held]  # the others hold nothing in this month
        found[np.ix_(asking, np.array(had, np.int64))] = 1
        for members in self._units(some):
            for place in members.places & windows.keys():
                self._look(members, place, windows[place], offers, found[:, column[ids[place]]])
        return found

    def _look(self, unit: _Unit, place: int, windows: Sequence[Window], offers: Sequence[str], told: Reasons) -> None:
        """One member of a unit: `told` is its column."""
        here = [piece for begin, end in unit.since[place] for piece in _within(windows, begin, end)]
        if not here:
            return
        mine = [one for one in unit.pillars if one.sub == place and one.offer in self.base]
        stay = [one for one in unit.pillars if one.sub != place or one.offer not in self.base]
        beside = {one.offer for one in stay if one.meets(here)}
        others = (one for one in unit.leaning if one.sub != place or one.offer not in self.base)
        kept = [
            self.needs[one.offer]
            for one in others
            if _stands(one, mine, self.needs) and not _stands(one, stay, self.needs)
        ]
        for n, code in enumerate(offers):
            if told[n] == 1 and not beside.isdisjoint(self.needs[code]):
                told[n] = 0
            if any(code not in needed for needed in kept):
                told[n] = 2

    def _units(self, some: Some) -> Iterator[_Unit]:
        """Units in which somebody holds an offer that needs another, or is needed."""
        who = some.reference
        needed = frozenset().union(*self.needs.values())
        told = np.array([code in needed or code in self.needs for code in who.offer_codes] or [False])
        rows = np.flatnonzero(told[np.asarray(who.hold_offer, np.int64)])
        held: defaultdict[int, list[tuple[str, int, int]]] = defaultdict(list)
        columns = (
            np.asarray(c, np.int64)[rows].tolist() for c in (who.hold_sub, who.hold_offer, who.hold_from, who.hold_to)
        )
        for sub, offer, begin, end in zip(*columns, strict=True):
            held[sub].append((who.offer_codes[offer], max(begin, some.from_ms), min(end, some.to_ms)))
        members = np.asarray(who.mem_sub, np.int64)
        unit = np.asarray(who.mem_unit, np.int64)
        chosen = np.flatnonzero(np.isin(unit, unit[np.isin(members, list(held))]))
        found: defaultdict[int, _Unit] = defaultdict(lambda: _Unit(defaultdict(list), [], []))
        columns = (np.asarray(c, np.int64)[chosen].tolist() for c in (members, unit, who.mem_from, who.mem_to))
        for sub, of, begin, end in zip(*columns, strict=True):
            found[of].since[sub].append((begin, end))
            for code, first, last in held.get(sub, ()):
                one = _Held(sub, code, max(first, begin), min(last, end))
                if one.begin < one.end:
                    found[of].pillars.extend([one] * (code in needed))
                    found[of].leaning.extend([one] * (code in self.needs))
        yield from found.values()


@dataclass(frozen=True, slots=True)
class _Unit:
    """`since`: place → when it is a member. `pillars`: what is needed; `leaning`: what needs."""

    since: defaultdict[int, list[Window]]
    pillars: list[_Held]
    leaning: list[_Held]

    @property
    def places(self) -> set[int]:
        return set(self.since)


def _stands(one: _Held, beside: Iterable[_Held], needs: Mapping[str, frozenset[str]]) -> bool:
    return any(other.offer in needs[one.offer] and other.meets([(one.begin, one.end)]) for other in beside)


def _within(windows: Iterable[Window], first: int, last: int) -> list[Window]:
    """Windows cut to a span."""
    return [(max(begin, first), min(end, last)) for begin, end in windows if begin < last and end > first]
