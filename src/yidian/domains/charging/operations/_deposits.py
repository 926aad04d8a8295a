"""Deposits: taken once, returned month by month, the last month with the rest (K7)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django_scopes import scope

from yidian.domains.charging.bulk import move
from yidian.domains.charging.defaults import GENERAL
from yidian.domains.charging.models import BalanceType, Deposit
from yidian.domains.charging.operations._moves import CHANGED, books_with, event_of, key_of
from yidian.domains.charging.operations._rules import seed
from yidian.domains.charging.types import Returned, Terms
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.operations import post
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.kernel.ledger import months_after, returns
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

CHUNK: Final = 200  # deposits in one transaction


class UnableToTakeDeposit(Exception):
    """DEPOSIT_AMOUNT (less than one unit a month, or no month), DEPOSIT_ACCOUNT_UNKNOWN, DEPOSIT_TYPE (unknown, or not
    principal: a deposit is the customer's own money and returns as such), DEPOSIT_BEGUN (part of it has returned)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def take_deposit(
    *, frame: Frame, account: str, amount_minor: int, months: int, first_on: date, against: AccountKey, on: date,
    type: str = GENERAL, subscriber: str = "",
) -> int:  # fmt: skip
    """Take a deposit (Dr `against`, Cr deposit) that returns into a book of `type` from `first_on`, monthly. Its id."""
    if months < 1 or amount_minor < months:
        raise UnableToTakeDeposit("DEPOSIT_AMOUNT", amount=amount_minor, months=months)
    seed(tenant=frame.tenant)
    known = accounts_by_code(tenant=frame.tenant, codes=[account])
    if account not in known:
        raise UnableToTakeDeposit("DEPOSIT_ACCOUNT_UNKNOWN", account=account)
    type_row = BalanceType.objects.filter(tenant=frame.tenant, code=type, active=True, principal=True).first()
    if type_row is None:
        raise UnableToTakeDeposit("DEPOSIT_TYPE", type=type)
    row = Deposit.objects.create(
        tenant=frame.tenant, account_id=known[account].id, type=type_row, subscriber=subscriber,
        amount_minor=amount_minor, months=months, first_on=first_on, next_on=first_on,
    )  # fmt: skip
    legs = [Leg(against, amount_minor), Leg(AccountKey("deposit", account, str(row.pk)), -amount_minor)]
    post(frame=frame, kind="deposit", legs=legs, refers=f"deposit/{row.pk}", on=on)
    told = {"account": account, "amount_minor": amount_minor, "months": months, "first_on": first_on.isoformat()}
    frame.changed("deposit", row.pk, before=None, after=told)
    return int(row.pk)


def give_deposit_back(*, frame: Frame, deposit: int, against: AccountKey, on: date) -> int:
    """Give a deposit back whole (Dr deposit, Cr `against`), as if it had never been taken (返销); the amount.

    UnableToTakeDeposit DEPOSIT_BEGUN once a part of it has returned.
    """
    rows = Deposit.objects.filter(tenant=frame.tenant, pk=deposit).select_related("account")
    row = rows.select_for_update(of=("self",), no_key=True).get()
    if row.returned:
        raise UnableToTakeDeposit("DEPOSIT_BEGUN", deposit=deposit)
    legs = [
        Leg(AccountKey("deposit", row.account.code, str(row.pk)), row.amount_minor),
        Leg(against, -row.amount_minor),
    ]
    post(frame=frame, kind="deposit", legs=legs, refers=f"deposit/{row.pk}/back", on=on)
    row.returned, row.returned_minor, row.next_on = row.months, row.amount_minor, None
    row.save(update_fields=["returned", "returned_minor", "next_on"])
    frame.changed("deposit", row.pk, before={"amount_minor": row.amount_minor}, after=None)
    return int(row.amount_minor)


def return_deposits(*, tenant: Tenant, actor: Actor, now: datetime, on: date) -> Returned:
    """Return every part that has fallen due by `on`, missed months too, chunk by chunk; again does nothing."""
    deposits = count = amount_minor = newest = 0
    while ids := _due(tenant, on, newest):
        digest = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
        with chunk(
            tenant=tenant, actor=actor, operation="books.return", now=now, digest=digest, count=len(ids),
            subject=f"return/{on.isoformat()}/{ids[0]}",
        ) as frame:  # fmt: skip
            rows = _held(tenant, ids, on)
            parts = _return(frame, rows, on)
        deposits, count, amount_minor = deposits + len(rows), count + len(parts), amount_minor + sum(parts)
        newest = ids[-1]
    return Returned(deposits, count, amount_minor)


def _due(tenant: Tenant, on: date, after: int) -> list[int]:
    with scope(tenant=tenant):
        rows = Deposit.objects.filter(tenant=tenant, next_on__isnull=False, next_on__lte=on, id__gt=after)
        return list(rows.order_by("id").values_list("id", flat=True)[:CHUNK])


def _held(tenant: Tenant, ids: Sequence[int], on: date) -> list[Deposit]:
    """Those still due now that nobody else can return them."""
    rows = Deposit.objects.filter(tenant=tenant, pk__in=ids, next_on__isnull=False, next_on__lte=on)
    return list(rows.select_related("account").select_for_update(of=("self",), no_key=True).order_by("id"))


def _return(frame: Frame, rows: Sequence[Deposit], on: date) -> list[int]:
    """Book every part due, each as a transaction of its own; the amounts."""
    tenant = frame.tenant
    wanted = [(row.account_id, row.type_id, Terms(subscriber=row.subscriber)) for row in rows]
    entries, parts, events = [], [], []
    moved: defaultdict[int, int] = defaultdict(int)
    for row, book in zip(rows, books_with(tenant=tenant, wanted=wanted), strict=True):
        plan = returns(amount_minor=row.amount_minor, months=row.months)
        source = AccountKey("deposit", row.account.code, str(row.pk))
        while row.returned < row.months and months_after(row.first_on, row.returned) <= on:
            part = plan[row.returned]
            row.returned, row.returned_minor = row.returned + 1, row.returned_minor + part
            legs = [Leg(source, part), Leg(key_of(book), -part)]
            entries.append(Entry("deposit_return", legs, f"deposit/{row.pk}/{row.returned}", on))
            events.append(event_of(book, "deposit_return", book.balance_minor + moved[book.pk], part))
            moved[book.pk] += part
            parts.append(part)
        row.next_on = months_after(row.first_on, row.returned) if row.returned < row.months else None
    post_many(frame=frame, entries=entries)
    move(tenant=tenant, by_minor=moved)
    Deposit.objects.bulk_update(rows, ["returned", "returned_minor", "next_on"], batch_size=100)
    frame.emit_many(CHANGED, told=events)
    return parts
