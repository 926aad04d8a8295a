"""Discounts of whole accounts, on what the discounts of units have left on them (docs/pricing.md §8.2)."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.book import BillingBook
from yidian.kernel.billing.desks import desk_for
from yidian.kernel.billing.discounts import apply, counts, stamp_offers
from yidian.kernel.billing.exact import TOO_LARGE, total
from yidian.kernel.billing.layout import (
    BROUGHT_ACCOUNT,
    BROUGHT_ROW,
    CUT_SCOPE,
    HELD_ACCOUNT,
    HELD_AGE,
    HELD_FIRST,
    HELD_OFFER,
    LINE_ACCOUNT,
    LINE_ITEM,
    LINE_LEFT,
    LINE_MINOR,
    LINE_SUBSCRIBER,
    NONE,
    ROW_ACCOUNT,
    ROW_ITEM,
    ROW_MICRO,
    ROW_MINOR,
    ROW_OF_ITEM,
    ROW_SUBSCRIBER,
    SCOPE_ACCOUNT,
    Book,
    Charges,
    Desk,
    Ints,
    Table,
)


def bring(book: Book, charges: Charges, desk: Desk, brought: Table) -> int:
    """Write every row of scope account that a holding brings, with the account that pays for it; how many."""
    count = 0
    for unit in range(len(charges.unit_ptr) - 1):
        if len(book.needs) > 0:
            stamp_offers(charges, unit, desk)
        for place in range(charges.unit_ptr[unit], charges.unit_ptr[unit + 1]):
            subscriber = charges.members[place]
            for held in range(charges.held_ptr[subscriber], charges.held_ptr[subscriber + 1]):
                offer = charges.held[held, HELD_OFFER]
                for row in range(book.discount_ptr[offer], book.discount_ptr[offer + 1]):
                    if book.discounts[row, CUT_SCOPE] == SCOPE_ACCOUNT and counts(
                        book, row, unit, charges.grade[subscriber], charges.held[held, HELD_FIRST],
                        charges.held[held, HELD_AGE], desk,
                    ):  # fmt: skip
                        brought[count, BROUGHT_ACCOUNT] = charges.held[held, HELD_ACCOUNT]
                        brought[count, BROUGHT_ROW] = row
                        count += 1
    return count


def lines_of(rows: Table, begin: int, end: int, desk: Desk) -> int:
    """What rows[begin:end] of one account leave of each item of each subscriber, in their order, as lines of the desk.
    How many; -1: an amount is too large."""
    lines = desk.lines
    count = 0
    for row in range(begin, end):
        item = rows[row, ROW_OF_ITEM] if rows[row, ROW_OF_ITEM] != NONE else rows[row, ROW_ITEM]
        if (
            count == 0
            or lines[count - 1, LINE_ITEM] != item
            or lines[count - 1, LINE_SUBSCRIBER] != rows[row, ROW_SUBSCRIBER]
        ):
            lines[count, LINE_ACCOUNT] = rows[row, ROW_ACCOUNT]
            lines[count, LINE_SUBSCRIBER] = rows[row, ROW_SUBSCRIBER]
            lines[count, LINE_ITEM] = item
            lines[count, LINE_LEFT] = 0
            lines[count, LINE_MINOR] = 0
            count += 1
        left = total(lines[count - 1, LINE_LEFT], rows[row, ROW_MICRO])
        if left == TOO_LARGE:
            return -1
        lines[count - 1, LINE_LEFT] = left
        lines[count - 1, LINE_MINOR] += rows[row, ROW_MINOR]
    return count


def reduce_accounts(
    book: Book, rows: Table, row_ptr: Ints, brought: Table, brought_ptr: Ints, desk: Desk, out: Table, too_large: Ints
) -> int:
    """Write what the discounts brought to each account take from its rows. Rows of `out` used.

    An account of which an amount leaves the bounds has none and too_large[account] = 1.
    """
    used = 0
    for place in range(len(row_ptr) - 1):
        account = rows[row_ptr[place], ROW_ACCOUNT]
        before = used
        count = lines_of(rows, row_ptr[place], row_ptr[place + 1], desk)
        for cut in range(brought_ptr[place], brought_ptr[place + 1]):
            if count >= 0:
                after = apply(book, brought[cut, BROUGHT_ROW], desk, 0, count, 1, out, used)
                if after < 0:
                    count = -1
                else:
                    used = after
        if count < 0:
            too_large[account] = 1
            used = before
    return used


def with_accounts(
    book: BillingBook, charges: Charges, rows: Table, too_large: Ints, run: SimpleNamespace
) -> Table:  # fmt: skip
    """Bill items of units, and what discounts of whole accounts take from them. Marks accounts in `too_large`."""
    if not book.arrays.account_cuts:
        return rows
    brought = _brought(book, charges, run)
    own = rows[(rows[:, at.ROW_KIND] != at.KIND_MINIMUM) & (too_large[rows[:, at.ROW_ACCOUNT]] == 0)]
    own = own[np.isin(own[:, at.ROW_ACCOUNT], brought[:, BROUGHT_ACCOUNT])]
    item = np.where(own[:, at.ROW_OF_ITEM] >= 0, own[:, at.ROW_OF_ITEM], own[:, at.ROW_ITEM])
    own = np.ascontiguousarray(own[np.lexsort((own[:, at.ROW_SUBSCRIBER], item, own[:, at.ROW_ACCOUNT]))])
    accounts, first = np.unique(own[:, at.ROW_ACCOUNT], return_index=True)
    row_ptr = np.append(first, len(own)).astype(np.int64)
    brought = np.ascontiguousarray(brought[np.isin(brought[:, BROUGHT_ACCOUNT], accounts)])
    brought_ptr = np.append(np.searchsorted(brought[:, BROUGHT_ACCOUNT], accounts), len(brought)).astype(np.int64)
    widest = int(np.diff(row_ptr).max(initial=0)) + 1
    desk = desk_for(lines=widest, wide=max(widest, len(book.items)) + 1, members=0, moved=0, chosen=0, offers=0)
    out = np.zeros((int((np.diff(row_ptr) * np.diff(brought_ptr)).sum()), at.ROW_WIDTH), np.int64)
    used = run.reduce_accounts(book.arrays, own, row_ptr, brought, brought_ptr, desk, out, too_large)
    return np.concatenate([rows, out[:used]])


def _brought(book: BillingBook, charges: Charges, run: SimpleNamespace) -> Table:
    """(account, discount row) by account and order of the rows, each code once per account."""
    arrays = book.arrays
    most = int(np.diff(arrays.discount_ptr)[charges.held[:, HELD_OFFER]].sum())
    table = np.zeros((most, at.BROUGHT_WIDTH), np.int64)
    desk = desk_for(lines=0, wide=0, members=0, moved=0, chosen=0, offers=len(book.offers))
    table = table[: run.bring(arrays, charges, desk, table)]
    cuts = arrays.discounts[table[:, BROUGHT_ROW]]
    order = np.lexsort((cuts[:, at.CUT_RANK], cuts[:, at.CUT_CODE], table[:, BROUGHT_ACCOUNT]))
    key = np.stack([table[order, BROUGHT_ACCOUNT], cuts[order, at.CUT_CODE]], axis=1)
    table = table[order[np.append([True], (key[1:] != key[:-1]).any(axis=1))[: len(key)]]]
    rank = arrays.discounts[table[:, BROUGHT_ROW], at.CUT_RANK]
    return table[np.lexsort((rank, table[:, BROUGHT_ACCOUNT]))]
