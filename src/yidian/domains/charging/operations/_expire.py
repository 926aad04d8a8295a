"""Books whose time is over: gifts lapse, principal and what carries over goes on in a book without an end."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django_scopes import scope

from yidian.domains.charging.bulk import move
from yidian.domains.charging.defaults import GENERAL
from yidian.domains.charging.models import BalanceType, Book
from yidian.domains.charging.operations._credit import GIFT_COST
from yidian.domains.charging.operations._moves import CHANGED, books_with, event_of, held, key_of
from yidian.domains.charging.types import Expired, Terms
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import Entry, Leg
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

CHUNK: Final = 200  # books in one transaction


def expire_books(*, tenant: Tenant, actor: Actor, now: datetime, on: date) -> Expired:
    """Empty every book that pays no longer on `on`, chunk by chunk, each in a transaction of its own.

    What is reserved stays until it is released. Done again, or after a crash in the middle, it does what is left.
    """
    books = lapsed_minor = carried_minor = newest = 0
    while ids := _due(tenant, on, newest):
        digest = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
        with chunk(
            tenant=tenant, actor=actor, operation="books.expire", now=now, digest=digest, count=len(ids),
            subject=f"expire/{on.isoformat()}/{ids[0]}",
        ) as frame:  # fmt: skip
            lapsed, carried, count = _expire(frame, ids, on)
        books, lapsed_minor, carried_minor = books + count, lapsed_minor + lapsed, carried_minor + carried
        newest = ids[-1]
    return Expired(books, lapsed_minor, carried_minor)


def _due(tenant: Tenant, on: date, after: int) -> list[int]:
    with scope(tenant=tenant):
        rows = Book.objects.filter(
            tenant=tenant, expires_on__isnull=False, expires_on__lte=on, balance_minor__gt=F("reserved_minor"),
            id__gt=after,
        )  # fmt: skip
        return list(rows.order_by("id").values_list("id", flat=True)[:CHUNK])


def _expire(frame: Frame, ids: Sequence[int], on: date) -> tuple[int, int, int]:
    """(lapsed, carried, books): looked at again now that they are held."""
    rows = [row for row in held(Book.objects.filter(tenant=frame.tenant, pk__in=ids)) if _free(row)]
    onward = _onward(frame.tenant, [row for row in rows if _goes_on(row)])
    entries, lapsed, carried, events = [], 0, 0, []
    moved: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        amount = _free(row)
        other = onward.get(row.pk)
        kind = "lapse" if other is None else "carry_over"
        for book, by in [(row, -amount), *([] if other is None else [(other, amount)])]:
            events.append(event_of(book, kind, book.balance_minor + moved[book.pk], by))
            moved[book.pk] += by
        lapsed, carried = (lapsed + amount, carried) if other is None else (lapsed, carried + amount)
        legs = [Leg(key_of(row), amount), Leg(GIFT_COST if other is None else key_of(other), -amount)]
        entries.append(Entry(kind, legs, f"book/{row.pk}", on))
    post_many(frame=frame, entries=entries)
    move(tenant=frame.tenant, by_minor=moved)
    frame.emit_many(CHANGED, told=events)
    return lapsed, carried, len(rows)


def _free(row: Book) -> int:
    return int(row.balance_minor - row.reserved_minor)


def _goes_on(row: Book) -> bool:
    return bool(row.type.principal or row.type.carries_over)


def _onward(tenant: Tenant, rows: Sequence[Book]) -> dict[int, Book]:
    """Of each book the one without an end that takes the rest: a gift's own kind; principal becomes general."""
    general = BalanceType.objects.get(tenant=tenant, code=GENERAL).pk if rows else 0
    wanted = [
        (row.account_id, general if row.type.principal else row.type_id, Terms(subscriber=row.subscriber))
        for row in rows
    ]
    return {row.pk: book for row, book in zip(rows, books_with(tenant=tenant, wanted=wanted), strict=True)}
