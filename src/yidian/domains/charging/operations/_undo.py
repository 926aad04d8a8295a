"""A credit, deduction, refund or lapse taken back (反销账, 冲正)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

from yidian.domains.charging.bulk import move, use
from yidian.domains.charging.models import Book
from yidian.domains.charging.operations._moves import held, tell
from yidian.domains.ledger.operations import reverse_with_books
from yidian.domains.ledger.queries import legs_of

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

NOT_HERE: Final = frozenset({"deposit", "deposit_return"})  # a deposit's months would have to come back too


class UnableToUndo(Exception):
    """UNDO_NOT_OF_BOOKS: the transaction moved no book, or a deposit. UNDO_SPENT: the money is spent or reserved."""

    def __init__(self, code: str, **params: int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def undo(*, frame: Frame, transaction: int, reason: str, on: date) -> int:
    """Reverse a transaction of books, in the ledger and in the books; the reversal's id. UnableToUndo, UnableToReverse.

    Transactions that touch a book are undone here, never by the ledger's `reverse`: it does not know the books.
    """
    booked = legs_of(tenant=frame.tenant, transaction=transaction)
    moved: defaultdict[int, int] = defaultdict(int)
    for leg in booked.legs if booked is not None else ():
        if leg.account.kind == "book":
            moved[int(leg.account.code.rpartition("/")[2])] += leg.amount_minor
    if booked is not None and (not moved or booked.kind in NOT_HERE):
        raise UnableToUndo("UNDO_NOT_OF_BOOKS", transaction=transaction)
    rows = held(Book.objects.filter(tenant=frame.tenant, pk__in=moved))
    for row in rows:
        if moved[row.pk] < 0 and row.balance_minor - row.reserved_minor < -moved[row.pk]:
            raise UnableToUndo("UNDO_SPENT", transaction=transaction, book=row.pk)
    undone = reverse_with_books(frame=frame, transaction=transaction, reason=reason, on=on)
    move(tenant=frame.tenant, by_minor=moved)
    if booked is not None and booked.kind == "deduction":
        use(tenant=frame.tenant, used=((book, booked.cycle, -amount) for book, amount in sorted(moved.items())))
    tell(frame=frame, kind="undo", changes=[(row, row.balance_minor, moved[row.pk]) for row in rows])
    return undone
