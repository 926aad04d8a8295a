"""The accounts of a customer, what each owes and holds, and for whom it pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yidian.domains.charging.queries import held_of
from yidian.domains.credit.queries import brands_of
from yidian.domains.party.queries import accounts_of
from yidian.domains.payment.queries import owed_by
from yidian.domains.product_inventory.queries import paid_for_by
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.tenancy.models import Tenant

MOST: Final = 50
LINES: Final = 20  # subscriptions named beside an account


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Amounts in minor units. `lines`: codes of the subscriptions it pays for now, the first LINES of them."""

    code: str
    currency: str
    brand: str
    open_minor: int
    overdue_minor: int
    principal_minor: int
    gifts_minor: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    shown: tuple[Account, ...]
    more: int


def accounts(*, tenant: Tenant, customer: str, now: datetime) -> Accounts:
    """By code; the first MOST."""
    rows = accounts_of(tenant=tenant, customer=customer)
    shown = rows[:MOST]
    codes = [row.code for row in shown]
    today = local_date(to_ms(now), tenant.zone)
    owed = owed_by(tenant=tenant, accounts=codes)
    held = held_of(tenant=tenant, accounts=codes)
    brands = brands_of(tenant=tenant, accounts=codes, on=today)
    return Accounts(
        tuple(
            Account(
                code=row.code, currency=row.currency, brand=brands.get(row.code, ""),
                open_minor=sum(one.open_minor for one in owed.get(row.code, ())),
                overdue_minor=sum(one.open_minor for one in owed.get(row.code, ()) if one.due_on < today),
                principal_minor=held[row.code][0], gifts_minor=held[row.code][1],
                lines=tuple(paid_for_by(tenant=tenant, account=row.code, at_ms=to_ms(now), limit=LINES)),
            )
            for row in shown
        ),
        max(0, len(rows) - MOST),
    )  # fmt: skip
