"""The last bills of a customer beside each other, what made the newest one higher, and the open month so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.party.queries import accounts_of
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.bill import account_bill, bills
from yidian.runs.explain.so_far import open_cycle, so_far
from yidian.runs.explain.types import MonthOfBills, Reason

SHOWN: Final = 6  # months
ACCOUNTS: Final = 3  # of a customer whose open month is counted while somebody waits
COMPARED: Final = 3  # months before the newest one
HIGHER_PERCENT: Final = 130  # of their mean: from here on it is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Higher:
    """The newest month is `percent` of the mean of the months before it; `reasons` of the account that rose most."""

    cycle: str
    account: str
    percent: int
    mean_minor: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """`totals`: (cycle, minor units) oldest first. `now_minor` None: nothing is rated, or too many accounts to wait."""

    totals: tuple[tuple[str, int], ...]
    higher: Higher | None
    cycle: str
    now_minor: int | None
    rated_at: datetime | None


def customer_months(*, tenant: Tenant, lake: Path, customer: str, now: datetime) -> Months:
    """UnableToUseFile where a result is damaged."""
    accounts = accounts_of(tenant=tenant, customer=customer)
    found = bills(tenant=tenant, accounts=[account.code for account in accounts])
    totals: defaultdict[str, int] = defaultdict(int)
    for one in reversed(found):
        totals[one.cycle] += one.total_minor
    shown = tuple(totals.items())[-SHOWN:]
    cycle, now_minor, rated_at = _open_month(tenant, lake, {a.code: a.id for a in accounts}, now)
    return Months(
        totals=shown, higher=_higher(tenant, lake, found, shown), cycle=cycle, now_minor=now_minor, rated_at=rated_at
    )


def _higher(
    tenant: Tenant, lake: Path, found: Sequence[MonthOfBills], totals: Sequence[tuple[str, int]]
) -> Higher | None:
    before = [total for _, total in totals[-1 - COMPARED : -1]]
    mean = sum(before) // len(before) if before else 0
    if mean <= 0 or totals[-1][1] * 100 < mean * HIGHER_PERCENT:
        return None
    cycle, total = totals[-1]
    newest = [one for one in found if one.cycle == cycle]
    former = {one.account: one.total_minor for one in found if one.cycle == totals[-2][0]}
    most = max(newest, key=lambda one: (one.total_minor - former.get(one.account, 0), one.account))
    why = account_bill(tenant=tenant, lake=lake, account=most.account, cycle=cycle).reasons
    rising = tuple(one for one in why if one.difference_minor > 0 and not one.rest)[:2]
    return Higher(cycle=cycle, account=most.account, percent=total * 100 // mean, mean_minor=mean, reasons=rising)


def _open_month(
    tenant: Tenant, lake: Path, accounts: dict[str, int], now: datetime
) -> tuple[str, int | None, datetime | None]:
    cycle = open_cycle(cycles(tenant=tenant), now_ms=to_ms(now))
    if cycle is None:
        return "", None, None
    if not 0 < len(accounts) <= ACCOUNTS:
        return cycle.name, None, None
    parts = [
        so_far(tenant=tenant, lake=lake, cycle=cycle, account=code, account_id=id_, subscriber=None)
        for code, id_ in accounts.items()
    ]
    amounts = [part.amount_minor for part in parts]
    known = [amount for amount in amounts if amount is not None]
    return cycle.name, sum(known) if len(known) == len(amounts) else None, parts[0].rated_at
