"""A part of a cycle's quantity or amount, by days."""

from __future__ import annotations

from yidian.kernel.money.rounding import divide


class UnableToProrate(ValueError):
    """The whole has no days, a step is not positive, or the part is negative."""


def prorate(*, quantity: int, days: int, of_days: int, rounding: int, step: int = 1) -> int:
    """quantity × days ÷ of_days, rounded once, by a named rounding, to whole multiples of `step`."""
    if of_days <= 0 or step <= 0 or days < 0:
        raise UnableToProrate(f"{days} of {of_days} days in steps of {step}")
    return divide(quantity * days, of_days * step, rounding) * step
