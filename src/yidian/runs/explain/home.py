"""The hall's first page for one customer: what is to pay, what is held, what the month has come to, what is left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from yidian.domains.charging.queries import books
from yidian.domains.charging.types import HeldBook
from yidian.domains.customer_bill.queries import cycles
from yidian.domains.party.queries import accounts_of, looks_of
from yidian.domains.payment.queries import owed_by
from yidian.domains.product_inventory.queries import lines_of
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.lake.queries import UnableToUseFile
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.bill import bills
from yidian.runs.explain.concerns import concerns
from yidian.runs.explain.so_far import open_cycle, so_far
from yidian.runs.explain.tariffs import known
from yidian.runs.explain.types import BookSum, Home

SHOWN_LOOKS: Final = 3


def home(*, tenant: Tenant, lake: Path, customer: str, number: str, now: datetime) -> Home:
    """The page of a customer (by code) on one of the subscriptions: `number` is its code; another one: the first."""
    now_ms = to_ms(now)
    today = local_date(now_ms, tenant.zone)
    lines = lines_of(tenant=tenant, customer=customer, at_ms=now_ms)
    own = {one.code: one.id for one in accounts_of(tenant=tenant, customer=customer)}
    line = next((one for one in lines if one.code == number), lines[0] if lines else None)
    account = line.account if line else next(iter(own), "")
    mine = account in own
    owed = [due for found in owed_by(tenant=tenant, accounts=own).values() for due in found]
    dues = tuple(sorted(owed, key=lambda due: (due.due_on, due.account, due.id)))
    newest = next(iter(bills(tenant=tenant, accounts=[account])), None) if mine else None
    held = _books(books(tenant=tenant, account=account), today) if mine else ()
    cycle = open_cycle(cycles(tenant=tenant), now_ms=now_ms)
    names = known(tenant=tenant, cycle=cycle) if cycle is not None and line and line.holdings else None
    month, unread = None, False
    if cycle is not None and account:
        try:
            month = so_far(
                tenant=tenant, lake=lake, cycle=cycle, account=account, account_id=own.get(account),
                subscriber=line.id if line else None, by=names,
            )  # fmt: skip
        except UnableToUseFile:
            unread = True
    told = Home(
        customer=customer, lines=tuple(lines), accounts=tuple(own), line=line, account=account, mine=mine, dues=dues,
        newest=newest, books=held, so_far=month, unread=unread,
        offers=tuple(names.offer(one.offer) for one in line.holdings) if names and line else (),
        concerns=(),
    )  # fmt: skip
    looks = looks_of(tenant=tenant, customer=customer, limit=SHOWN_LOOKS)
    return replace(told, concerns=tuple(concerns(told, names, looks, today=today, now_ms=now_ms)))


def _books(found: list[HeldBook], today: date) -> tuple[BookSum, ...]:
    """By type; those that hold nothing are left out, but principal is always told."""
    sums: defaultdict[tuple[bool, str], int] = defaultdict(int)
    until: dict[tuple[bool, str], date] = {}
    for book in found:
        ends = book.terms.expires_on
        if ends is not None and ends <= today:
            continue
        key = (not book.principal, book.type)
        sums[key] += book.available_minor
        if ends is not None and book.available_minor:
            until[key] = min(ends, until.get(key, ends))
    return tuple(
        BookSum(type=type_, principal=not other, balance_minor=minor, until=until.get((other, type_)))
        for (other, type_), minor in sorted(sums.items())
        if minor or not other
    )
