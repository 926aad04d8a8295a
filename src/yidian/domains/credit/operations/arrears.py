"""What is asked for of a receivable at the end of each day: what is open of it, without the parts that are held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from yidian.domains.credit.types import Held
from yidian.domains.payment.types import ClearedDay, Owed
from yidian.kernel.ledger.late_fee import Arrears


def arrears_of(one: Owed, days: Iterable[ClearedDay], held: Sequence[Held] = ()) -> list[Arrears]:
    """What was open of a receivable at the end of each day on which that changed.

    The due day itself is never reduced by what is held: a cap of fees is of all that was owed on it.
    """
    left, steps = one.amount_minor, [Arrears(min(one.opened_on, one.due_on), one.amount_minor)]
    for day in days:
        left -= day.amount_minor
        steps.append(Arrears(day.value_on, left))
    if not held:
        return steps
    overdue_from = one.due_on + timedelta(days=1)
    changes = {row.from_on for row in steps} | {overdue_from}
    for part in held:
        changes |= {max(day, overdue_from) for day in (part.from_on, part.to_on) if day is not None}
    reduced = []
    for on in sorted(changes):
        open_minor = _open_on(steps, on)
        reduced.append(Arrears(on, open_minor - held_on(open_minor, held, on) if on >= overdue_from else open_minor))
    return reduced


def held_on(open_minor: int, held: Iterable[Held], on: date) -> int:
    """How much of what is open is not asked for on a day: never more than is open."""
    parts = (one.amount_minor for one in held if one.from_on <= on and (one.to_on is None or on < one.to_on))
    return min(sum(parts), max(open_minor, 0))


def _open_on(steps: Sequence[Arrears], on: date) -> int:
    known = [row for row in sorted(steps) if row.from_on <= on]
    return max(known, key=lambda row: row.from_on).open_minor if known else 0
