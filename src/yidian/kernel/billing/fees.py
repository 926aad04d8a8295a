"""Fees of a cycle: whole, by days, by day price, half, once, on leaving; in advance; in parts (docs/pricing.md §7)."""

from __future__ import annotations

from yidian.kernel.billing.exact import TOO_LARGE, ratio, total
from yidian.kernel.billing.layout import (
    ANY_STATE,
    BY_DAYS,
    BY_TERM,
    CHARGED_LEAVING,
    CHARGED_ONCE,
    DAY_PRICE,
    EACH_LEFT,
    FEE_AMOUNT,
    FEE_CHARGED,
    FEE_DAY_PRICE,
    FEE_DURING,
    FEE_FREE,
    FEE_FROM,
    FEE_ITEM,
    FEE_PARTS,
    FEE_PARTS_END,
    FEE_PRORATION,
    FEE_ROUNDING,
    FEE_TERM,
    FEE_TO,
    FEE_UNIT,
    HALF,
    HALF_AFTER,
    HELD_ACCOUNT,
    HELD_AFTER,
    HELD_AGE,
    HELD_BEFORE,
    HELD_BEGINS,
    HELD_END,
    HELD_FIRST,
    HELD_OFFER,
    HELD_PAYS_NEXT,
    KIND_ADVANCE,
    KIND_FEE,
    KIND_USAGE,
    LINE_AMOUNT,
    LINE_KIND,
    LINE_WIDTH,
    PART_FROM,
    PART_ITEM,
    PART_PRICE,
    PART_TO,
    Book,
    Charges,
    Desk,
    Table,
)
from yidian.kernel.billing.lines import add_line
from yidian.kernel.billing.sharing import share
from yidian.kernel.billing.states import days_of, state_at
from yidian.kernel.money.rounding import HALF_UP


def cycles_left(book: Book, charges: Charges, at: int, fee: int) -> tuple[int, int]:
    """(cycles of its term that come whole after the one in which holding row `at` ends, its last day); none: no fee."""
    last = charges.held[at, HELD_END] - 1
    if charges.held[at, HELD_AFTER] == 1 or last < book.fees[fee, FEE_FROM] or last >= book.fees[fee, FEE_TO]:
        return 0, last
    return book.fees[fee, FEE_TERM] - 1 - charges.held[at, HELD_AGE], last


def fee_days(book: Book, charges: Charges, subscriber: int, at: int, fee: int) -> tuple[int, int]:
    """(days that a fee row charges holding row `at` for, the day that names the row); no days: no fee.

    Of a fee on leaving: cycles that are left of the term.
    """
    fees = book.fees
    if fees[fee, FEE_CHARGED] == CHARGED_LEAVING:
        return cycles_left(book, charges, at, fee)
    first = charges.held[at, HELD_FIRST]
    if charges.held[at, HELD_AGE] < fees[fee, FEE_FREE]:
        return 0, first
    proration = fees[fee, FEE_PRORATION]
    once = fees[fee, FEE_CHARGED] == CHARGED_ONCE
    if not once and proration in (BY_DAYS, DAY_PRICE):
        return days_of(
            book, charges, subscriber, at, fees[fee, FEE_DURING], fees[fee, FEE_FROM], fees[fee, FEE_TO]
        )  # fmt: skip
    days, named = days_of(book, charges, subscriber, at, fees[fee, FEE_DURING], 0, book.cycle_days)
    if once:
        named = first
        if charges.held[at, HELD_BEGINS] != 1:
            days = 0
    if fees[fee, FEE_FROM] <= named and named < fees[fee, FEE_TO]:
        return days, named
    return 0, named


