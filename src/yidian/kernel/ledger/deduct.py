"""Which book pays how much of which due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yidian.kernel.ledger.books import Book as Book
from yidian.kernel.ledger.order import DEFAULT_ORDER, in_order


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be paid: a charge item of a subscriber in a cycle ("2026-10"); `ref` is the caller's own name."""

    ref: str
    item: str
    subscriber: str
    amount_minor: int
    cycle: str = ""


class Deduction(NamedTuple):
    book: int
    ref: str
    item: str
    amount_minor: int
    due: int  # its place among the dues


def deduct(
    *, books: Iterable[Book], dues: Sequence[Due], on: date, order: Sequence[str] = DEFAULT_ORDER
) -> list[Deduction]:
    """Let the books pay the dues: book after book in the order of rules, each the dues in the order they are given.

    A book never pays more than it has or its limits allow, nor a due twice. Where a book's least for a cycle cannot be
    reached it pays nothing of that cycle. Returned as they come: book after book. UnableToOrder.
    """
    open_minor = [due.amount_minor for due in dues]
    found: list[Deduction] = []
    for book in in_order(books, order):
        if not _pays_on(book, on):
            continue
        for due, amount in _share_of(book, dues, open_minor):
            open_minor[due] -= amount
            found.append(Deduction(book.id, dues[due].ref, dues[due].item, amount, due))
    return found


def _pays_on(book: Book, on: date) -> bool:
    begun = book.effective_on is None or book.effective_on <= on
    return begun and (book.expires_on is None or on < book.expires_on)


def _may_pay(book: Book, due: Due) -> bool:
    if book.items is not None and due.item not in book.items:
        return False
    if book.subscriber and book.subscriber != due.subscriber:
        return False
    return book.may_pay_arrears or not _is_arrears(book, due)


def _is_arrears(book: Book, due: Due) -> bool:
    """Old arrears (旧欠): of a cycle that was over before the book began."""
    return bool(due.cycle) and book.effective_on is not None and due.cycle < book.effective_on.strftime("%Y-%m")


def _share_of(book: Book, dues: Sequence[Due], open_minor: Sequence[int]) -> list[tuple[int, int]]:
    """What one book pays: (place of the due, amount)."""
    without: set[str] = set()  # cycles whose least it cannot reach
    while True:
        paid, used = _takes(book, dues, open_minor, without)
        short = {cycle for cycle, amount in used.items() if amount < book.cycle_lower_minor}
        if not short:
            return paid
        without.add(min(short))  # one after the other: what it does not pay there may reach the least of a later one


def _takes(
    book: Book, dues: Sequence[Due], open_minor: Sequence[int], without: set[str]
) -> tuple[list[tuple[int, int]], dict[str, int]]:
    left = book.available_minor
    paid: list[tuple[int, int]] = []
    used: defaultdict[str, int] = defaultdict(int)
    for place, due in enumerate(dues):
        if due.cycle in without or not _may_pay(book, due):
            continue
        before = book.used_minor.get(due.cycle, 0) + used[due.cycle]
        amount = min(left, open_minor[place])
        if book.upper_minor is not None:
            amount = min(amount, book.upper_minor)
        if book.cycle_upper_minor is not None:
            amount = min(amount, book.cycle_upper_minor - before)
        if amount > 0 and amount >= book.lower_minor:
            left -= amount
            used[due.cycle] += amount
            paid.append((place, amount))
    reached = {cycle: book.used_minor.get(cycle, 0) + amount for cycle, amount in used.items() if amount}
    return paid, reached
