"""The bill items of subscribers, one after another: usage and fees, discounts, minimum (the order of §8)."""

from __future__ import annotations

from yidian.kernel.billing.discounts import add_discounts
from yidian.kernel.billing.fees import add_fees
from yidian.kernel.billing.layout import (
    HELD_OFFER,
    KIND_USAGE,
    LINE_ACCOUNT,
    LINE_AMOUNT,
    LINE_EVENTS,
    LINE_ITEM,
    LINE_KIND,
    LINE_OFFER,
    LINE_QUANTITY,
    NONE,
    USE_ACCOUNT,
    USE_AMOUNT,
    USE_EVENTS,
    USE_ITEM,
    USE_QUANTITY,
    Book,
    Charges,
    Desk,
    Ints,
    Table,
)
from yidian.kernel.billing.lines import add_line, write_row
from yidian.kernel.billing.minimums import add_minimum


def rows_at_most(book: Book, charges: Charges, subscriber: int) -> int:
    """How many bill items a subscriber can get: each line, each line reduced by each discount, and a minimum."""
    lines = charges.usage_ptr[subscriber + 1] - charges.usage_ptr[subscriber]
    cuts = 0
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        offer = charges.held[at, HELD_OFFER]
        lines += book.fee_ptr[offer + 1] - book.fee_ptr[offer]
        cuts += book.discount_ptr[offer + 1] - book.discount_ptr[offer]
    return int(lines * (1 + cuts) + 1)


def add_usage(charges: Charges, subscriber: int, lines: Table) -> int:
    """The usage lines of a subscriber. Their count; -1: an amount is too large."""
    count = 0
    for at in range(charges.usage_ptr[subscriber], charges.usage_ptr[subscriber + 1]):
        used = charges.usage[at]
        count = add_line(
            lines, count, used[USE_ACCOUNT], used[USE_ITEM], KIND_USAGE, NONE, used[USE_QUANTITY], used[USE_EVENTS],
            used[USE_AMOUNT],
        )  # fmt: skip
        if count < 0:
            return -1
    return count


def bill_subscriber(book: Book, charges: Charges, subscriber: int, desk: Desk, rows: Table, used: int) -> int:
    """Write the bill items of one subscriber from row `used` on. Rows used; -1: an amount is too large."""
    lines = desk.lines
    count = add_usage(charges, subscriber, lines)
    if count < 0:
        return -1
    count = add_fees(book, charges, subscriber, lines, count)
    if count < 0:
        return -1
    for at in range(count):
        used = write_row(
            book, rows, used, lines[at, LINE_ACCOUNT], subscriber, lines[at, LINE_KIND], lines[at, LINE_ITEM], NONE,
            lines[at, LINE_OFFER], NONE, lines[at, LINE_QUANTITY], lines[at, LINE_EVENTS], lines[at, LINE_AMOUNT],
        )  # fmt: skip
    used = add_discounts(book, charges, subscriber, lines, count, desk, rows, used)
    if used < 0:
        return -1
    return add_minimum(book, charges, subscriber, lines, count, rows, used)


def bill_subscribers(
    book: Book, charges: Charges, begin: int, desk: Desk, rows: Table, too_large: Ints
) -> tuple[int, int]:
    """Bill subscribers from `begin` while their rows surely fit. (next subscriber, rows used).

    A subscriber whose amounts leave the bounds gets too_large[subscriber] = 1 and no rows.
    """
    used = 0
    subscriber = begin
    while subscriber < len(too_large):
        if used + rows_at_most(book, charges, subscriber) > len(rows):
            break
        after = bill_subscriber(book, charges, subscriber, desk, rows, used)
        if after < 0:
            too_large[subscriber] = 1
        else:
            used = after
        subscriber += 1
    return subscriber, used