def days_ahead(fees: Table, fee: int, cycle_days: int) -> tuple[int, int]:
    """The same where the holding lasts through a cycle of so many days, always in the state asked for."""
    if fees[fee, FEE_PRORATION] == BY_DAYS or fees[fee, FEE_PRORATION] == DAY_PRICE:
        first = max(0, fees[fee, FEE_FROM])
        return max(0, min(cycle_days, fees[fee, FEE_TO]) - first), first
    in_force = fees[fee, FEE_FROM] <= 0 and fees[fee, FEE_TO] > 0
    return (cycle_days, 0) if in_force else (0, 0)


def fee_amount(fees: Table, at: int, days: int, cycle_days: int, late: int) -> int:
    """Micro-units of a fee row for so many days, rounded as the row says; TOO_LARGE if it leaves the bounds.

    `late`: 1 where the holding begins in the cycle after its 15th day.
    """
    amount = fees[at, FEE_AMOUNT]
    unit = fees[at, FEE_UNIT]
    numerator, parts = 1, 1
    if fees[at, FEE_CHARGED] != CHARGED_ONCE:
        if fees[at, FEE_PRORATION] == BY_DAYS:
            numerator, parts = days, cycle_days
        elif fees[at, FEE_PRORATION] == HALF and late == 1:
            parts = 2
        elif fees[at, FEE_PRORATION] == DAY_PRICE:
            by_day = ratio(fees[at, FEE_DAY_PRICE], days, 1, HALF_UP)
            if by_day != TOO_LARGE and by_day < amount:
                amount = by_day
        elif fees[at, FEE_PRORATION] == EACH_LEFT:
            numerator = days
        elif fees[at, FEE_PRORATION] == BY_TERM:
            numerator, parts = days, fees[at, FEE_TERM]
    units = ratio(amount, numerator, parts * unit, fees[at, FEE_ROUNDING])
    if units == TOO_LARGE:
        return TOO_LARGE
    return ratio(units, unit, 1, HALF_UP)


def parts_of(book: Book, fees: Table, fee: int, named: int, desk: Desk) -> int:
    """Weights of the parts of a fee that are in force on a day; their count. 0: not in parts; -1: too large."""
    count = 0
    whole = 0
    for part in range(fees[fee, FEE_PARTS], fees[fee, FEE_PARTS_END]):
        if book.parts[part, PART_FROM] <= named and named < book.parts[part, PART_TO]:
            desk.weights[count] = book.parts[part, PART_PRICE]
            desk.order[count] = book.parts[part, PART_ITEM]
            whole = total(whole, book.parts[part, PART_PRICE])
            if whole == TOO_LARGE:
                return -1
            count += 1
    return count if whole > 0 else 0


