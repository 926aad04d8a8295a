"""Discounts of a subscriber, each on what the former ones left, shared over the items they name (§8.2)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, quotient, ratio, total
from yidian.kernel.billing.layout import (
    CUT_AMOUNT,
    CUT_CODE,
    CUT_FROM,
    CUT_ITEM,
    CUT_OFFER,
    CUT_RANK,
    CUT_RATE,
    CUT_THRESHOLD,
    CUT_TO,
    HELD_FIRST,
    HELD_OFFER,
    KIND_DISCOUNT,
    LINE_ACCOUNT,
    LINE_ITEM,
    LINE_LEFT,
    ROW_MINOR,
    Book,
    Charges,
    Desk,
    Ints,
    Table,
)
from yidian.kernel.billing.lines import write_row
from yidian.kernel.money.rounding import HALF_UP, divide

MILLION = 1_000_000


def share(whole: int, weights: Ints, count: int, parts: Ints, rests: Ints) -> None:
    """Split `whole` by non-negative weights; what is left over goes to the largest remainders, first come first.

    0 ≤ whole ≤ sum of weights; the parts add up to the whole and none is larger than its weight.
    """
    sum_of_weights = 0
    for at in range(count):
        sum_of_weights += weights[at]
    over = whole
    for at in range(count):
        part, rest = quotient(whole, weights[at], sum_of_weights)
        parts[at] = part
        rests[at] = rest
        over -= part
    while over > 0:
        best = 0
        for at in range(1, count):
            if rests[at] > rests[best]:
                best = at
        parts[best] += 1
        rests[best] = -1
        over -= 1


def choose(book: Book, charges: Charges, subscriber: int, chosen: Ints) -> int:
    """The discount rows a subscriber's holdings bring, in order, each code once. Returns how many."""
    count = 0
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        offer = charges.held[at, HELD_OFFER]
        first = charges.held[at, HELD_FIRST]
        for row in range(book.discount_ptr[offer], book.discount_ptr[offer + 1]):
            if book.discounts[row, CUT_FROM] <= first and first < book.discounts[row, CUT_TO]:
                place = count
                while place > 0 and book.discounts[chosen[place - 1], CUT_RANK] > book.discounts[row, CUT_RANK]:
                    chosen[place] = chosen[place - 1]
                    place -= 1
                chosen[place] = row
                count += 1
    kept = 0
    for at in range(count):
        seen = False
        for earlier in range(kept):
            if book.discounts[chosen[earlier], CUT_CODE] == book.discounts[chosen[at], CUT_CODE]:
                seen = True
        if not seen:
            chosen[kept] = chosen[at]
            kept += 1
    return kept


def reduction(book: Book, row: int, lines: Table, count: int) -> int:
    """Micro-units one discount takes from what is left of its items; 0: none; TOO_LARGE: the sum is."""
    base = 0
    positive = 0  # what the shares are taken of: larger than the base where some lines are credits
    for at in range(count):
        left = lines[at, LINE_LEFT]
        positive = total(positive, left if left > 0 else 0)
        if book.listed[row, lines[at, LINE_ITEM]] == 1:
            base = total(base, left)
        if base == TOO_LARGE or positive == TOO_LARGE:
            return TOO_LARGE
    if base <= 0 or base < book.discounts[row, CUT_THRESHOLD]:
        return 0
    rate = book.discounts[row, CUT_RATE]
    taken = ratio(base, rate, MILLION, HALF_UP) if rate > 0 else book.discounts[row, CUT_AMOUNT]
    return base if taken > base else taken


def share_over_items(book: Book, row: int, lines: Table, count: int, taken: int, desk: Desk) -> int:
    """Share a reduction over the items named, by what is left of each; parts into desk.item_parts, one per item met."""
    items = 0
    at = 0
    while at < count:
        item = lines[at, LINE_ITEM]
        left = 0
        while at < count and lines[at, LINE_ITEM] == item:
            left += lines[at, LINE_LEFT]
            at += 1
        desk.weights[items] = left if left > 0 and book.listed[row, item] == 1 else 0
        items += 1
    share(taken, desk.weights, items, desk.item_parts, desk.rests)
    return items


def book_reduction(
    book: Book, row: int, subscriber: int, lines: Table, count: int, taken: int, desk: Desk, rows: Table, used: int
) -> int:
    """Book a reduction on the accounts whose lines it reduces: an item's part over its accounts. Rows used.

    Minor units telescope over the parts, so that they sum to the reduction as it is rounded whole.
    """
    share_over_items(book, row, lines, count, taken, desk)
    booked = 0
    item_at = 0
    begin = 0
    while begin < count:
        end = begin
        while end < count and lines[end, LINE_ITEM] == lines[begin, LINE_ITEM]:
            left = lines[end, LINE_LEFT]
            desk.weights[end - begin] = left if left > 0 else 0
            end += 1
        part = desk.item_parts[item_at]
        item_at += 1
        if part > 0:
            share(part, desk.weights, end - begin, desk.parts, desk.rests)
            for at in range(begin, end):
                taken_here = desk.parts[at - begin]
                if taken_here > 0:
                    lines[at, LINE_LEFT] -= taken_here
                    used = write_row(
                        book, rows, used, lines[at, LINE_ACCOUNT], subscriber, KIND_DISCOUNT,
                        book.discounts[row, CUT_ITEM], lines[at, LINE_ITEM], book.discounts[row, CUT_OFFER],
                        book.discounts[row, CUT_CODE], 0, 1, -taken_here,
                    )  # fmt: skip
                    upto = divide(-booked - taken_here, book.micro_per_minor, book.bill_rounding)
                    rows[used - 1, ROW_MINOR] = upto - divide(-booked, book.micro_per_minor, book.bill_rounding)
                    booked += taken_here
        begin = end
    return used


def add_discounts(
    book: Book, charges: Charges, subscriber: int, lines: Table, count: int, desk: Desk, rows: Table, used: int
) -> int:
    """Apply every discount of a subscriber in its order. Rows used; -1: an amount is too large."""
    for at in range(choose(book, charges, subscriber, desk.chosen)):
        row = desk.chosen[at]
        taken = reduction(book, row, lines, count)
        if taken == TOO_LARGE:
            return -1
        if taken > 0:
            used = book_reduction(book, row, subscriber, lines, count, taken, desk, rows, used)
    return used
