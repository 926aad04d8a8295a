"""The door of the bill arithmetic: totals and holdings of some subscribers in, bill items and headers out."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.book import BillingBook
from yidian.kernel.billing.compiled import plain

ROOM: Final = 1 << 16  # bill items per call; more are made in further calls


@dataclass(frozen=True)
class Usage:
    """Rated totals. `subscriber` and `account` are places in the caller's lists, `item` in the book's. Any order."""

    subscriber: at.Ints
    account: at.Ints
    item: at.Ints
    amount_micro: at.Ints
    quantity: at.Ints
    events: at.Ints


@dataclass(frozen=True)
class Holdings:
    """Offers held in [from_ms, to_ms), UTC ms, uncut, in any order; `account` pays at the window's first instant."""

    subscriber: at.Ints
    account: at.Ints
    offer: at.Ints
    from_ms: at.Ints
    to_ms: at.Ints


@dataclass(frozen=True)
class Bills:
    """Bill items (columns at.ROW_*, ordered by account, subscriber, kind, item …) and headers, one per account.

    `too_large[a]` is 1 where amounts of account *a* leave 64 bits: it has no rows and its header is zero.
    """

    rows: at.Table
    total_minor: at.Ints
    remainder_micro: at.Ints
    items: at.Ints
    base_minor: at.Table
    tax_minor: at.Table
    too_large: at.Ints


def bill(
    *,
    book: BillingBook,
    usage: Usage,
    holdings: Holdings,
    subscribers: int,
    accounts: int,
    wanted: at.Ints | None = None,
    functions: SimpleNamespace | None = None,
) -> Bills:
    """Bill `subscribers` onto `accounts`; with `wanted` (0 or 1 per account) rows of the others are left out."""
    run = functions or plain()
    charges = _charges(book, usage, holdings, subscribers)
    rows, burst = _all_rows(book, charges, subscribers, run)
    too_large = np.zeros(accounts, np.int64)
    for which, owner in ((usage.account, usage.subscriber), (holdings.account, holdings.subscriber)):
        too_large[which[burst[owner] == 1]] = 1
    keep = np.ones(accounts, np.int64) if wanted is None else wanted
    rows = np.ascontiguousarray(rows[(keep[rows[:, at.ROW_ACCOUNT]] == 1)])
    header = _headers(book, rows, accounts, too_large, run)
    sound = header.too_large[rows[:, at.ROW_ACCOUNT]] == 0
    if not sound.all():
        rows = rows[sound]
        header = _headers(book, rows, accounts, header.too_large, run)
    order = np.lexsort([rows[:, c] for c in (
        at.ROW_CODE, at.ROW_OFFER, at.ROW_OF_ITEM, at.ROW_ITEM, at.ROW_KIND, at.ROW_SUBSCRIBER, at.ROW_ACCOUNT
    )])  # fmt: skip
    return Bills(**{**vars(header), "rows": rows[order]})


def _headers(book: BillingBook, rows: at.Table, accounts: int, too_large: at.Ints, run: SimpleNamespace) -> Bills:
    total_minor, remainder, items = (np.zeros(accounts, np.int64) for _ in range(3))
    base = np.zeros((accounts, len(book.tax_classes)), np.int64)
    tax = np.zeros_like(base)
    too_large = too_large.copy()
    run.sum_rows(rows, book.arrays.micro_per_minor, total_minor, remainder, items, base, too_large)
    for sums in (total_minor, remainder, items, base):
        sums[too_large == 1] = 0
    run.tax_accounts(base, book.rates_ppm, tax)
    return Bills(rows, total_minor, remainder, items, base, tax, too_large)


def _pointer(owner: at.Ints, owners: int) -> at.Ints:
    counts = np.bincount(owner, minlength=owners) if len(owner) else np.zeros(owners, np.int64)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def _charges(book: BillingBook, usage: Usage, holdings: Holdings, subscribers: int) -> at.Charges:
    """Rows in one order whatever order they came in, holdings cut to the cycle and counted in days."""
    used = np.stack([usage.account, usage.item, usage.amount_micro, usage.quantity, usage.events], axis=1)
    by_line = np.lexsort((usage.account, usage.item, usage.subscriber))
    begin = np.maximum(holdings.from_ms, book.days.period.start_ms)
    end = np.minimum(holdings.to_ms, book.days.period.end_ms)
    first = book.days.holding(begin)
    after = book.days.holding(end - 1) + 1
    begins = (holdings.from_ms == begin).astype(np.int64)
    held = np.stack([holdings.account, holdings.offer, first, after, begins], axis=1)
    by_window = np.lexsort((end, holdings.account, holdings.offer, begin, holdings.subscriber))
    by_window = by_window[(begin < end)[by_window] & (holdings.offer >= 0)[by_window]]
    return at.Charges(
        usage_ptr=_pointer(usage.subscriber, subscribers),
        usage=np.ascontiguousarray(used[by_line], np.int64),
        held_ptr=_pointer(holdings.subscriber[by_window], subscribers),
        held=np.ascontiguousarray(held[by_window], np.int64),
    )


def _most(per_row: at.Ints, pointer: at.Ints) -> at.Ints:
    """Sums over CSR rows."""
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(per_row, dtype=np.int64)])
    between: at.Ints = sums[pointer[1:]] - sums[pointer[:-1]]
    return between


def _all_rows(
    book: BillingBook, charges: at.Charges, subscribers: int, run: SimpleNamespace
) -> tuple[at.Table, at.Ints]:
    offers = charges.held[:, at.HELD_OFFER]
    fees = _most(np.diff(book.arrays.fee_ptr)[offers], charges.held_ptr)
    cuts = _most(np.diff(book.arrays.discount_ptr)[offers], charges.held_ptr)
    lines = fees + np.diff(charges.usage_ptr)
    most_lines = int(lines.max(initial=0)) + 1
    desk = at.Desk(
        lines=np.zeros((most_lines, at.LINE_WIDTH), np.int64),
        chosen=np.zeros(int(cuts.max(initial=0)) + 1, np.int64),
        weights=np.zeros(most_lines, np.int64),
        parts=np.zeros(most_lines, np.int64),
        rests=np.zeros(most_lines, np.int64),
        item_parts=np.zeros(most_lines, np.int64),
    )
    room = max(ROOM, int((lines * (1 + cuts)).max(initial=0)) + 1)
    too_large = np.zeros(subscribers, np.int64)
    buffer = np.zeros((room, at.ROW_WIDTH), np.int64)
    made: list[at.Table] = []
    begin = 0
    while begin < subscribers:
        begin, used = run.bill_subscribers(book.arrays, charges, begin, desk, buffer, too_large)
        made.append(buffer[:used].copy())
    return (np.concatenate(made) if made else buffer[:0]), too_large
