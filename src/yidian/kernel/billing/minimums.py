"""The least a subscriber pays (低消): the highest of its offers, by days (§8.3)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio, total
from yidian.kernel.billing.layout import (
    HELD_ACCOUNT,
    HELD_AGE,
    HELD_FIRST,
    HELD_OFFER,
    KIND_MINIMUM,
    LEAST_AMOUNT,
    LEAST_DURING,
    LEAST_FREE,
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
from yidian.kernel.billing.states import days_of
from yidian.kernel.money.rounding import HALF_UP


def least(book: Book, row: int, days: int) -> int:
    """Micro-units of a minimum row for so many days, half up to the minor unit; TOO_LARGE if it leaves the bounds."""
    minor = ratio(book.minimums[row, LEAST_AMOUNT], days, book.cycle_days * book.micro_per_minor, HALF_UP)
    if minor == TOO_LARGE:
        return TOO_LARGE
    return ratio(minor, book.micro_per_minor, 1, HALF_UP)


def least_days(book: Book, charges: Charges, subscriber: int, at: int, row: int) -> int:
    """Days for which holding row `at` owes a minimum row; 0: it owes none."""
    if book.least_levels[row, charges.grade[subscriber]] == 0:
        return 0
    if charges.held[at, HELD_AGE] < book.minimums[row, LEAST_FREE]:
        return 0
    if (
        book.minimums[row, LEAST_FROM] > charges.held[at, HELD_FIRST]
        or charges.held[at, HELD_FIRST] >= book.minimums[row, LEAST_TO]
    ):
        return 0
    days, _ = days_of(book, charges, subscriber, at, book.minimums[row, LEAST_DURING], 0, book.cycle_days)
    return days


def add_minimum(
    book: Book, charges: Charges, subscriber: int, lines: Table, begin: int, end: int, rows: Table, used: int
) -> int:
    """Book what lines[begin:end], after discounts, lack to the subscriber's highest minimum. Rows used; -1."""
    highest, counted = 0, 0
    held_at, row_at = NONE, NONE
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        offer = charges.held[at, HELD_OFFER]
        for row in range(book.minimum_ptr[offer], book.minimum_ptr[offer + 1]):
            days = least_days(book, charges, subscriber, at, row)
            if days > 0:
                amount = least(book, row, days)
                if amount == TOO_LARGE:
                    return -1
                if amount > highest:
                    highest, counted = amount, days
                    held_at, row_at = at, row
    if row_at == NONE:
        return used
    sum_of_lines = 0
    for at in range(begin, end):
        sum_of_lines = total(sum_of_lines, lines[at, LINE_LEFT])
        if sum_of_lines == TOO_LARGE:
            return -1
    lack = total(highest, -sum_of_lines)
    if lack == TOO_LARGE:
        return -1
    if lack <= 0:
        return used
    return write_row(
        book, rows, used, charges.held[held_at, HELD_ACCOUNT], subscriber, KIND_MINIMUM,
        book.minimums[row_at, LEAST_ITEM], NONE,
        charges.held[held_at, HELD_OFFER], NONE, counted, 1, lack,
    )  # fmt: skip
