"""How a deposit comes back: equal parts month by month, the last month takes the rest (K7)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from yidian.kernel.money import DOWN, divide


class UnableToPlanReturns(ValueError):
    """No month, or less than one unit a month."""


def returns(*, amount_minor: int, months: int) -> list[int]:
    """What each month returns: the whole divided by the months, rounded down; the last takes what is left."""
    if months < 1 or amount_minor < months:
        raise UnableToPlanReturns(f"{amount_minor} over {months} months")
    part = divide(amount_minor, months, DOWN)
    return [part] * (months - 1) + [amount_minor - part * (months - 1)]


def months_after(first: date, months: int) -> date:
    """The same day so many months later; where the month is shorter, its last day. Always counted from `first`."""
    index = first.year * 12 + first.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
