"""Booking one transaction, and undoing one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.ledger import bulk
from yidian.domains.ledger.queries import Booked, legs_of
from yidian.domains.ledger.types import OF_BOOKS, Entry, Leg

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToReverse(Exception):
    """TRANSACTION_NOT_FOUND, TRANSACTION_REVERSED (once only), REVERSAL_OF_REVERSAL, or TRANSACTION_OF_BOOK: the room
    takes it back that keeps rows of it (charging's `undo` knows the book)."""

    def __init__(self, code: str, *, transaction: int) -> None:
        self.code, self.params = code, {"transaction": transaction}
        super().__init__(f"{code} {transaction}")


def post(*, frame: Frame, kind: str, legs: Sequence[Leg], refers: str, on: date, cycle: str = "") -> int:
    """Book one transaction in the caller's frame; its id. UnableToPost where its legs are not a transaction."""
    entry = Entry(kind=kind, legs=tuple(legs), refers=refers, on=on, cycle=cycle)
    (transaction,) = bulk.post_many(frame=frame, entries=[entry])
    frame.changed("ledger_transaction", transaction, before=None, after=told(entry))
    return transaction


def reverse(*, frame: Frame, transaction: int, reason: str, on: date) -> int:
    """Book the opposite of a transaction, pointing at it; the id of the new one. UnableToReverse.

    The reversal belongs to the cycle of the one it undoes. What moved a balance book or a deposit is refused: its row
    in charging would be left behind.
    """
    found = legs_of(tenant=frame.tenant, transaction=transaction)
    if found is not None and any(leg.account.kind in OF_BOOKS for leg in found.legs):
        raise UnableToReverse("TRANSACTION_OF_BOOK", transaction=transaction)
    return _reverse(frame, transaction, found, reason, on)


def reverse_with_books(*, frame: Frame, transaction: int, reason: str, on: date) -> int:
    """`reverse` for charging, which moves its books in the same write.

    A balance that would fall below its floor is refused by the database (IntegrityError): charging asks first.
    """
    found = legs_of(tenant=frame.tenant, transaction=transaction)
    return _reverse(frame, transaction, found, reason, on)


def _reverse(frame: Frame, transaction: int, found: Booked | None, reason: str, on: date) -> int:
    if found is None:
        raise UnableToReverse("TRANSACTION_NOT_FOUND", transaction=transaction)
    if found.reverses is not None:
        raise UnableToReverse("REVERSAL_OF_REVERSAL", transaction=transaction)
    if found.reversed_by is not None:
        raise UnableToReverse("TRANSACTION_REVERSED", transaction=transaction)
    legs = tuple(Leg(leg.account, -leg.amount_minor) for leg in found.legs)
    entry = Entry(kind=found.kind, legs=legs, refers=found.refers, on=on, cycle=found.cycle)
    undone = bulk.post_reversal(frame=frame, entry=entry, reverses=transaction, reason=reason)
    frame.changed(
        "ledger_transaction", undone, before=None, after=told(entry) | {"reverses": transaction, "reason": reason}
    )
    return undone


def told(entry: Entry) -> dict[str, object]:
    """A transaction as the audit tells it."""
    return {
        "kind": entry.kind, "refers": entry.refers, "on": entry.on.isoformat(), "cycle": entry.cycle,
        "legs": [[*leg.account, leg.amount_minor] for leg in entry.legs],
    }  # fmt: skip
