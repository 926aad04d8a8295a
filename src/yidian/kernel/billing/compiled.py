"""The same functions as machine code, made when a run first asks for them."""

from __future__ import annotations

import functools
from types import ModuleType, SimpleNamespace
from typing import Final

CALLEES_FIRST: Final = (
    "divide", "quotient", "ratio", "total", "before", "add_line", "write_row", "fee_days", "fee_amount", "add_fees",
    "share", "choose", "reduction", "share_over_items", "book_reduction", "add_discounts", "least", "add_minimum",
    "rows_at_most", "add_usage", "bill_subscriber", "bill_subscribers", "sum_rows", "tax_inside", "tax_accounts",
)  # fmt: skip


def plain() -> SimpleNamespace:
    """The functions as they stand, for a lone quote and for tests."""
    from yidian.kernel.billing.subscribers import bill_subscribers
    from yidian.kernel.billing.totals import sum_rows, tax_accounts

    return SimpleNamespace(bill_subscribers=bill_subscribers, sum_rows=sum_rows, tax_accounts=tax_accounts)


@functools.cache
def machine() -> SimpleNamespace:
    """The functions compiled. The first time takes some seconds; then they come from the cache."""
    from yidian.kernel.billing import discounts, exact, fees, lines, minimums, subscribers, totals
    from yidian.kernel.compiling import compiled
    from yidian.kernel.money import rounding

    world = ModuleType("yidian.kernel.billing.world")
    for module in (rounding, exact, lines, fees, discounts, minimums, subscribers, totals):
        world.__dict__.update({name: value for name, value in vars(module).items() if not name.startswith("__")})
    return compiled(world, CALLEES_FIRST)
