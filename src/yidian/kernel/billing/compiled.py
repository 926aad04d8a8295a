"""The doors of the bill arithmetic: the same functions, plain for a lone quote or compiled for a run."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Final

from yidian.kernel.billing import discounts, exact, fees, lines, minimums, subscribers, totals
from yidian.kernel.compiling import compiled
from yidian.kernel.money.rounding import divide

CALLEES_FIRST: Final = (
    divide, exact.quotient, exact.ratio, exact.total, lines.before, lines.add_line, lines.write_row, fees.fee_days,
    fees.fee_amount, fees.add_fees, discounts.share, discounts.choose, discounts.reduction, discounts.share_over_items,
    discounts.book_reduction, discounts.add_discounts, minimums.least, minimums.add_minimum, subscribers.rows_at_most,
    subscribers.add_usage, subscribers.bill_subscriber, subscribers.bill_subscribers, totals.sum_rows,
    totals.tax_inside, totals.tax_accounts,
)  # fmt: skip


def plain() -> SimpleNamespace:
    """The functions as they are written."""
    return SimpleNamespace(**{function.__name__: function for function in CALLEES_FIRST})


@functools.cache
def machine() -> SimpleNamespace:
    """The same functions as machine code. The first time takes some seconds; then it comes from the cache."""
    return compiled(CALLEES_FIRST)
