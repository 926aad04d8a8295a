"""What whoever takes money at a counter sees of an account first: whose it is, what it owes, what was taken today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yidian.domains.party.queries import accounts, customers
from yidian.domains.payment.queries import owed_by, receipts_of
from yidian.domains.payment.types import Owed, Receipt
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """An account (code) at the counter. `owed` oldest due first, with what is open of it together; `today` newest
    first: the same money taken twice is seen before it is taken."""

    account: str
    customer: str
    name: str
    owed: tuple[Owed, ...]
    open_minor: int
    today: tuple[Receipt, ...]


def till(*, tenant: Tenant, account: str, now: datetime) -> Till | None:
    """An account (code) as the counter sees it; None: there is none."""
    found = accounts(tenant=tenant, codes=[account])
    if not found:
        return None
    customer = found[0].customer
    owed = owed_by(tenant=tenant, accounts=[account]).get(account, [])
    on = local_date(to_ms(now), tenant.zone)
    return Till(
        account=account, customer=customer, name=customers(tenant=tenant, codes=[customer])[0].name, owed=tuple(owed),
        open_minor=sum(one.open_minor for one in owed),
        today=tuple(one for one in receipts_of(tenant=tenant, accounts=[account]) if one.business_on == on),
    )  # fmt: skip
