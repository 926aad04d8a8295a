"""The lines of one subscriber and the rows of a bill: adding, merging, rounding to the minor unit."""

from __future__ import annotations

from yidian.kernel.billing.exact import LIMIT, TOO_LARGE, total
from yidian.kernel.billing.layout import (
    LINE_ACCOUNT,
    LINE_AMOUNT,
    LINE_EVENTS,
    LINE_ITEM,
    LINE_KIND,
    LINE_LEFT,
    LINE_OFFER,
    LINE_QUANTITY,
    LINE_SUBSCRIBER,
    LINE_WIDTH,
    ROW_ACCOUNT,
    ROW_CLASS,
    ROW_CODE,
    ROW_EVENTS,
    ROW_ITEM,
    ROW_KIND,
    ROW_MICRO,
    ROW_MINOR,
    ROW_OF_ITEM,
    ROW_OFFER,
    ROW_QUANTITY,
    ROW_SUBSCRIBER,
    Book,
    Table,
)
from yidian.kernel.money.rounding import divide


def before(lines: Table, at: int, item: int, account: int, kind: int, offer: int) -> bool:
    """Does line `at` come before (item, account, kind, offer)?"""
    if lines[at, LINE_ITEM] != item:
        return bool(lines[at, LINE_ITEM] < item)
    if lines[at, LINE_ACCOUNT] != account:
        return bool(lines[at, LINE_ACCOUNT] < account)
    if lines[at, LINE_KIND] != kind:
        return bool(lines[at, LINE_KIND] < kind)
    return bool(lines[at, LINE_OFFER] < offer)


def add_line(
    lines: Table, begin: int, count: int, subscriber: int, account: int, item: int, kind: int, offer: int,
    quantity: int, events: int, amount: int,
) -> int:  # fmt: skip
    """Add an amount to the line of (item, account, kind, offer) of lines[begin:count], or put one in its place.

    The new `count`; -1: an amount is too large.
    """
    at = count
    while at > begin and not before(lines, at - 1, item, account, kind, offer):
        at -= 1
    if (
        at < count
        and lines[at, LINE_ITEM] == item
        and lines[at, LINE_ACCOUNT] == account
        and lines[at, LINE_KIND] == kind
        and lines[at, LINE_OFFER] == offer
    ):
        lines[at, LINE_AMOUNT] = total(lines[at, LINE_AMOUNT], amount)
        lines[at, LINE_QUANTITY] = total(lines[at, LINE_QUANTITY], quantity)
        lines[at, LINE_EVENTS] = total(lines[at, LINE_EVENTS], events)
        lines[at, LINE_LEFT] = lines[at, LINE_AMOUNT]
        if lines[at, LINE_AMOUNT] == TOO_LARGE or lines[at, LINE_QUANTITY] == TOO_LARGE:
            return -1
        return count
    if amount > LIMIT or amount < -LIMIT or quantity > LIMIT or quantity < -LIMIT:
        return -1
    for row in range(count, at, -1):
        for column in range(LINE_WIDTH):
            lines[row, column] = lines[row - 1, column]
    lines[at, LINE_ACCOUNT] = account
    lines[at, LINE_ITEM] = item
    lines[at, LINE_KIND] = kind
    lines[at, LINE_OFFER] = offer
    lines[at, LINE_QUANTITY] = quantity
    lines[at, LINE_EVENTS] = events
    lines[at, LINE_AMOUNT] = amount
    lines[at, LINE_LEFT] = amount
    lines[at, LINE_SUBSCRIBER] = subscriber
    return count + 1


def write_row(
    book: Book, rows: Table, at: int, account: int, subscriber: int, kind: int, item: int, of_item: int, offer: int,
    code: int, quantity: int, events: int, micro: int,
) -> int:  # fmt: skip
    """Write one bill item, rounded to the minor unit; the tax class is that of the item, or of the item it reduces."""
    rows[at, ROW_ACCOUNT] = account
    rows[at, ROW_SUBSCRIBER] = subscriber
    rows[at, ROW_KIND] = kind
    rows[at, ROW_ITEM] = item
    rows[at, ROW_OF_ITEM] = of_item
    rows[at, ROW_OFFER] = offer
    rows[at, ROW_CODE] = code
    rows[at, ROW_QUANTITY] = quantity
    rows[at, ROW_EVENTS] = events
    rows[at, ROW_MICRO] = micro
    rows[at, ROW_MINOR] = divide(micro, book.micro_per_minor, book.bill_rounding)
    rows[at, ROW_CLASS] = book.item_class[of_item if of_item >= 0 else item]
    return at + 1
