"""Booking one transaction, and undoing one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.ledger import bulk
from yidian.domains.ledger.queries import legs_of
from yidian.domains.ledger.types import Entry, Leg

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToReverse(Exception):
    """TRANSACTION_NOT_FOUND, TRANSACTION_REVERSED (once only) or REVERSAL_OF_REVERSAL."""

    def __init__(self, code: str, *, transaction: int) -> None:
        self.code, self.params = code, {"transaction": transaction}
        super().__init__(f"{code} {transaction}")


def post(*, frame: Frame, kind: str, legs: Sequence[Leg], refers: str, on: date, cycle: str = "") -> int:
    """Book one transaction in the caller's frame; its id. UnableToPost where its legs are not a transaction."""
    entry = Entry(kind=kind, legs=tuple(legs), refers=refers, on=on, cycle=cycle)
    (transaction,) = bulk.post_many(frame=frame, entries=[entry])
    frame.changed("ledger_transaction", transaction, before=None, after=_told(entry))
    return transaction


def reverse(*, frame: Frame, transaction: int, reason: str, on: date) -> int:
    """Book the opposite of a transaction, pointing at it; the id of the new one. UnableToReverse.

    The reversal belongs to the cycle of the one it undoes. A balance that would fall below its floor is refused by
    the database (IntegrityError): whoever owns the balance asks first.
    """
    found = legs_of(tenant=frame.tenant, transaction=transaction)
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
        "ledger_transaction", undone, before=None, after=_told(entry) | {"reverses": transaction, "reason": reason}
    )
    return undone


def _told(entry: Entry) -> dict[str, object]:
    """A transaction as the audit tells it."""
    return {
        "kind": entry.kind, "refers": entry.refers, "on": entry.on.isoformat(), "cycle": entry.cycle,
        "legs": [[*leg.account, leg.amount_minor] for leg in entry.legs],
    }  # fmt: skip
