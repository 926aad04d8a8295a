"""The least a subscriber pays (低消): the highest of its offers, by days (§8.3)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio, total
from yidian.kernel.billing.layout import (
    HELD_ACCOUNT,
    HELD_END,
    HELD_FIRST,
    HELD_OFFER,
    KIND_MINIMUM,
    LEAST_AMOUNT,
    LEAST_FROM,
    LEAST_ITEM,
    LEAST_TO,
    LINE_LEFT,
    NONE,
    Book,
    Charges,
    Table,
)
from yidian.kernel.billing.lines import write_row
from yidian.kernel.money.rounding import HALF_UP


def least(book: Book, row: int, days: int) -> int:
    """Micro-units of a minimum row for so many days, half up to the minor unit; TOO_LARGE if it leaves the bounds."""
    minor = ratio(book.minimums[row, LEAST_AMOUNT], days, book.cycle_days * book.micro_per_minor, HALF_UP)
    if minor == TOO_LARGE:
        return TOO_LARGE
    return ratio(minor, book.micro_per_minor, 1, HALF_UP)


def add_minimum(book: Book, charges: Charges, subscriber: int, lines: Table, count: int, rows: Table, used: int) -> int:
    """Book what a subscriber's lines, after discounts, lack to its highest minimum. Rows used; -1: too large."""
    highest = 0
    held_at, row_at = NONE, NONE
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        held = charges.held[at]
        offer = held[HELD_OFFER]
        for row in range(book.minimum_ptr[offer], book.minimum_ptr[offer + 1]):
            if book.minimums[row, LEAST_FROM] <= held[HELD_FIRST] and held[HELD_FIRST] < book.minimums[row, LEAST_TO]:
                amount = least(book, row, held[HELD_END] - held[HELD_FIRST])
                if amount == TOO_LARGE:
                    return -1
                if amount > highest:
                    highest = amount
                    held_at, row_at = at, row
    if row_at == NONE:
        return used
    sum_of_lines = 0
    for at in range(count):
        sum_of_lines = total(sum_of_lines, lines[at, LINE_LEFT])
        if sum_of_lines == TOO_LARGE:
            return -1
    lack = total(highest, -sum_of_lines)
    if lack == TOO_LARGE:
        return -1
    if lack <= 0:
        return used
    held = charges.held[held_at]
    return write_row(
        book, rows, used, held[HELD_ACCOUNT], subscriber, KIND_MINIMUM, book.minimums[row_at, LEAST_ITEM], NONE,
        held[HELD_OFFER], NONE, held[HELD_END] - held[HELD_FIRST], 1, lack,
    )  # fmt: skip
