"""Books found, held and told of: what every operation of this room does first and last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.charging.bulk import NewBook, make_books
from yidian.domains.charging.models import Book
from yidian.domains.ledger.types import AccountKey
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

CHANGED: Final = "balance.changed"
AT_ONCE: Final = 500  # books in one IN list
Change = tuple[Book, int, int]  # a book, its balance before, by how much it moved
Told = tuple[str, dict[str, Any]]  # an event's aggregate and payload


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


def books_with(*, tenant: Tenant, wanted: Sequence[NewBook]) -> list[Book]:
    """A held book to put money into for each (account, type, terms): the plain one of its kind, or a new one.

    Books are made in the order in which they are asked for, and held in the order of their ids.
    """
    places = [_kind(one) if one[2].plain else place for place, one in enumerate(wanted)]
    found: dict[Any, Book] = _plain_books(tenant, [one for one in wanted if one[2].plain])
    fresh = {place: one for place, one in zip(places, wanted, strict=True) if place not in found}
    ids = make_books(tenant=tenant, books=list(fresh.values()))
    own = {id_: place for id_, place in zip(ids, fresh, strict=True) if isinstance(place, int)}
    found |= _plain_books(tenant, [one for place, one in fresh.items() if not isinstance(place, int)])
    found |= {own[row.pk]: row for row in _by_id(tenant, own)}
    return [found[place] for place in places]


def tell(*, frame: Frame, kind: str, changes: Iterable[Change]) -> None:
    """Tell the audit and the outbox what became of books."""
    frame.emit_many(CHANGED, told=told_of(frame, kind, changes))


def told_of(frame: Frame, kind: str, changes: Iterable[Change]) -> list[Told]:
    """Tell the audit what became of books; the events for the outbox."""
    told = []
    for book, before, by in changes:
        frame.changed("book", book.pk, before={"balance_minor": before}, after={"balance_minor": before + by})
        told.append(event_of(book, kind, before, by))
    return told


def event_of(book: Book, kind: str, before: int, by: int) -> Told:
    """A change of a book as others hear it, under the account whose money it is."""
    return f"account/{book.account.code}", {
        "book": book.pk, "type": book.type.code, "subscriber": book.subscriber, "kind": kind, "amount_minor": by,
        "balance_minor": before + by,
    }  # fmt: skip


def _kind(one: NewBook) -> tuple[int, int, str]:
    return one[0], one[1], one[2].subscriber


def _plain_books(tenant: Tenant, wanted: Sequence[NewBook]) -> dict[Any, Book]:
    kinds = {_kind(one) for one in wanted}
    accounts = sorted({account for account, _, _ in kinds})
    found: dict[Any, Book] = {}
    for start in range(0, len(accounts), AT_ONCE):
        part = set(accounts[start : start + AT_ONCE])
        types, people = ({kind[n] for kind in kinds if kind[0] in part} for n in (1, 2))
        rows = Book.objects.filter(tenant=tenant, plain=True, account_id__in=part, type_id__in=types)
        if len(people) == 1:
            rows = rows.filter(subscriber=next(iter(people)))
        found |= {(row.account_id, row.type_id, row.subscriber): row for row in held(rows)}
    return {kind: row for kind, row in found.items() if kind in kinds}


def _by_id(tenant: Tenant, ids: Iterable[int]) -> list[Book]:
    ordered = sorted(ids)
    parts = (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
    return [row for part in parts for row in held(Book.objects.filter(tenant=tenant, pk__in=part))]
