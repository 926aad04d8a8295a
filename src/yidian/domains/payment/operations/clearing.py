"""Receivables cleared without new money: from balance books, or waived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain

from django.db.models import Sum

from yidian.domains.charging.operations import deduct_many
from yidian.domains.charging.types import DueLine
from yidian.domains.ledger import operations as ledger
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.domains.payment.bulk import insert_allocations, move_cleared
from yidian.domains.payment.models import Allocation
from yidian.domains.payment.operations.holding import hold, hold_open
from yidian.domains.payment.operations.taking import business_day
from yidian.domains.payment.types import DueItem, Owed
from yidian.platform.writing.frame import Frame


def clear_from_books(
    *, frame: Frame, account: str, cycle: str | None = None, items: Mapping[int, Sequence[DueItem]] | None = None
) -> int:
    """Clear what an account owes (of one cycle, or all) from its balance books, in charging's order; how much.

    `items`: of a receivable (by id) what it is for, so that restricted books find their use; without, only books for
    everything are used on it. What books cleared before is taken off its item, what money cleared off the first items.
    """
    return clear_many_from_books(frame=frame, accounts=[account], cycle=cycle, items=items)[account]


def clear_many_from_books(
    *, frame: Frame, accounts: Sequence[str], cycle: str | None = None,
    items: Mapping[int, Sequence[DueItem]] | None = None,
) -> dict[str, int]:  # fmt: skip
    """`clear_from_books` for many accounts, in as many statements as for one; how much of each."""
    owed = hold_open(accounts=accounts, cycle=cycle)
    before = _by_books([one for rows in owed.values() for one in rows]) if items else {}
    due = {
        account: [
            line
            for one in sorted(owed.get(account, ()), key=_oldest)
            for line in _lines(one, (items or {}).get(one.id, ()), before)
        ]
        for account in accounts
    }
    on = business_day(frame)
    deductions = deduct_many(frame=frame, dues=due, on=on)
    cleared: defaultdict[int, int] = defaultdict(int)
    for one in chain.from_iterable(deductions.values()):
        cleared[int(one.ref)] += one.amount_minor
    insert_allocations([
        Allocation(
            tenant=frame.tenant, receivable_id=int(one.ref), source="book", book=one.book, item=one.item,
            amount_minor=one.amount_minor, made_on=on, value_on=on,
        )
        for one in chain.from_iterable(deductions.values())
    ])  # fmt: skip
    move_cleared(tenant=frame.tenant, by_receivable=cleared)
    return {account: sum(one.amount_minor for one in parts) for account, parts in deductions.items()}


def _oldest(one: Owed) -> tuple[date, int]:
    return one.due_on, one.id


def _by_books(owed: Sequence[Owed]) -> dict[tuple[int, str], int]:
    """What books have cleared of each (receivable, item)."""
    rows = Allocation.objects.filter(receivable_id__in=[one.id for one in owed], source="book")
    sums = rows.values_list("receivable_id", "item").annotate(sum=Sum("amount_minor"))
    return {(receivable, item): amount for receivable, item, amount in sums}


def _lines(one: Owed, items: Sequence[DueItem], by_books: Mapping[tuple[int, str], int]) -> list[DueLine]:
    """The open part of a receivable by item; the lines sum to what is open, whatever the items say.

    What is less than nothing (a discount) and what money cleared comes off the first items.
    """
    left = {item: by_books.get((one.id, item), 0) for item in {row.item for row in items}}
    off_any = one.cleared_minor - sum(left.values()) - sum(min(row.amount_minor, 0) for row in items)
    lines = []
    for row in items:
        rest = max(row.amount_minor, 0)
        own = min(left[row.item], rest)
        left[row.item] -= own
        rest -= own
        any_ = min(off_any, rest)
        off_any -= any_
        if rest > any_:
            lines.append(DueLine(str(one.id), row.item, row.subscriber, rest - any_, one.cycle))
    if sum(line.amount_minor for line in lines) != one.open_minor:
        return [DueLine(str(one.id), "", "", one.open_minor, one.cycle)]
    return lines


def waive(*, frame: Frame, receivable: int, amount_minor: int, against: AccountKey, reason: str) -> int:
    """Give up what is open of a receivable, up to an amount; how much. The ledger turns it back (`against` debited)."""
    one = hold(ids=[receivable])[receivable]
    waived = min(amount_minor, one.open_minor)
    if waived <= 0:
        return 0
    on = business_day(frame)
    ledger.post(
        frame=frame, kind=f"{one.kind}_waived", refers=f"receivable/{receivable}", on=on, cycle=one.cycle,
        legs=[Leg(against, waived), Leg(AccountKey("receivable", owner=one.account), -waived)],
    )  # fmt: skip
    Allocation.objects.create(
        tenant=frame.tenant, receivable_id=receivable, source="waiver", amount_minor=waived, made_on=on, value_on=on
    )
    move_cleared(tenant=frame.tenant, by_receivable={receivable: waived})
    frame.changed("receivable", receivable, before=None, after={"waived_minor": waived, "reason": reason})
    return waived
