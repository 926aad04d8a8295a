"""Which receivables an amount clears: those that were named, in that order, or else the oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple


class Open(NamedTuple):
    """A receivable with something open, in minor units."""

    id: int
    due_on: date
    open_minor: int


class Part(NamedTuple):
    """A part of an amount that clears a receivable; > 0."""

    id: int
    amount_minor: int


def clear(*, amount_minor: int, owed: Iterable[Open], named: Sequence[int] = ()) -> tuple[list[Part], int]:
    """The parts of `amount_minor` (≥ 0) and the rest that clears nothing; together they are the amount.

    With `named` only those receivables are cleared, in the order told; what they do not take is rest, though others
    are open. Without, the earliest due goes first; of equally due ones the one opened first (its id).
    """
    by_id = {one.id: one for one in owed}
    if named:
        order = [by_id[id_] for id_ in dict.fromkeys(named) if id_ in by_id]
    else:
        order = sorted(by_id.values(), key=lambda one: (one.due_on, one.id))
    parts, rest = [], amount_minor
    for one in order:
        taken = min(rest, one.open_minor)
        if taken > 0:
            parts.append(Part(one.id, taken))
            rest -= taken
    return parts, rest
