"""Closing a month: what is not posted is posted, its books are added up, and then nothing of it changes any more."""

from __future__ import annotations

from datetime import datetime

from django_scopes import scope

from yidian.domains.customer_bill import operations, queries
from yidian.domains.customer_bill.types import CLOSED, Cycle
from yidian.platform.jobs.engine import alone
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.books.month import month_books
from yidian.runs.post.run import post_alone
from yidian.runs.rate.inputs import Places


def close(
    *, tenant: Tenant, places: Places, cycle: str, now: datetime, actor: Actor = operations.CONSOLE,
    leave_parked: bool = False,
) -> Cycle:  # fmt: skip
    """Close a cycle; asked again by the same actor it answers again.

    As `post`, and UnableToCloseCycle MONTH_DOES_NOT_BALANCE with the first equation that does not hold.
    """
    with alone(tenant=tenant, subject=f"cycle {cycle}", folder=places.locks), scope(tenant=tenant):
        if queries.cycle_named(tenant=tenant, name=cycle).state != CLOSED:
            post_alone(tenant=tenant, places=places, cycle=cycle, now=now, actor=actor, leave_parked=leave_parked)
            broken = month_books(tenant=tenant, lake=places.lake, cycle=cycle).broken
            if broken:
                raise operations.UnableToCloseCycle(
                    "MONTH_DOES_NOT_BALANCE", cycle=cycle, equation=broken[0].code,
                    left=broken[0].left, right=broken[0].right,
                )  # fmt: skip
        return operations.close_cycle(tenant=tenant, name=cycle, now=now, actor=actor)
