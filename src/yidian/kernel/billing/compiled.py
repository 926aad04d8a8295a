"""The doors of the bill arithmetic: the same functions, plain for a lone quote or compiled for a run."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Final

from yidian.kernel.billing import (
    accounts,
    discounts,
    exact,
    fees,
    lines,
    minimums,
    payers,
    sharing,
    states,
    subscribers,
    totals,
)
from yidian.kernel.compiling import compiled
from yidian.kernel.money.rounding import divide

CALLEES_FIRST: Final = (
    divide, exact.quotient, exact.ratio, exact.total, lines.before, lines.add_line, lines.write_row,
    sharing.raise_largest, sharing.share, states.state_at, states.state_within, states.days_of, fees.cycles_left,
    fees.fee_days, fees.days_ahead, fees.fee_amount, fees.parts_of, fees.add_fee, fees.add_own, fees.ahead_amount,
    fees.add_ahead, fees.without_nothing, fees.add_fees, payers.share_of, payers.take_lines, payers.settle,
    discounts.stamp_offers, discounts.counts, discounts.choose, discounts.in_order_of_unit, discounts.find_lines,
    discounts.reduction, discounts.share_over_items, discounts.above_cap, discounts.book_reduction, discounts.apply,
    discounts.add_discounts, minimums.least, minimums.least_days, minimums.add_minimum, subscribers.add_usage,
    subscribers.add_charges, subscribers.bill_unit, subscribers.bill_units, accounts.bring, accounts.lines_of,
    accounts.reduce_accounts, totals.sum_rows, totals.tax_inside, totals.tax_accounts,
)  # fmt: skip


def plain() -> SimpleNamespace:
    """The functions as they are written."""
    return SimpleNamespace(**{function.__name__: function for function in CALLEES_FIRST})


@functools.cache
def machine() -> SimpleNamespace:
    """The same functions as machine code. The first time takes some seconds; then it comes from the cache.

    All of them borrow: none makes an array or looks at a row as one, so that nobody counts references.
    """
    return compiled(CALLEES_FIRST, borrowing=CALLEES_FIRST)
