"""The headers of bills: sums of items, what rounding took, and the tax inside (§8.4, §8.5)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio, total
from yidian.kernel.billing.layout import ROW_ACCOUNT, ROW_CLASS, ROW_MICRO, ROW_MINOR, Ints, Table
from yidian.kernel.money.rounding import HALF_UP

MILLION = 1_000_000


def tax_inside(base_minor: int, rate_ppm: int) -> int:
    """The tax that a price with tax contains, half up: base × rate ÷ (1 + rate). Minor units."""
    return ratio(base_minor, rate_ppm, MILLION + rate_ppm, HALF_UP)


def sum_rows(
    rows: Table, micro_per_minor: int, total_minor: Ints, remainder_micro: Ints, items: Ints, base_minor: Table,
    too_large: Ints,
) -> None:  # fmt: skip
    """Add rows to their accounts' headers. An account whose sums leave the bounds gets too_large[account] = 1."""
    for at in range(len(rows)):
        account = rows[at, ROW_ACCOUNT]
        minor = rows[at, ROW_MINOR]
        tax_class = rows[at, ROW_CLASS]
        items[account] += 1
        sum_minor = total(total_minor[account], minor)
        sum_rest = total(remainder_micro[account], rows[at, ROW_MICRO] - minor * micro_per_minor)
        sum_class = total(base_minor[account, tax_class], minor)
        if sum_minor == TOO_LARGE or sum_rest == TOO_LARGE or sum_class == TOO_LARGE:
            too_large[account] = 1
        else:
            total_minor[account] = sum_minor
            remainder_micro[account] = sum_rest
            base_minor[account, tax_class] = sum_class


def tax_accounts(base_minor: Table, rates_ppm: Ints, tax_minor: Table) -> None:
    """Tax per account and class."""
    for account in range(len(base_minor)):
        for tax_class in range(len(rates_ppm)):
            tax_minor[account, tax_class] = tax_inside(base_minor[account, tax_class], rates_ppm[tax_class])
