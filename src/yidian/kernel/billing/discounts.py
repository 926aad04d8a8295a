"""Discounts of a unit's subscribers, each on what the former ones left, shared over the items they name (§8.2)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio, total
from yidian.kernel.billing.layout import (
    CUT_AMOUNT,
    CUT_CAP,
    CUT_CODE,
    CUT_CYCLES,
    CUT_FROM,
    CUT_ITEM,
    CUT_NEEDS,
    CUT_NEEDS_END,
    CUT_OFFER,
    CUT_RANK,
    CUT_RATE,
    CUT_SCOPE,
    CUT_THRESHOLD,
    CUT_TO,
    HELD_AGE,
    HELD_FIRST,
    HELD_OFFER,
    KIND_DISCOUNT,
    LINE_ACCOUNT,
    LINE_ITEM,
    LINE_LEFT,
    LINE_MINOR,
    LINE_SUBSCRIBER,
    ROW_MINOR,
    SCOPE_ACCOUNT,
    SCOPE_UNIT,
    Book,
    Charges,
    Desk,
    Table,
)
from yidian.kernel.billing.lines import write_row
from yidian.kernel.billing.sharing import share
from yidian.kernel.money.rounding import HALF_UP, divide

MILLION = 1_000_000


def stamp_offers(charges: Charges, unit: int, desk: Desk) -> None:
    """Leave the unit's mark on each offer that a member holds at some time of the cycle."""
    for place in range(charges.unit_ptr[unit], charges.unit_ptr[unit + 1]):
        subscriber = charges.members[place]
        for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
            desk.stamps[charges.held[at, HELD_OFFER]] = unit + 1


def counts(book: Book, row: int, unit: int, grade: int, first: int, age: int, desk: Desk) -> bool:
    """Whether a discount row reaches a holding: in force, first months, grade of the customer, bundle of the unit."""
    if book.discounts[row, CUT_FROM] > first or first >= book.discounts[row, CUT_TO]:
        return False
    if book.discounts[row, CUT_CYCLES] > 0 and age >= book.discounts[row, CUT_CYCLES]:
        return False
    if book.levels[row, grade] == 0:
        return False
    for need in range(book.discounts[row, CUT_NEEDS], book.discounts[row, CUT_NEEDS_END]):
        if desk.stamps[book.needs[need]] != unit + 1:
            return False
    return True


def choose(book: Book, charges: Charges, unit: int, subscriber: int, member: int, desk: Desk, begin: int) -> int:
    """Put the discount rows that a subscriber's holdings bring behind desk.chosen[:begin], in order, each code once;
    without those of scope account, whose turn comes later.

    Returns how many are chosen in all.
    """
    chosen = desk.chosen
    count = begin
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        offer = charges.held[at, HELD_OFFER]
        for row in range(book.discount_ptr[offer], book.discount_ptr[offer + 1]):
            if book.discounts[row, CUT_SCOPE] != SCOPE_ACCOUNT and counts(
                book, row, unit, charges.grade[subscriber], charges.held[at, HELD_FIRST], charges.held[at, HELD_AGE],
                desk,
            ):  # fmt: skip
                place = count
                while place > begin and book.discounts[chosen[place - 1], CUT_RANK] > book.discounts[row, CUT_RANK]:
                    chosen[place] = chosen[place - 1]
                    place -= 1
                chosen[place] = row
                count += 1
    kept = begin
    for at in range(begin, count):
        seen = False
        for earlier in range(begin, kept):
            if book.discounts[chosen[earlier], CUT_CODE] == book.discounts[chosen[at], CUT_CODE]:
                seen = True
        if not seen:
            chosen[kept] = chosen[at]
            desk.chosen_by[kept] = member
            kept += 1
    return kept


def in_order_of_unit(book: Book, desk: Desk, count: int) -> int:
    """Order what all members bring by (rank, member); of the rows of scope unit each code once. How many are left."""
    chosen, by = desk.chosen, desk.chosen_by
    for at in range(1, count):
        row, member = chosen[at], by[at]
        place = at
        while place > 0 and book.discounts[chosen[place - 1], CUT_RANK] > book.discounts[row, CUT_RANK]:
            chosen[place] = chosen[place - 1]
            by[place] = by[place - 1]
            place -= 1
        chosen[place] = row
        by[place] = member
    kept = 0
    for at in range(count):
        row = chosen[at]
        seen = False
        if book.discounts[row, CUT_SCOPE] == SCOPE_UNIT:
            for earlier in range(kept):
                other = chosen[earlier]
                if (
                    book.discounts[other, CUT_SCOPE] == SCOPE_UNIT
                    and book.discounts[other, CUT_CODE] == book.discounts[row, CUT_CODE]
                ):
                    seen = True
        if not seen:
            chosen[kept] = row
            by[kept] = by[at]
            kept += 1
    return kept


def find_lines(book: Book, row: int, desk: Desk, begin: int, end: int, members: int) -> int:
    """Put the lines in [begin, end) that a discount names into desk.order, by item; how many. Within a member they lie
    in that order already."""
    lines = desk.lines
    found = 0
    if members == 1:
        for at in range(begin, end):
            if book.listed[row, lines[at, LINE_ITEM]] == 1:
                desk.order[found] = at
                found += 1
        return found
    for item in range(book.listed.shape[1]):
        if book.listed[row, item] == 1:
            for at in range(begin, end):
                if lines[at, LINE_ITEM] == item:
                    desk.order[found] = at
                    found += 1
    return found


