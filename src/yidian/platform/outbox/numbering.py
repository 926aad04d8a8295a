"""Numbers for events that are committed: the order in which they are told.

Ids are drawn before a commit. On PostgreSQL a transaction with id 5 may commit after the one with id 6, so "all up to 6
are told" would lose 5 for ever. Here an event gets its number only once it is seen committed, by one numberer at a
time: a number that is there stays there, none comes in below it, and there is no gap. Two transactions on one aggregate
wait for each other at the aggregate's row, so within an aggregate the order of ids, which is kept, is that of commits.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Max

from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant

AT_ONCE: Final = 500


def number_committed(*, tenant: Tenant) -> int:
    """Number every event that is committed and has no number; answers how many."""
    count = 0
    while numbered := _some(tenant):
        count += numbered
        if numbered < AT_ONCE:
            break
    return count


def _some(tenant: Tenant) -> int:
    waiting = OutboxEvent.objects.filter(tenant=tenant, number__isnull=True)
    if not waiting.exists():
        return 0
    with transaction.atomic():
        # One numberer at a time; "no key": rows that point at the tenant are written meanwhile.
        Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        last = last_number(tenant=tenant)
        rows = list(waiting.order_by("id")[:AT_ONCE])
        for number, row in enumerate(rows, last + 1):
            row.number = number
        OutboxEvent.objects.bulk_update(rows, ["number"])
        point("outbox.numbered")
    return len(rows)


def last_number(*, tenant: Tenant) -> int:
    """The highest number given so far, 0 before the first."""
    found = OutboxEvent.objects.filter(tenant=tenant).aggregate(last=Max("number"))["last"]
    return int(found or 0)
