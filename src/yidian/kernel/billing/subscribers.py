"""The bill items of rating units, one after another: usage and fees, who pays, discounts, minimum (the order of §8)."""

from __future__ import annotations

from yidian.kernel.billing.discounts import add_discounts
from yidian.kernel.billing.fees import add_fees
from yidian.kernel.billing.layout import (
    KIND_USAGE,
    LINE_ACCOUNT,
    LINE_AMOUNT,
    LINE_EVENTS,
    LINE_ITEM,
    LINE_KIND,
    LINE_MINOR,
    LINE_OFFER,
    LINE_QUANTITY,
    NONE,
    ROW_MINOR,
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
from yidian.kernel.billing.payers import settle


def add_usage(charges: Charges, subscriber: int, lines: Table, begin: int) -> int:
    """The usage lines of a subscriber from line `begin` on. Where they end; -1: an amount is too large."""
    count = begin
    for at in range(charges.usage_ptr[subscriber], charges.usage_ptr[subscriber + 1]):
        count = add_line(
            lines, begin, count, subscriber, charges.usage[at, USE_ACCOUNT], charges.usage[at, USE_ITEM],
            KIND_USAGE, NONE, charges.usage[at, USE_QUANTITY],
            charges.usage[at, USE_EVENTS], charges.usage[at, USE_AMOUNT],
        )  # fmt: skip
        if count < 0:
            return -1
    return count


def add_charges(book: Book, charges: Charges, subscriber: int, desk: Desk, begin: int) -> int:
    """Usage and fees of a subscriber as lines from `begin` on, by who pays them. Where they end; -1: too large."""
    count = add_usage(charges, subscriber, desk.lines, begin)
    if count >= 0:
        count = add_fees(book, charges, subscriber, desk, begin, count)
    if count >= 0:
        count = settle(charges, subscriber, desk, begin, count)
    return count


def bill_unit(book: Book, charges: Charges, unit: int, desk: Desk, rows: Table, used: int) -> int:
    """Write the bill items of a unit's members from row `used` on. Rows used; -1: an amount is too large."""
    lines = desk.lines
    first = charges.unit_ptr[unit]
    members = charges.unit_ptr[unit + 1] - first
    count = 0
    for member in range(members):
        desk.begins[member] = count
        count = add_charges(book, charges, charges.members[first + member], desk, count)
        if count < 0:
            return -1
    desk.begins[members] = count
    for member in range(members):
        for at in range(desk.begins[member], desk.begins[member + 1]):
            used = write_row(
                book, rows, used, lines[at, LINE_ACCOUNT], charges.members[first + member], lines[at, LINE_KIND],
                lines[at, LINE_ITEM], NONE, lines[at, LINE_OFFER], NONE, lines[at, LINE_QUANTITY],
                lines[at, LINE_EVENTS], lines[at, LINE_AMOUNT],
            )  # fmt: skip
            lines[at, LINE_MINOR] = rows[used - 1, ROW_MINOR]
    used = add_discounts(book, charges, unit, desk, rows, used)
    if used < 0:
        return -1
    for member in range(members):
        used = add_minimum(
            book, charges, charges.members[first + member], lines, desk.begins[member], desk.begins[member + 1], rows,
            used,
        )  # fmt: skip
        if used < 0:
            return -1
    return used


def bill_units(
    book: Book, charges: Charges, most_rows: Ints, begin: int, desk: Desk, rows: Table, too_large: Ints
) -> tuple[int, int]:
    """Bill units from `begin` while their rows (at most most_rows[unit]) surely fit. (next unit, rows used).

    A unit of which an amount leaves the bounds has no rows and too_large[subscriber] = 1 for each member.
    """
    used = 0
    unit = begin
    while unit < len(most_rows):
        if used + most_rows[unit] > len(rows):
            break
        after = bill_unit(book, charges, unit, desk, rows, used)
        if after < 0:
            for place in range(charges.unit_ptr[unit], charges.unit_ptr[unit + 1]):
                too_large[charges.members[place]] = 1
        else:
            used = after
        unit += 1
    return unit, used
