"""What a customer should know today: money overdue, something used up or ending, who saw the identity number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from yidian.domains.party.types import Look
from yidian.kernel.calendar import DAY_MS
from yidian.runs.explain.tariffs import Known
from yidian.runs.explain.types import Concern, Home

SOON_MS: Final = 60 * DAY_MS  # what ends within these days is told, and what was looked at


def concerns(home: Home, names: Known | None, looks: Sequence[Look], *, today: date, now_ms: int) -> Iterator[Concern]:
    """The most pressing first."""
    yield from _owed(home, today)
    for left in home.so_far.left if home.so_far else ():
        if left.emptied_ms is not None:
            told: dict[str, object] = {"measure": left.measure, "emptied_ms": left.emptied_ms, "offer": left.offer}
            yield Concern(code="USED_UP", told=told)
    for mark in home.so_far.reached if home.so_far else ():
        told = {"quantity": (mark.quantity, mark.measure), "value": mark.value, "at_ms": mark.at_ms}
        yield Concern(code=f"MARK_{mark.mark.upper()}", told=told)
    for book in home.books:
        if book.until is not None and (book.until - today).days * DAY_MS <= SOON_MS:
            told = {"amount_minor": book.balance_minor, "until": book.until, "type": book.type}
            yield Concern(code="BOOK_ENDS", told=told)
    for held in dict.fromkeys(one._replace(from_ms=0) for one in home.line.holdings) if home.line and names else ():
        if names and held.to_ms - now_ms <= SOON_MS:
            yield Concern(code="OFFER_ENDS", told={"offer": names.offer(held.offer), "until_ms": held.to_ms})
    for look in looks:
        if now_ms - look.at_ms <= SOON_MS:
            yield Concern(code="LOOKED_AT", told={"at_ms": look.at_ms, "purpose": look.purpose})
    if home.newest is not None and not home.newest.open_minor:
        paid = home.newest
        yield Concern(code="PAID", told={"cycle": paid.cycle}, account=paid.account, cycle=paid.cycle)


def _owed(home: Home, today: date) -> Iterator[Concern]:
    late = [due for due in home.dues if due.due_on < today]
    if late:
        told = {"amount_minor": sum(due.open_minor for due in late), "since": late[0].due_on, "count": len(late)}
        yield Concern(code="OVERDUE", told=told)
    fees = [due for due in home.dues if due.kind == "late_fee"]
    if fees:
        yield Concern(code="LATE_FEE", told={"amount_minor": sum(due.open_minor for due in fees)})
