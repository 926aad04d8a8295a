"""Books made and moved by the thousand, inside the caller's write. SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection

from yidian.domains.charging.models import Book
from yidian.domains.charging.types import Terms
from yidian.platform.database.keys import next_keys
from yidian.platform.database.rows import add, bring
from yidian.platform.tenancy.models import Tenant

_USE: Final = """
INSERT INTO charging_bookuse (tenant_id, book_id, cycle, used_minor) VALUES (%s, %s, %s, %s)
ON CONFLICT (book_id, cycle) DO UPDATE SET used_minor = charging_bookuse.used_minor + excluded.used_minor
"""
_USE_LESS: Final = """
UPDATE charging_bookuse SET used_minor = used_minor + %s WHERE tenant_id = %s AND book_id = %s AND cycle = %s
"""
_TERMS: Final = (
    "subscriber", "lower_minor", "upper_minor", "cycle_lower_minor", "cycle_upper_minor", "plain",
)  # fmt: skip
NewBook = tuple[int, int, Terms]  # account, type, terms


def make_books(*, tenant: Tenant, books: Sequence[NewBook]) -> list[int]:
    """Make empty books; their ids. A plain one that somebody else has made meanwhile is left as it is: first wins."""
    if not books:
        return []
    ids = next_keys(Book, count=len(books))
    day = connection.ops.adapt_datefield_value
    terms = [one for _, _, one in books]
    each: dict[str, list[Any]] = {name: [getattr(one, name) for one in terms] for name in _TERMS}
    each |= {
        "id": ids, "account_id": [account for account, _, _ in books], "type_id": [type_ for _, type_, _ in books],
        "effective_on": [day(one.effective_on) for one in terms],
        "expires_on": [day(one.expires_on) for one in terms],
    }  # fmt: skip
    same = {"tenant_id": tenant.pk, "balance_minor": 0, "reserved_minor": 0}
    bring(Book, count=len(books), or_leave=True, same=same, each=each)
    return ids


def move(*, tenant: Tenant, by_minor: Mapping[int, int]) -> None:
    """Add to the balances of books (id → amount), in the order of their ids. The ledger is told by the caller."""
    moved = {book: amount for book, amount in by_minor.items() if amount}
    there = add(Book, "balance_minor", tenant=tenant.pk, by_id=moved)
    if there != len(moved):
        raise RuntimeError(f"of {len(moved)} books {there} are there")


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
