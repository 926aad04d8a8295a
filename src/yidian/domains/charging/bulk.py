"""Books made and moved by the thousand, inside the caller's write. SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import connection

from yidian.domains.charging.models import Book
from yidian.domains.charging.types import Terms
from yidian.platform.database.keys import next_keys
from yidian.platform.tenancy.models import Tenant

_BOOK: Final = """
INSERT INTO charging_book (tenant_id, id, account_id, type_id, subscriber, effective_on, expires_on, lower_minor,
upper_minor, cycle_lower_minor, cycle_upper_minor, balance_minor, reserved_minor, plain)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, %s) ON CONFLICT DO NOTHING
"""
_MOVE: Final = "UPDATE charging_book SET balance_minor = balance_minor + %s WHERE tenant_id = %s AND id = %s"
_USE: Final = """
INSERT INTO charging_bookuse (tenant_id, book_id, cycle, used_minor) VALUES (%s, %s, %s, %s)
ON CONFLICT (book_id, cycle) DO UPDATE SET used_minor = charging_bookuse.used_minor + excluded.used_minor
"""
_USE_LESS: Final = """
UPDATE charging_bookuse SET used_minor = used_minor + %s WHERE tenant_id = %s AND book_id = %s AND cycle = %s
"""
NewBook = tuple[int, int, Terms]  # account, type, terms


def make_books(*, tenant: Tenant, books: Sequence[NewBook]) -> list[int]:
    """Make empty books; their ids. A plain one that somebody else has made meanwhile is left as it is: first wins."""
    if not books:
        return []
    ids = next_keys(Book, count=len(books))
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(_BOOK, [
            (
                tenant.pk, id_, account, type_, terms.subscriber, day(terms.effective_on), day(terms.expires_on),
                terms.lower_minor, terms.upper_minor, terms.cycle_lower_minor, terms.cycle_upper_minor,
                terms.plain,
            )
            for id_, (account, type_, terms) in zip(ids, books, strict=True)
        ])  # fmt: skip
    return ids


def move(*, tenant: Tenant, by_minor: Mapping[int, int]) -> None:
    """Add to the balances of books (id → amount), in the order of their ids. The ledger is told by the caller."""
    moved = [(amount, tenant.pk, book) for book, amount in sorted(by_minor.items()) if amount]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_MOVE, moved)
        if cursor.rowcount != len(moved):
            raise RuntimeError(f"of {len(moved)} books {cursor.rowcount} are there")


def use(*, tenant: Tenant, used: Iterable[tuple[int, str, int]]) -> None:
    """Add to what books have paid of cycles: (book, cycle, amount, which may be negative)."""
    told = sorted(used)
    more = [(tenant.pk, book, cycle, amount) for book, cycle, amount in told if amount > 0]
    less = [(amount, tenant.pk, book, cycle) for book, cycle, amount in told if amount < 0]
    with connection.cursor() as cursor:
        if more:
            cursor.executemany(_USE, more)
        if less:
            cursor.executemany(_USE_LESS, less)
            if cursor.rowcount != len(less):
                raise RuntimeError(f"of {len(less)} uses {cursor.rowcount} are there")
