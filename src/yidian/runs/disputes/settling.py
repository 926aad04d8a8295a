"""Deciding that the customer is right, and booking it under the law of the month that was charged."""

from __future__ import annotations

from datetime import datetime

from yidian.domains.dispute import operations
from yidian.domains.dispute.queries import dispute_named
from yidian.domains.dispute.types import DisputeFacts
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.bill.adjust import law_of


def uphold(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, over_minor: int, answer: str, item: str = ""
) -> DisputeFacts:
    """As operations.uphold, and then `settle`. Cut off between the two it is upheld and nothing is booked: the same
    again, or `settle`, goes on. BadInput ADJUSTMENT_ITEM too.
    """
    found = dispute_named(tenant=tenant, number=number)
    if item:
        law_of(tenant=tenant, cycle=found.origin, item=item)
    operations.uphold(
        tenant=tenant, actor=actor, key=key, now=now, number=number, over_minor=over_minor, answer=answer, item=item
    )
    return settle(tenant=tenant, actor=actor, now=now, number=number)


def settle(*, tenant: Tenant, actor: Actor, now: datetime, number: str) -> DisputeFacts:
    """As operations.settle, with class and rate of the item in the month that was charged. UnableToFindDispute."""
    found = dispute_named(tenant=tenant, number=number)
    law = law_of(tenant=tenant, cycle=found.origin, item=found.item) if found.item else ("", 0)
    return operations.settle(tenant=tenant, actor=actor, now=now, number=number, tax_class=law[0], rate_ppm=law[1])
