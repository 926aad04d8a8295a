"""Money set aside inside a book, for something that is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from yidian.domains.charging.models import Book

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToReserve(Exception):
    """Not so much is free (RESERVE_SHORT), or not so much is reserved (RELEASE_SHORT)."""

    def __init__(self, code: str, *, book: int, amount: int) -> None:
        self.code, self.params = code, {"book": book, "amount": amount}
        super().__init__(f"{code} {book} {amount}")


def reserve(*, frame: Frame, book: int, amount_minor: int) -> None:
    """Set money of a book aside: it pays nothing else until released. One statement, so two at once cannot both."""
    free = Book.objects.filter(tenant=frame.tenant, pk=book, balance_minor__gte=F("reserved_minor") + amount_minor)
    if amount_minor <= 0 or not free.update(reserved_minor=F("reserved_minor") + amount_minor):
        raise UnableToReserve("RESERVE_SHORT", book=book, amount=amount_minor)
    frame.changed("book", book, before=None, after={"reserved_by_minor": amount_minor})


def release(*, frame: Frame, book: int, amount_minor: int) -> None:
    """Let reserved money be free again."""
    rows = Book.objects.filter(tenant=frame.tenant, pk=book, reserved_minor__gte=amount_minor)
    if amount_minor <= 0 or not rows.update(reserved_minor=F("reserved_minor") - amount_minor):
        raise UnableToReserve("RELEASE_SHORT", book=book, amount=amount_minor)
    frame.changed("book", book, before=None, after={"reserved_by_minor": -amount_minor})
