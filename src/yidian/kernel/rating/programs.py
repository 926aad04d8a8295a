"""Programs: the distinct sets of offers that subscribers hold, each compiled once into rows of arrays.

The rows are those of price_of, priced, cap_of and draws_of in the Book.
"""

from __future__ import annotations

import numpy as np

from yidian.kernel.rating import ladders as ladder
from yidian.kernel.rating.arrays import I32, Book, array
from yidian.kernel.rating.book import Compiled, offers_in_order
from yidian.kernel.rating.buckets import Grants, grants
from yidian.kernel.rating.tariff import STANDARD

ProgramKey = tuple[int, tuple[int, ...]]  # epoch, offers (indices of offers_in_order, ascending)


class Programs:
    """Interns programs. The number of a program is the order in which it was first asked for.

    `like`: another interner of the same compiled tariff, whose rows of single offers are used and added to.
    """

    def __init__(self, compiled: Compiled, like: Programs | None = None) -> None:
        self.compiled = compiled
        self.offers: tuple[str, ...] = like.offers if like else offers_in_order(compiled.tariff)
        self.rank: dict[str, int] = like.rank if like else {code: n for n, code in enumerate(self.offers)}
        self.grants: Grants = like.grants if like else grants(compiled, self.rank)
        self._number: dict[ProgramKey, int] = {}
        self._rows: dict[tuple[int, int], tuple[I32, I32]] = like._rows if like else {}

    def number(self, epoch: int, offers: tuple[int, ...]) -> int:
        """The program of a set of offers (ascending ranks) in an epoch."""
        return self._number.setdefault((epoch, offers), len(self._number))

    @property
    def asked(self) -> tuple[ProgramKey, ...]:
        """Every program asked for so far, by its number."""
        return tuple(self._number)

    def book(self) -> Book:
        """The book with every program asked for so far."""
        found = self.compiled
        width, count = found.book.width, len(self._number)
        price_of = np.full((count, len(found.items) * width), -1, np.int32)
        cap_of = np.full((count, len(found.items)), -1, np.int32)
        for (epoch, offers), n in self._number.items():
            for offer in (*offers, len(self.offers)):
                prices, caps = self._row(epoch, offer)
                price_of[n] = np.where(price_of[n] < 0, prices, price_of[n])
                cap_of[n] = np.where(cap_of[n] < 0, caps, cap_of[n])
        used = np.zeros((len(found.items), width), bool)
        for item, bands in enumerate(found.bands):
            used[item, : len(bands)] = True
        priced = ((price_of.reshape(count, len(found.items), width) >= 0) | ~used).all(axis=2)
        return found.book._replace(
            price_of=array(price_of, np.int32), cap_of=array(cap_of, np.int32), priced=array(priced, np.uint8),
            draws_of=array([found.draws.first[epoch] for epoch, _ in self._number]),
        )  # fmt: skip

    def _row(self, epoch: int, offer: int) -> tuple[I32, I32]:
        """What one offer says of prices and caps by itself; the offer after the last is the standard tariff."""
        key = epoch, offer
        if key not in self._rows:
            code = self.offers[offer] if offer < len(self.offers) else STANDARD
            self._rows[key] = self._prices(epoch, code), self._caps(epoch, code)
        return self._rows[key]

    def _prices(self, epoch: int, offer: str) -> I32:
        found = self.compiled
        row = np.full((len(found.items), found.book.width), -1, np.int32)
        for n, item in enumerate(found.items):
            for b, band in enumerate(found.bands[n]):
                row[n, b] = ladder.find(found.ladders, epoch=epoch, offer=offer, item=item.code, band=band)
        return row.reshape(-1)

    def _caps(self, epoch: int, offer: str) -> I32:
        found = self.compiled
        day = found.epochs[epoch].day
        row = np.full(len(found.items), -1, np.int32)
        index = {item.code: n for n, item in enumerate(found.items)}
        for n, cap in enumerate(found.caps):
            if cap.offer == offer and cap.in_force(day):
                for item in cap.items:
                    if item in index and row[index[item]] < 0:
                        row[index[item]] = n
        return row
