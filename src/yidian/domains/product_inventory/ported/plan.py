"""Ported numbers of a file against those that are stored: what to add, and which rows end otherwise. Columns only.

A number is in one network at a time, so a row that is open ends where the next of its number begins, whichever was
told first: the order of files does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from yidian.kernel.calendar import FOREVER_MS


@dataclass(slots=True)
class Rows:
    """Rows by column. `key`: the number of the stored row, or below zero -1 - the place of a told one."""

    number: Any  # np.bytes_
    network: Any  # np.int64
    from_ms: Any
    to_ms: Any
    key: Any

    def taken(self, rows: Any) -> Rows:
        return Rows(self.number[rows], self.network[rows], self.from_ms[rows], self.to_ms[rows], self.key[rows])


@dataclass(frozen=True, slots=True)
class Plan:
    """`add`: rows that were told; `end`: (stored key, to); `against`: places of told rows that contradict another."""

    add: Rows
    end: list[tuple[int, int]]
    against: list[int]


def plan(stored: Rows, told: Rows) -> Plan:
    """BadInput is the caller's: `against` has to be empty for the rest to mean anything."""
    before = dict(zip(stored.key.tolist(), stored.to_ms.tolist(), strict=True)) if len(stored.key) else {}
    mine = np.isin(stored.number, told.number)
    both = _joined(stored.taken(mine), told)
    against: list[int] = []
    both = _without_repeats(both, against)
    _end_where_the_next_begins(both, against)
    new = both.key < 0
    old = both.taken(~new)
    moved = [(key, to) for key, to in zip(old.key.tolist(), old.to_ms.tolist(), strict=True) if before[key] != to]
    return Plan(both.taken(new), moved, sorted(set(against)))


def _joined(stored: Rows, told: Rows) -> Rows:
    """By (number, from), what is stored before what is told, and what ends before what is open."""
    columns = zip(
        (stored.number, stored.network, stored.from_ms, stored.to_ms, stored.key),
        (told.number, told.network, told.from_ms, told.to_ms, told.key), strict=True,
    )  # fmt: skip
    both = Rows(*(np.concatenate(pair) for pair in columns))
    return both.taken(np.lexsort((both.to_ms, both.key < 0, both.from_ms, both.number)))


def _without_repeats(rows: Rows, against: list[int]) -> Rows:
    """Rows of one number that begin together are one row, if they agree; an open one takes the end of the other."""
    while True:
        same = (rows.number[1:] == rows.number[:-1]) & (rows.from_ms[1:] == rows.from_ms[:-1])
        same[1:] &= ~same[:-1]  # one after the other
        second = np.flatnonzero(same) + 1
        if not len(second):
            return rows
        first = second - 1
        ends = np.minimum(rows.to_ms[first], rows.to_ms[second])
        following = np.minimum(second + 1, len(rows.number) - 1)
        touches = (rows.number[following] == rows.number[first]) & (rows.from_ms[following] == rows.to_ms[first])
        agree = (rows.to_ms[first] == rows.to_ms[second]) | (rows.to_ms[second] == FOREVER_MS)
        agree |= (rows.to_ms[first] == FOREVER_MS) | (touches & (ends == rows.to_ms[second]))
        agree &= rows.network[first] == rows.network[second]
        against += (-1 - rows.key[second[~agree]]).tolist()
        rows.to_ms[first] = ends
        kept = np.ones(len(rows.number), bool)
        kept[second] = False
        rows = rows.taken(kept)


def _end_where_the_next_begins(rows: Rows, against: list[int]) -> None:
    over = np.flatnonzero((rows.number[1:] == rows.number[:-1]) & (rows.to_ms[:-1] > rows.from_ms[1:]))
    is_open = rows.to_ms[over] == FOREVER_MS
    for row in over[~is_open].tolist():
        later = row + 1  # an end that another row's beginning made may come earlier, one that was told may not
        while later + 1 < len(rows.number) and rows.from_ms[later] < rows.to_ms[row]:
            later += 1
        if rows.number[later] != rows.number[row] or rows.from_ms[later] != rows.to_ms[row]:
            against.append(-1 - int(rows.key[row + 1] if rows.key[row + 1] < 0 else rows.key[row]))
    rows.to_ms[over] = rows.from_ms[over + 1]
