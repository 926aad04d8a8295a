"""Books pay what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.charging.bulk import move, use
from yidian.domains.charging.models import Book, BookUse, UseItem
from yidian.domains.charging.operations._moves import AT_ONCE, CHANGED, held, key_of, told_of
from yidian.domains.charging.queries import deduction_order
from yidian.domains.charging.types import ALL_ITEMS, Deduction, DueLine
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.operations import told as as_told
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.kernel import ledger as kernel
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

Booked = dict[tuple[str, str], tuple[int, Entry]]  # account, cycle → the ledger's transaction


class UnableToDeduct(Exception):
    """A due is negative. Code DUE_NEGATIVE."""

    code = "DUE_NEGATIVE"

    def __init__(self, *, account: str, ref: str) -> None:
        self.params = {"account": account, "ref": ref}
        super().__init__(f"{account}: {ref} is negative")


def deduct(*, frame: Frame, account: str, due: Sequence[DueLine], on: date, refers: str = "") -> list[Deduction]:
    """Let an account's books pay what is due, in the operator's order (K6): Dr books, Cr receivable, one transaction
    for each cycle. What was paid, book by book; [] where nothing can pay. Dues are paid in the order given."""
    return deduct_many(frame=frame, dues={account: due}, on=on, refers=refers)[account]


def deduct_many(
    *, frame: Frame, dues: Mapping[str, Sequence[DueLine]], on: date, refers: str = ""
) -> dict[str, list[Deduction]]:
    """`deduct` for many accounts (by code), one after the other in the order given, in as many statements as for one.

    UnableToDeduct before anything is written.
    """
    for account, due in dues.items():
        for line in due:
            if line.amount_minor < 0:
                raise UnableToDeduct(account=account, ref=line.ref)
    rows = _books_of(frame.tenant, [account for account, due in dues.items() if due])
    by_account: defaultdict[str, list[kernel.Book]] = defaultdict(list)
    for book in kernel_books(tenant=frame.tenant, rows=list(rows.values())):
        by_account[rows[book.id].account.code].append(book)
    order = deduction_order(tenant=frame.tenant) if rows else ()
    parts = {
        account: kernel.deduct(books=books, dues=dues[account], on=on, order=order)
        for account in dues
        if (books := by_account.get(account))
    }
    booked = _post(frame, rows, parts, dues, on, refers)
    _move(frame, rows, parts, dues, booked)
    return {
        account: [
            Deduction(p.book, p.ref, p.item, p.amount_minor, booked[account, due[p.due].cycle][0])
            for p in parts.get(account, ())
        ]
        for account, due in dues.items()
    }


def _books_of(tenant: Tenant, accounts: Sequence[str]) -> dict[int, Book]:
    """The books of accounts that hold something, by id, held."""
    ordered = sorted(accounts)
    found = []
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        found += held(Book.objects.filter(tenant=tenant, account__code__in=part, balance_minor__gt=0))
    return {row.pk: row for row in found}


def _post(
    frame: Frame, rows: Mapping[int, Book], parts: Mapping[str, Sequence[kernel.Deduction]],
    dues: Mapping[str, Sequence[DueLine]], on: date, refers: str,
) -> Booked:  # fmt: skip
    """One transaction for each account and cycle paid."""
    entries: dict[tuple[str, str], Entry] = {}
    for account, paid in parts.items():
        by_cycle: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for part in paid:
            by_cycle[dues[account][part.due].cycle][part.book] += part.amount_minor
        for cycle, books in sorted(by_cycle.items()):
            legs = [Leg(key_of(rows[book]), amount) for book, amount in sorted(books.items())]
            legs.append(Leg(AccountKey("receivable", account), -sum(books.values())))
            entries[account, cycle] = Entry("deduction", tuple(legs), refers, on, cycle)
    booked = post_many(frame=frame, entries=list(entries.values()))
    return {place: (id_, entries[place]) for place, id_ in zip(entries, booked, strict=True)}


def _move(
    frame: Frame,
    rows: Mapping[int, Book],
    parts: Mapping[str, Sequence[kernel.Deduction]],
    dues: Mapping[str, Sequence[DueLine]],
    booked: Booked,
) -> None:
    """Take what was paid out of the books, count it to their cycles, and tell of it account by account."""
    used: defaultdict[tuple[int, str], int] = defaultdict(int)
    spent: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for account, paid in parts.items():
        for part in paid:
            spent[account][part.book] -= part.amount_minor
            used[part.book, dues[account][part.due].cycle] += part.amount_minor
    move(tenant=frame.tenant, by_minor={book: by for books in spent.values() for book, by in books.items()})
    use(tenant=frame.tenant, used=((book, cycle, amount) for (book, cycle), amount in used.items()))
    events, of_account = [], defaultdict(list)
    for (account, _), one in booked.items():
        of_account[account].append(one)
    for account, books in spent.items():
        for transaction, entry in of_account[account]:
            frame.changed("ledger_transaction", transaction, before=None, after=as_told(entry))
        events += told_of(frame, "deduction", ((rows[n], rows[n].balance_minor, by) for n, by in sorted(books.items())))
    frame.emit_many(CHANGED, told=events)


def kernel_books(*, tenant: Tenant, rows: Sequence[Book]) -> list[kernel.Book]:
    """Books as the kernel takes them, with what they pay and what they have paid of each cycle."""
    items: defaultdict[int, set[str]] = defaultdict(set)
    types = {row.type_id for row in rows}
    for type_id, item in UseItem.objects.filter(tenant=tenant, type__in=types).values_list("type_id", "item"):
        items[type_id].add(item)
    used: defaultdict[int, dict[str, int]] = defaultdict(dict)
    limited = [row.pk for row in rows if row.cycle_upper_minor is not None or row.cycle_lower_minor]
    for book, cycle, amount in BookUse.objects.filter(tenant=tenant, book__in=limited).values_list(
        "book_id", "cycle", "used_minor"
    ):
        used[book][cycle] = amount
    return [
        kernel.Book(
            id=row.pk, available_minor=row.balance_minor - row.reserved_minor, priority=row.type.priority,
            principal=row.type.principal,
            items=None if ALL_ITEMS in items[row.type_id] else frozenset(items[row.type_id]),
            subscriber=row.subscriber, effective_on=row.effective_on, expires_on=row.expires_on,
            may_pay_arrears=row.type.may_pay_arrears, lower_minor=row.lower_minor, upper_minor=row.upper_minor,
            cycle_lower_minor=row.cycle_lower_minor, cycle_upper_minor=row.cycle_upper_minor, used_minor=used[row.pk],
        )
        for row in rows
    ]  # fmt: skip
