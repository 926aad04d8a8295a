"""The late fee 违约金 of one receivable: so many millionths of the day's arrears for each day overdue (L4, L5).

The fee of all days up to a day is rounded once (half up), so what is booked for a range of days is the difference of
two such sums: however the days are cut into bookings, the bookings sum to the fee of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from yidian.kernel.money.rounding import DOWN, HALF_UP, divide

MILLION: Final = 1_000_000


class Term(NamedTuple):
    """What holds from a local day until the next term: `rate_ppm` of the arrears a day, or nothing while not `charged`.

    The first `grace_days` days after the due day cost nothing, and nothing is charged for them afterwards. `cap_ppm`:
    all fees of the receivable together stay within so much of what was first overdue of it.
    """

    from_on: date
    charged: bool
    rate_ppm: int
    grace_days: int
    cap_ppm: int


class Arrears(NamedTuple):
    """What is open of the receivable at the end of each local day from this one on, until the next; minor units."""

    from_on: date
    open_minor: int


def late_fee(
    *, arrears: Iterable[Arrears], terms: Iterable[Term], due_on: date, to_on: date, rounding: int = HALF_UP
) -> int:
    """The fee in minor units of all days after `due_on` and before `to_on` (exclusive).

    The day on which a receivable is paid is not charged: nothing is open at its end. A day before the first term is
    free. With an earlier `to_on` the fee is never more.
    """
    arrears, terms = sorted(arrears), sorted(terms)
    base_minor = _open_on(arrears, due_on)
    fee = 0  # in millionths of a minor unit
    for start, end in _stretches(arrears, terms, due_on + timedelta(days=1), to_on):
        term = _term_on(terms, start)
        if term is None or not term.charged:
            continue
        first = max(start, due_on + timedelta(days=1 + term.grace_days))
        if first >= end:
            continue
        day_fee = _open_on(arrears, start) * term.rate_ppm
        cap = divide(base_minor * term.cap_ppm, MILLION, DOWN) * MILLION
        fee = max(fee, min(fee + day_fee * (end - first).days, cap))
    return divide(fee, MILLION, rounding)


def _stretches(
    arrears: Sequence[Arrears], terms: Sequence[Term], from_on: date, to_on: date
) -> Iterable[tuple[date, date]]:
    """[from_on, to_on) cut wherever the arrears or the terms change: within a stretch every day costs the same."""
    if from_on >= to_on:
        return []
    changes = {row.from_on for row in arrears} | {row.from_on for row in terms}
    return pairwise(sorted({from_on, to_on} | {day for day in changes if from_on < day < to_on}))


def _open_on(arrears: Sequence[Arrears], day: date) -> int:
    return max((row for row in arrears if row.from_on <= day), key=lambda row: row.from_on, default=Arrears(day, 0))[1]


def _term_on(terms: Sequence[Term], day: date) -> Term | None:
    return max((row for row in terms if row.from_on <= day), key=lambda row: row.from_on, default=None)