def reduction(book: Book, row: int, desk: Desk, count: int) -> int:
    """Micro-units one discount takes from what is left of its lines; 0: none; TOO_LARGE: the sum is."""
    base = 0
    positive = 0  # what the shares are taken of: larger than the base where some lines are credits
    for place in range(count):
        left = desk.lines[desk.order[place], LINE_LEFT]
        positive = total(positive, left if left > 0 else 0)
        base = total(base, left)
        if base == TOO_LARGE or positive == TOO_LARGE:
            return TOO_LARGE
    if base <= 0 or base < book.discounts[row, CUT_THRESHOLD]:
        return 0
    if book.discounts[row, CUT_CAP] > 0:
        return base - book.discounts[row, CUT_CAP] if base > book.discounts[row, CUT_CAP] else 0
    rate = book.discounts[row, CUT_RATE]
    taken = ratio(base, rate, MILLION, HALF_UP) if rate > 0 else book.discounts[row, CUT_AMOUNT]
    return base if taken > base else taken


def share_over_items(desk: Desk, count: int, taken: int) -> int:
    """Share a reduction over the items named, by what is left of each; parts into desk.item_parts, one per item met."""
    items = 0
    at = 0
    while at < count:
        item = desk.lines[desk.order[at], LINE_ITEM]
        left = 0
        while at < count and desk.lines[desk.order[at], LINE_ITEM] == item:
            left += desk.lines[desk.order[at], LINE_LEFT]
            at += 1
        desk.weights[items] = left if left > 0 else 0
        items += 1
    share(taken, desk.weights, items, desk.item_parts, desk.rests)
    return items


def above_cap(book: Book, row: int, desk: Desk, count: int) -> int:
    """Minor units by which the lines of a cap, as they stand on the bill, are above it."""
    stands = 0
    for place in range(count):
        stands += desk.lines[desk.order[place], LINE_MINOR]
    most = book.discounts[row, CUT_CAP] // book.micro_per_minor
    return stands - most if stands > most else 0


def book_reduction(book: Book, row: int, desk: Desk, count: int, taken: int, rows: Table, used: int) -> int:
    """Book a reduction on the accounts whose lines it reduces: an item's part over its lines. Rows used.

    Minor units telescope over the parts, so that they sum to the reduction as it is rounded whole; what lines that are
    rounded each are then above a cap, its largest part takes too.
    """
    lines = desk.lines
    share_over_items(desk, count, taken)
    booked = 0
    largest, largest_row, largest_line = 0, 0, 0
    item_at = 0
    begin = 0
    while begin < count:
        end = begin
        while end < count and lines[desk.order[end], LINE_ITEM] == lines[desk.order[begin], LINE_ITEM]:
            left = lines[desk.order[end], LINE_LEFT]
            desk.weights[end - begin] = left if left > 0 else 0
            end += 1
        part = desk.item_parts[item_at]
        item_at += 1
        if part > 0:
            share(part, desk.weights, end - begin, desk.parts, desk.rests)
            for place in range(begin, end):
                at = desk.order[place]
                taken_here = desk.parts[place - begin]
                if taken_here > 0:
                    lines[at, LINE_LEFT] -= taken_here
                    used = write_row(
                        book, rows, used, lines[at, LINE_ACCOUNT], lines[at, LINE_SUBSCRIBER], KIND_DISCOUNT,
                        book.discounts[row, CUT_ITEM], lines[at, LINE_ITEM], book.discounts[row, CUT_OFFER],
                        book.discounts[row, CUT_CODE], 0, 1, -taken_here,
                    )  # fmt: skip
                    upto = divide(-booked - taken_here, book.micro_per_minor, book.bill_rounding)
                    rows[used - 1, ROW_MINOR] = upto - divide(-booked, book.micro_per_minor, book.bill_rounding)
                    lines[at, LINE_MINOR] += rows[used - 1, ROW_MINOR]
                    booked += taken_here
                    if taken_here > largest:
                        largest, largest_row, largest_line = taken_here, used - 1, at
        begin = end
    if book.discounts[row, CUT_CAP] > 0:
        above = above_cap(book, row, desk, count)
        rows[largest_row, ROW_MINOR] -= above
        lines[largest_line, LINE_MINOR] -= above
    return used


def apply(
    book: Book, row: int, desk: Desk, begin: int, end: int, members: int, rows: Table, used: int
) -> int:  # fmt: skip
    """One discount on the lines [begin, end). Rows used; -1: an amount is too large."""
    count = find_lines(book, row, desk, begin, end, members)
    taken = reduction(book, row, desk, count)
    if taken == TOO_LARGE:
        return -1
    return book_reduction(book, row, desk, count, taken, rows, used) if taken > 0 else used


def add_discounts(book: Book, charges: Charges, unit: int, desk: Desk, rows: Table, used: int) -> int:
    """Apply every discount of a unit's members in its order. Rows used; -1: an amount is too large."""
    first = charges.unit_ptr[unit]
    members = charges.unit_ptr[unit + 1] - first
    if len(book.needs) > 0:
        stamp_offers(charges, unit, desk)
    together = members > 1 and book.unit_cuts > 0
    count = 0
    for member in range(members):
        begin = count if together else 0
        count = choose(book, charges, unit, charges.members[first + member], member, desk, begin)
        if not together:
            for at in range(count):
                lines = desk.begins[member], desk.begins[member + 1]
                used = apply(book, desk.chosen[at], desk, lines[0], lines[1], 1, rows, used)
                if used < 0:
                    return -1
    if together:
        for at in range(in_order_of_unit(book, desk, count)):
            row, member = desk.chosen[at], desk.chosen_by[at]
            if book.discounts[row, CUT_SCOPE] == SCOPE_UNIT:
                used = apply(book, row, desk, desk.begins[0], desk.begins[members], members, rows, used)
            else:
                used = apply(book, row, desk, desk.begins[member], desk.begins[member + 1], 1, rows, used)
            if used < 0:
                return -1
    return used