def add_fee(
    book: Book, fees: Table, fee: int, named: int, desk: Desk, begin: int, count: int, subscriber: int, account: int,
    kind: int, offer: int, days: int, sign: int, amount: int,
) -> int:  # fmt: skip
    """Add a fee (with the sign) to the lines, whole or in its parts. New count; -1: an amount is too large."""
    lines = desk.lines
    parts = parts_of(book, fees, fee, named, desk)
    if parts < 0:
        return -1
    if parts == 0:
        return add_line(
            lines, begin, count, subscriber, account, fees[fee, FEE_ITEM], kind, offer, sign * days, sign,
            sign * amount,
        )  # fmt: skip
    unit = fees[fee, FEE_UNIT]
    share(amount // unit, desk.weights, parts, desk.parts, desk.rests)
    for part in range(parts):
        if desk.parts[part] > 0:
            count = add_line(
                lines, begin, count, subscriber, account, desk.order[part], kind, offer, sign * days, sign,
                sign * desk.parts[part] * unit,
            )  # fmt: skip
            if count < 0:
                return -1
    return count


def add_own(book: Book, charges: Charges, subscriber: int, at: int, desk: Desk, begin: int, count: int) -> int:
    """The fees of this cycle that a holding brings. New count; -1: an amount is too large."""
    offer = charges.held[at, HELD_OFFER]
    late = 1 if charges.held[at, HELD_BEGINS] == 1 and charges.held[at, HELD_FIRST] >= HALF_AFTER else 0
    for fee in range(book.fee_ptr[offer], book.fee_ptr[offer + 1]):
        days, named = fee_days(book, charges, subscriber, at, fee)
        if days <= 0:
            continue
        amount = fee_amount(book.fees, fee, days, book.cycle_days, late)
        if amount == TOO_LARGE:
            return -1
        if amount != 0:
            count = add_fee(
                book, book.fees, fee, named, desk, begin, count, subscriber,
                charges.held[at, HELD_ACCOUNT], KIND_FEE, offer, days,
                1, amount,
            )  # fmt: skip
            if count < 0:
                return -1
    return count


def ahead_amount(fees: Table, fee: int, cycle_days: int, age: int, state: int) -> int:
    """What a row asks in advance of a holding of this age, in this state; TOO_LARGE if it leaves the bounds."""
    if age < fees[fee, FEE_FREE] or (fees[fee, FEE_DURING] != ANY_STATE and fees[fee, FEE_DURING] != state):
        return 0
    days, _ = days_ahead(fees, fee, cycle_days)
    return fee_amount(fees, fee, days, cycle_days, 0) if days > 0 else 0


def add_ahead(book: Book, charges: Charges, subscriber: int, at: int, desk: Desk, begin: int, count: int) -> int:
    """The fees of the next cycle, in advance; less those of this one, which the bill before bore. As `add_own`."""
    offer = charges.held[at, HELD_OFFER]
    if charges.held[at, HELD_AFTER] == 1:
        state = state_at(charges, subscriber, book.day_starts[book.cycle_days] - 1)
        for fee in range(book.ahead_ptr[offer], book.ahead_ptr[offer + 1]):
            amount = ahead_amount(book.ahead, fee, book.next_days, charges.held[at, HELD_AGE] + 1, state)
            if amount == TOO_LARGE:
                return -1
            if amount != 0:
                days, named = days_ahead(book.ahead, fee, book.next_days)
                count = add_fee(
                    book, book.ahead, fee, named, desk, begin, count, subscriber,
                    charges.held[at, HELD_PAYS_NEXT], KIND_ADVANCE,
                    offer, days, 1, amount,
                )  # fmt: skip
                if count < 0:
                    return -1
    if charges.held[at, HELD_BEFORE] == 1:
        state = state_at(charges, subscriber, book.day_starts[0] - 1)
        for fee in range(book.borne_ptr[offer], book.borne_ptr[offer + 1]):
            amount = ahead_amount(book.borne, fee, book.cycle_days, charges.held[at, HELD_AGE], state)
            if amount == TOO_LARGE:
                return -1
            if amount != 0:
                days, named = days_ahead(book.borne, fee, book.cycle_days)
                count = add_fee(
                    book, book.borne, fee, named, desk, begin, count, subscriber,
                    charges.held[at, HELD_ACCOUNT], KIND_FEE, offer,
                    days, -1, amount,
                )  # fmt: skip
                if count < 0:
                    return -1
    return count


def without_nothing(lines: Table, begin: int, count: int) -> int:
    """Drop the fees that came to nothing. New count."""
    kept = begin
    for at in range(begin, count):
        if lines[at, LINE_AMOUNT] != 0 or lines[at, LINE_KIND] == KIND_USAGE:
            if kept < at:
                for column in range(LINE_WIDTH):
                    lines[kept, column] = lines[at, column]
            kept += 1
    return kept


def add_fees(book: Book, charges: Charges, subscriber: int, desk: Desk, begin: int, count: int) -> int:
    """Add the fees of every holding of a subscriber to its lines. New count; -1: an amount is too large."""
    in_advance = len(book.ahead) + len(book.borne) > 0
    for at in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
        count = add_own(book, charges, subscriber, at, desk, begin, count)
        if count >= 0 and in_advance:
            count = add_ahead(book, charges, subscriber, at, desk, begin, count)
        if count < 0:
            return -1
    return without_nothing(desk.lines, begin, count) if in_advance else count
