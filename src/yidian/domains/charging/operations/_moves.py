"""Books found, held and moved: what every operation of this room does first and last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import F

from yidian.domains.charging.models import Book, BookUse
from yidian.domains.charging.types import Terms
from yidian.domains.ledger.types import AccountKey
from yidian.platform.tenancy.models import Tenant

PLAIN: Final = Terms()


def key_of(book: Book) -> AccountKey:
    """The book's account in the ledger; `book` was read with its account and type."""
    return AccountKey("book", book.account.code, f"{book.type.code}/{book.pk}")


def held(rows: Any) -> list[Book]:
    """The books of a query, oldest first, held until the transaction ends: nobody else moves them meanwhile."""
    return list(
        rows.select_related("account", "type")
        .select_for_update(of=("self",), no_key=True)
        .order_by("id")
    )  # fmt: skip


def book_with(*, tenant: Tenant, account_id: int, type_id: int, terms: Terms) -> Book:
    """A held book to put money into: the plain one of its kind, or a new one with terms of its own."""
    told = {
        "tenant": tenant, "account_id": account_id, "type_id": type_id, "subscriber": terms.subscriber,
        "effective_on": terms.effective_on, "expires_on": terms.expires_on, "lower_minor": terms.lower_minor,
        "upper_minor": terms.upper_minor, "cycle_lower_minor": terms.cycle_lower_minor,
        "cycle_upper_minor": terms.cycle_upper_minor,
    }  # fmt: skip
    if terms != Terms(subscriber=terms.subscriber):
        row = Book.objects.create(plain=False, **told)
        return held(Book.objects.filter(tenant=tenant, pk=row.pk))[0]
    plain = {"account_id": account_id, "type_id": type_id, "subscriber": terms.subscriber, "plain": True}
    found = held(Book.objects.filter(tenant=tenant, **plain))
    if not found:  # somebody else may make it meanwhile: first wins, both use it
        Book.objects.bulk_create([Book(plain=True, **told)], ignore_conflicts=True)
        found = held(Book.objects.filter(tenant=tenant, **plain))
    return found[0]


def move(*, tenant: Tenant, by_minor: Mapping[int, int]) -> None:
    """Add to the balances of books (id → amount), in the order of their ids. The ledger is told by the caller."""
    for book in sorted(by_minor):
        if by_minor[book]:
            rows = Book.objects.filter(tenant=tenant, pk=book)
            if rows.update(balance_minor=F("balance_minor") + by_minor[book]) != 1:
                raise RuntimeError(f"book {book} is gone")


def use(*, tenant: Tenant, used: Iterable[tuple[int, str, int]]) -> None:
    """Add to what books have paid of cycles: (book, cycle, amount, which may be negative)."""
    for book, cycle, amount in used:
        rows = BookUse.objects.filter(tenant=tenant, book_id=book, cycle=cycle)
        if not rows.update(used_minor=F("used_minor") + amount):
            BookUse.objects.create(tenant=tenant, book_id=book, cycle=cycle, used_minor=amount)
