"""The door of the bill arithmetic: totals, holdings and what else is known of some subscribers in, bills out."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.accounts import with_accounts
from yidian.kernel.billing.book import BillingBook
from yidian.kernel.billing.compiled import plain
from yidian.kernel.billing.desks import desk_for

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
    """Offers held in [from_ms, to_ms), UTC ms, uncut, in any order; `account` pays at the window's first instant.

    `pays_next`: the account at the cycle's last instant, on which fees in advance are; None: the same.
    """

    subscriber: at.Ints
    account: at.Ints
    offer: at.Ints
    from_ms: at.Ints
    to_ms: at.Ints
    pays_next: at.Ints | None = None


@dataclass(frozen=True)
class States:
    """Periods in which subscribers are not active (at.STATES), UTC ms; those of one do not overlap. Any order."""

    subscriber: at.Ints
    state: at.Ints
    from_ms: at.Ints
    to_ms: at.Ints


@dataclass(frozen=True)
class Payers:
    """Who takes lines of subscribers upon itself, each subscriber's in the order in which they take (at.MODES).

    `value`: micro-units of a limit, parts per million of a share. `items[s, i]` is 1 where set s has item i.
    """

    subscriber: at.Ints
    account: at.Ints
    mode: at.Ints
    value: at.Ints
    item_set: at.Ints
    items: at.Table


@dataclass(frozen=True)
class Circumstances:
    """What else is known of the subscribers, one value for each: rating unit, grade of the customer.

    `unit`: any numbers, equal where together; None: each is alone. `grade`: a place in book.grades, their number for
    any other; None: none has one that a discount names.
    """

    unit: at.Ints | None = None
    grade: at.Ints | None = None
    states: States | None = None
    payers: Payers | None = None


_NOBODY: Final = np.zeros(0, np.int64)
_NO_STATES: Final = States(_NOBODY, _NOBODY, _NOBODY, _NOBODY)
_NO_PAYERS: Final = Payers(_NOBODY, _NOBODY, _NOBODY, _NOBODY, _NOBODY, np.zeros((1, 1), np.int64))


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
    known: Circumstances | None = None,
    wanted: at.Ints | None = None,
    functions: SimpleNamespace | None = None,
) -> Bills:
    """Bill `subscribers` onto `accounts`; with `wanted` (0 or 1 per account) rows of the others are left out."""
    run = functions or plain()
    charges = charges_of(book, usage, holdings, known or Circumstances(), subscribers)
    rows, burst = _all_rows(book, charges, subscribers, run)
    too_large = np.zeros(accounts, np.int64)
    owned = [(usage.account, usage.subscriber), (holdings.account, holdings.subscriber)]
    if holdings.pays_next is not None:
        owned.append((holdings.pays_next, holdings.subscriber))
    if known is not None and known.payers is not None:
        owned.append((known.payers.account, known.payers.subscriber))
    for which, owner in owned:
        too_large[which[burst[owner] == 1]] = 1
    keep = np.ones(accounts, np.int64) if wanted is None else wanted
    rows = np.ascontiguousarray(rows[(keep[rows[:, at.ROW_ACCOUNT]] == 1)])
    rows = with_accounts(book, charges, rows, too_large, run)
    header = _headers(book, rows, accounts, too_large, run)
    sound = header.too_large[rows[:, at.ROW_ACCOUNT]] == 0
    if not sound.all():
        rows = rows[sound]
        header = _headers(book, rows, accounts, header.too_large, run)
    order = np.lexsort([rows[:, c] for c in (
        at.ROW_CODE, at.ROW_OFFER, at.ROW_OF_ITEM, at.ROW_ITEM, at.ROW_KIND, at.ROW_SUBSCRIBER, at.ROW_ACCOUNT
    )])  # fmt: skip
    return Bills(**{**vars(header), "rows": rows[order]})


def rows_of(
    *,
    book: BillingBook,
    usage: Usage,
    holdings: Holdings,
    subscribers: int,
    known: Circumstances | None = None,
    functions: SimpleNamespace | None = None,
) -> tuple[at.Table, at.Ints]:
    """(bill items of all accounts as they are made, 1 for each subscriber whose amounts leave 64 bits: it has none).

    Without what discounts of whole accounts take: that is of all who are billed on them together.
    """
    charges = charges_of(book, usage, holdings, known or Circumstances(), subscribers)
    return _all_rows(book, charges, subscribers, functions or plain())


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


def charges_of(
    book: BillingBook, usage: Usage, holdings: Holdings, known: Circumstances, subscribers: int
) -> at.Charges:
    """Rows in one order whatever order they came in, holdings cut to the cycle and counted in days."""
    used = np.stack([usage.account, usage.item, usage.amount_micro, usage.quantity, usage.events], axis=1)
    by_line = np.lexsort((usage.account, usage.item, usage.subscriber))
    owner, held = _held(book, holdings)
    states, payers = known.states or _NO_STATES, known.payers or _NO_PAYERS
    by_state = np.lexsort((states.from_ms, states.subscriber))
    by_payer = np.argsort(payers.subscriber, kind="stable")
    unit = np.arange(subscribers) if known.unit is None else known.unit
    members = np.argsort(unit, kind="stable").astype(np.int64)
    grade = np.full(subscribers, len(book.grades), np.int64) if known.grade is None else known.grade
    return at.Charges(
        usage_ptr=_pointer(usage.subscriber, subscribers),
        usage=np.ascontiguousarray(used[by_line], np.int64),
        held_ptr=_pointer(owner, subscribers),
        held=held,
        state_ptr=_pointer(states.subscriber, subscribers),
        states=_rows(by_state, states.state, states.from_ms, states.to_ms),
        payer_ptr=_pointer(payers.subscriber, subscribers),
        payers=_rows(by_payer, payers.account, payers.mode, payers.value, payers.item_set),
        payer_items=np.ascontiguousarray(payers.items, np.int64),
        grade=np.ascontiguousarray(grade, np.int64),
        unit_ptr=np.append(np.flatnonzero(np.diff(unit[members], prepend=-1)), subscribers).astype(np.int64),
        members=members,
    )  # fmt: skip


def _rows(order: at.Ints, *columns: at.Ints) -> at.Table:
    return np.ascontiguousarray(np.stack(columns, axis=1)[order], np.int64)


def _held(book: BillingBook, holdings: Holdings) -> tuple[at.Ints, at.Table]:
    """(subscriber, at.HELD_* columns) of the holdings that have a window in the cycle, by subscriber and begin."""
    period = book.days.period
    begin = np.maximum(holdings.from_ms, period.start_ms)
    end = np.minimum(holdings.to_ms, period.end_ms)
    pays_next = holdings.account if holdings.pays_next is None else holdings.pays_next
    months = book.months_ms
    columns = (
        holdings.account, holdings.offer, book.days.holding(begin), book.days.holding(end - 1) + 1,
        holdings.from_ms == begin, holdings.from_ms < period.start_ms, holdings.to_ms > period.end_ms, pays_next,
        len(months) - np.searchsorted(months, holdings.from_ms, side="right"), begin, end,
    )  # fmt: skip
    order = np.lexsort((end, holdings.account, holdings.offer, begin, holdings.subscriber))
    order = order[(begin < end)[order] & (holdings.offer >= 0)[order]]
    return holdings.subscriber[order], _rows(order, *(np.asarray(column, np.int64) for column in columns))


def _most(per_row: at.Ints, pointer: at.Ints) -> at.Ints:
    """Sums over CSR rows."""
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(per_row, dtype=np.int64)])
    between: at.Ints = sums[pointer[1:]] - sums[pointer[:-1]]
    return between


def _lines_of_offers(book: at.Book) -> at.Ints:
    """How many fee lines a holding of each offer can bring: each row whole, or as many as it has parts."""
    found = np.zeros(len(book.fee_ptr) - 1, np.int64)
    for fees, pointer in ((book.fees, book.fee_ptr), (book.ahead, book.ahead_ptr), (book.borne, book.borne_ptr)):
        found += _most(np.maximum(fees[:, at.FEE_PARTS_END] - fees[:, at.FEE_PARTS], 1), pointer)
    return found


def _all_rows(
    book: BillingBook, charges: at.Charges, subscribers: int, run: SimpleNamespace
) -> tuple[at.Table, at.Ints]:
    arrays = book.arrays
    offers = charges.held[:, at.HELD_OFFER]
    cuts = _most(np.diff(arrays.discount_ptr)[offers], charges.held_ptr)
    own = _most(_lines_of_offers(arrays)[offers], charges.held_ptr) + np.diff(charges.usage_ptr)
    lines = own * (1 + np.diff(charges.payer_ptr))  # each line, and what each payer takes of it
    rows = lines * (1 + cuts + arrays.unit_cuts) + 1  # each of them, reduced by each discount; and a minimum
    units = charges.unit_ptr
    most_rows = _most(rows[charges.members], units)
    most_lines = int(_most(lines[charges.members], units).max(initial=0)) + 1
    wide = max(most_lines, len(book.items), len(arrays.parts)) + 1
    chosen = int(_most(cuts[charges.members], units).max(initial=0)) + 1
    desk = desk_for(
        lines=most_lines, wide=wide, members=int(np.diff(units).max(initial=0)), moved=int(lines.max(initial=0)) + 1,
        chosen=chosen, offers=len(book.offers),
    )  # fmt: skip
    room = max(ROOM, int(most_rows.max(initial=0)))
    too_large = np.zeros(subscribers, np.int64)
    buffer = np.zeros((room, at.ROW_WIDTH), np.int64)
    made: list[at.Table] = []
    begin = 0
    while begin < len(most_rows):
        begin, used = run.bill_units(arrays, charges, most_rows, begin, desk, buffer, too_large)
        made.append(buffer[:used].copy())
    return (np.concatenate(made) if made else buffer[:0]), too_large
