"""What somebody may do alone with somebody's money, so that a form says beforehand when a second person is asked."""

from __future__ import annotations

from datetime import datetime

from yidian.domains.customer_bill.queries import terms_on
from yidian.domains.party.queries import accounts
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.access.queries import alone_up_to
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


def adjusts_alone_up_to(*, tenant: Tenant, actor: Actor, account: str, now: datetime) -> int:
    """The most, in minor units, that an actor adjusts on an account (code) alone: by their right and by the terms."""
    found = accounts(tenant=tenant, codes=[account])
    node = (found[0].organisation or None) if found else None
    terms = terms_on(tenant=tenant, on=local_date(to_ms(now), tenant.zone)).adjust_limit_minor
    mine = alone_up_to(tenant=tenant, actor=actor, action="bill.adjust", organisation=node, now=now)
    return terms if mine is None else min(mine, terms)
