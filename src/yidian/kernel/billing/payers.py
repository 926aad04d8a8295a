"""Who pays (帐务定制关系, D4): lines that other accounts have taken upon them (docs/pricing.md §8.1)."""

from __future__ import annotations

from yidian.kernel.billing.exact import ratio
from yidian.kernel.billing.layout import (
    LINE_ACCOUNT,
    LINE_AMOUNT,
    LINE_EVENTS,
    LINE_ITEM,
    LINE_KIND,
    LINE_LEFT,
    LINE_OFFER,
    LINE_QUANTITY,
    LINE_WIDTH,
    MODE_FULL,
    MODE_LIMIT,
    PAYER_ACCOUNT,
    PAYER_ITEMS,
    PAYER_MODE,
    PAYER_VALUE,
    Charges,
    Desk,
)
from yidian.kernel.billing.lines import add_line
from yidian.kernel.money.rounding import HALF_UP

MILLION = 1_000_000


def share_of(amount: int, left: int, before_ppm: int, upto_ppm: int) -> int:
    """The share of a line between two rates: rounded(upto) less rounded(before), at most what is left of it."""
    upto = ratio(amount, upto_ppm, MILLION, HALF_UP)
    before = ratio(amount, before_ppm, MILLION, HALF_UP)
    part = upto - before
    if amount > 0:
        return part if part < left else left
    return part if part > left else left


def take_lines(charges: Charges, row: int, subscriber: int, begin: int, count: int, desk: Desk, moved: int) -> int:
    """What one payer takes of lines[begin:count] goes to desk.moved, of which there are `moved`. New `moved`; -1."""
    lines = desk.lines
    mode = charges.payers[row, PAYER_MODE]
    value = charges.payers[row, PAYER_VALUE]
    items = charges.payers[row, PAYER_ITEMS]
    for at in range(begin, count):
        line = at - begin
        if desk.gone[line] == 1 or charges.payer_items[items, lines[at, LINE_ITEM]] == 0:
            continue
        left = lines[at, LINE_LEFT]
        if mode == MODE_FULL:
            part = left
        elif mode == MODE_LIMIT:
            part = min(left, value) if left > 0 else 0
            value -= part
        else:
            upto = min(desk.rates[line] + value, MILLION)
            part = share_of(lines[at, LINE_AMOUNT], left, desk.rates[line], upto)
            desk.rates[line] = upto
        if part == 0 and mode != MODE_FULL:
            continue
        whole = part == left
        moved = add_line(
            desk.moved, 0, moved, subscriber, charges.payers[row, PAYER_ACCOUNT], lines[at, LINE_ITEM],
            lines[at, LINE_KIND], lines[at, LINE_OFFER], lines[at, LINE_QUANTITY] if whole else 0,
            lines[at, LINE_EVENTS] if whole else 0, part,
        )  # fmt: skip
        if moved < 0:
            return -1
        lines[at, LINE_LEFT] = left - part
        desk.gone[line] = 1 if whole else 0
    return moved


def settle(charges: Charges, subscriber: int, desk: Desk, begin: int, count: int) -> int:
    """Move lines[begin:count] to the accounts that bear them. New count; -1: an amount is too large."""
    if charges.payer_ptr[subscriber] == charges.payer_ptr[subscriber + 1]:
        return count
    lines = desk.lines
    for line in range(count - begin):
        desk.rates[line] = 0
        desk.gone[line] = 0
    moved = 0
    for row in range(charges.payer_ptr[subscriber], charges.payer_ptr[subscriber + 1]):
        moved = take_lines(charges, row, subscriber, begin, count, desk, moved)
        if moved < 0:
            return -1
    kept = begin
    for at in range(begin, count):
        if desk.gone[at - begin] == 0:
            for column in range(LINE_WIDTH):
                lines[kept, column] = lines[at, column]
            lines[kept, LINE_AMOUNT] = lines[kept, LINE_LEFT]
            kept += 1
    for at in range(moved):
        kept = add_line(
            lines, begin, kept, subscriber, desk.moved[at, LINE_ACCOUNT], desk.moved[at, LINE_ITEM],
            desk.moved[at, LINE_KIND], desk.moved[at, LINE_OFFER],
            desk.moved[at, LINE_QUANTITY], desk.moved[at, LINE_EVENTS], desk.moved[at, LINE_AMOUNT],
        )  # fmt: skip
        if kept < 0:
            return -1
    return kept
