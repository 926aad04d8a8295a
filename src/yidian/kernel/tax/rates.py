"""Which rate a tax class bears on a date, and the tax that a price contains (价内税 shown apart: 价税分离)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from yidian.kernel.faults import refuse
from yidian.kernel.money.rounding import HALF_UP, divide

if TYPE_CHECKING:  # rows are only read; the rating room may import this one
    from yidian.kernel.rating.tariff import Tax

PPM: Final = 1_000_000


def rate_ppm(taxes: Sequence[Tax], tax_class: str, on: date) -> int:
    """The rate of the class in force on a local date, in parts per million of the net (9 %: 90 000).

    Refuses TAX_RATE_MISSING, and TAX_RATE_OVERLAP where two rows are in force on that date.
    """
    found = [tax.rate_ppm for tax in taxes if tax.tax_class == tax_class and tax.in_force(on)]
    if not found:
        raise refuse("TAX_RATE_MISSING", value=tax_class, tax_class=tax_class, date=on.isoformat())
    if len(found) > 1:
        raise refuse("TAX_RATE_OVERLAP", value=tax_class, tax_class=tax_class, date=on.isoformat())
    return found[0]


def included_tax(*, gross_minor: int, rate_ppm: int, rounding: int = HALF_UP) -> int:
    """The tax inside `gross_minor`, in the same unit: gross × rate ÷ (1 + rate). A credit contains negative tax."""
    return divide(gross_minor * rate_ppm, PPM + rate_ppm, rounding)
