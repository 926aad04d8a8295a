"""Books pay what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.charging.models import Book, BookUse, UseItem
from yidian.domains.charging.operations._moves import held, key_of, move, use
from yidian.domains.charging.queries import deduction_order
from yidian.domains.charging.types import ALL_ITEMS, Deduction, DueLine
from yidian.domains.ledger.operations import post
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.kernel import ledger as kernel
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToDeduct(Exception):
    """A due is negative. Code DUE_NEGATIVE."""

    code = "DUE_NEGATIVE"

    def __init__(self, *, account: str, ref: str) -> None:
        self.params = {"account": account, "ref": ref}
        super().__init__(f"{account}: {ref} is negative")


def deduct(*, frame: Frame, account: str, due: Sequence[DueLine], on: date, refers: str = "") -> list[Deduction]:
    """Let an account's books pay what is due, in the operator's order (K6): Dr books, Cr receivable, one transaction
    for each cycle. What was paid, book by book; [] where nothing can pay. Dues are paid in the order given."""
    for line in due:
        if line.amount_minor < 0:
            raise UnableToDeduct(account=account, ref=line.ref)
    rows = {
        row.pk: row
        for row in held(Book.objects.filter(tenant=frame.tenant, account__code=account, balance_minor__gt=0))
    }
    if not rows or not due:
        return []
    books = kernel_books(tenant=frame.tenant, rows=list(rows.values()))
    order = deduction_order(tenant=frame.tenant)
    parts = kernel.deduct(books=books, dues=due, on=on, order=order)
    booked = _post(frame, account, rows, parts, due, on, refers)
    spent: defaultdict[int, int] = defaultdict(int)
    used: defaultdict[tuple[int, str], int] = defaultdict(int)
    for part in parts:
        spent[part.book] -= part.amount_minor
        used[part.book, due[part.due].cycle] += part.amount_minor
    move(tenant=frame.tenant, by_minor=spent)
    use(tenant=frame.tenant, used=((book, cycle, amount) for (book, cycle), amount in sorted(used.items())))
    for book, amount in sorted(spent.items()):
        before = rows[book].balance_minor
        frame.changed("book", book, before={"balance_minor": before}, after={"balance_minor": before + amount})
    return [Deduction(p.book, p.ref, p.item, p.amount_minor, booked[due[p.due].cycle]) for p in parts]


def _post(
    frame: Frame, account: str, rows: Mapping[int, Book], parts: Sequence[kernel.Deduction], due: Sequence[DueLine],
    on: date, refers: str,
) -> dict[str, int]:  # fmt: skip
    """One transaction for each cycle paid; their ids by cycle."""
    by_cycle: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for part in parts:
        by_cycle[due[part.due].cycle][part.book] += part.amount_minor
    booked = {}
    for cycle, books in sorted(by_cycle.items()):
        legs = [Leg(key_of(rows[book]), amount) for book, amount in sorted(books.items())]
        legs.append(Leg(AccountKey("receivable", account), -sum(books.values())))
        booked[cycle] = post(frame=frame, kind="deduction", legs=legs, refers=refers, on=on, cycle=cycle)
    return booked


def kernel_books(*, tenant: Tenant, rows: Sequence[Book]) -> list[kernel.Book]:
    """Books as the kernel takes them, with what they pay and what they have paid of each cycle."""
    items: defaultdict[int, set[str]] = defaultdict(set)
    types = {row.type_id for row in rows}
    for type_id, item in UseItem.objects.filter(tenant=tenant, type__in=types).values_list("type_id", "item"):
        items[type_id].add(item)
    used: defaultdict[int, dict[str, int]] = defaultdict(dict)
    limited = [row.pk for row in rows if row.cycle_upper_minor is not None or row.cycle_lower_minor]
    for book, cycle, amount in BookUse.objects.filter(tenant=tenant, book__in=limited).values_list(
        "book_id", "cycle", "used_minor"
    ):
        used[book][cycle] = amount
    return [
        kernel.Book(
            id=row.pk, available_minor=row.balance_minor - row.reserved_minor, priority=row.type.priority,
            principal=row.type.principal,
            items=None if ALL_ITEMS in items[row.type_id] else frozenset(items[row.type_id]),
            subscriber=row.subscriber, effective_on=row.effective_on, expires_on=row.expires_on,
            may_pay_arrears=row.type.may_pay_arrears, lower_minor=row.lower_minor, upper_minor=row.upper_minor,
            cycle_lower_minor=row.cycle_lower_minor, cycle_upper_minor=row.cycle_upper_minor, used_minor=used[row.pk],
        )
        for row in rows
    ]  # fmt: skip
