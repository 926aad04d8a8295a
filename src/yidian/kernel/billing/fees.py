"""Fees of a cycle: whole, by days, by day price, once (docs/pricing.md §7)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio
from yidian.kernel.billing.layout import (
    BY_DAYS,
    CHARGED_ONCE,
    DAY_PRICE,
    FEE_AMOUNT,
    FEE_CHARGED,
    FEE_DAY_PRICE,
    FEE_FROM,
    FEE_ITEM,
    FEE_PRORATION,
    FEE_ROUNDING,
    FEE_TO,
    FEE_UNIT,
    HELD_ACCOUNT,
    HELD_BEGINS,
    HELD_END,
    HELD_FIRST,
    HELD_OFFER,
    KIND_FEE,
    Book,
    Charges,
    Table,
)
from yidian.kernel.billing.lines import add_line
from yidian.kernel.money.rounding import HALF_UP


def fee_days(fees: Table, at: int, first: int, end: int, begins: int) -> int:
    """Days of a window [first, end) that a fee row charges; 0: it does not charge at all."""
    in_force = fees[at, FEE_FROM] <= first and first < fees[at, FEE_TO]
    if fees[at, FEE_CHARGED] == CHARGED_ONCE:
        return end - first if in_force and begins == 1 else 0
    if fees[at, FEE_PRORATION] != BY_DAYS and fees[at, FEE_PRORATION] != DAY_PRICE:
        return end - first if in_force else 0
    if fees[at, FEE_FROM] > first:
        first = fees[at, FEE_FROM]
    if fees[at, FEE_TO] < end:
        end = fees[at, FEE_TO]
    return end - first if end > first else 0


def fee_amount(fees: Table, at: int, days: int, cycle_days: int) -> int:
    """Micro-units of a fee row for so many days, rounded as the row says; TOO_LARGE if it leaves the bounds."""
    amount = fees[at, FEE_AMOUNT]
    unit = fees[at, FEE_UNIT]
    numerator, parts = 1, 1
    if fees[at, FEE_CHARGED] != CHARGED_ONCE:
        if fees[at, FEE_PRORATION] == BY_DAYS:
            numerator, parts = days, cycle_days
        elif fees[at, FEE_PRORATION] == DAY_PRICE:
            by_day = ratio(fees[at, FEE_DAY_PRICE], days, 1, HALF_UP)
            if by_day != TOO_LARGE and by_day < amount:
                amount = by_day
    units = ratio(amount, numerator, parts * unit, fees[at, FEE_ROUNDING])
    if units == TOO_LARGE:
        return TOO_LARGE
    return ratio(units, unit, 1, HALF_UP)


def add_fees(book: Book, charges: Charges, subscriber: int, lines: Table, count: int) -> int:
    """Add the fees of every holding of a subscriber to its lines. New count; -1: an amount is too large."""
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        held = charges.held[at]
        offer = held[HELD_OFFER]
        for fee in range(book.fee_ptr[offer], book.fee_ptr[offer + 1]):
            days = fee_days(book.fees, fee, held[HELD_FIRST], held[HELD_END], held[HELD_BEGINS])
            if days <= 0:
                continue
            amount = fee_amount(book.fees, fee, days, book.cycle_days)
            if amount == TOO_LARGE:
                return -1
            if amount == 0:
                continue
            item = book.fees[fee, FEE_ITEM]
            count = add_line(lines, count, held[HELD_ACCOUNT], item, KIND_FEE, offer, days, 1, amount)
            if count < 0:
                return -1
    return count
