"""Paid money paid out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from yidian.domains.charging.bulk import move
from yidian.domains.charging.models import Book
from yidian.domains.charging.operations._moves import held, key_of, tell
from yidian.domains.charging.types import Taken
from yidian.domains.ledger.operations import post
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToTakePrincipal(Exception):
    """More is asked for than there is of principal that may be paid out and is not reserved. Code PRINCIPAL_SHORT."""

    code = "PRINCIPAL_SHORT"

    def __init__(self, *, account: str, amount: int, there: int) -> None:
        self.params = {"account": account, "amount": amount, "there": there}
        super().__init__(f"{account}: {amount} of {there}")


def take_principal(
    *, frame: Frame, account: str, amount_minor: int, to: AccountKey, on: date, refers: str = ""
) -> list[Taken]:
    """Take principal out of an account's books, oldest book first: Dr books, Cr `to`.

    All of it or UnableToTakePrincipal.
    """
    rows = held(refundable(tenant=frame.tenant, account=account))
    there = sum(row.balance_minor - row.reserved_minor for row in rows)
    if not 0 < amount_minor <= there:
        raise UnableToTakePrincipal(account=account, amount=amount_minor, there=there)
    parts, left = [], amount_minor
    for row in rows:
        part = min(left, row.balance_minor - row.reserved_minor)
        if part:
            parts.append((row, part))
            left -= part
    return take_out(frame=frame, parts=parts, to=to, on=on, kind="refund", refers=refers or f"account/{account}")


def refundable(*, tenant: Tenant, account: str) -> Any:
    """The books whose money may be paid out (K8)."""
    return Book.objects.filter(
        tenant=tenant, account__code=account, type__refundable=True, type__principal=True, balance_minor__gt=0
    )


def take_out(
    *, frame: Frame, parts: Sequence[tuple[Book, int]], to: AccountKey, on: date, kind: str, refers: str
) -> list[Taken]:
    """Dr the books by their parts, Cr `to`, in one transaction; the caller holds the books."""
    if not parts:
        return []
    legs = [Leg(key_of(row), amount) for row, amount in parts]
    legs.append(Leg(to, -sum(amount for _, amount in parts)))
    transaction = post(frame=frame, kind=kind, legs=legs, refers=refers, on=on)
    move(tenant=frame.tenant, by_minor={row.pk: -amount for row, amount in parts})
    tell(frame=frame, kind=kind, changes=[(row, row.balance_minor, -amount) for row, amount in parts])
    return [Taken(row.pk, amount, transaction) for row, amount in parts]
