"""Which lines accounts pay for, and which of all are stopped for a reason: what credit control acts on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from django_scopes import scope

from yidian.domains.product_inventory.models import AccountOfSubscriber, SubscriberStop
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500


class LinePaid(NamedTuple):
    """Codes; `id` of the subscription."""

    id: int
    subscriber: str
    customer: str
    account: str


def lines_paid_by(*, tenant: Tenant, accounts: Collection[str], at_ms: int) -> list[LinePaid]:
    """Subscriptions of some accounts (codes) at an instant (UTC ms), by account and subscription."""
    ordered, found = sorted(accounts), list[LinePaid]()
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            found += _paid(tenant, at_ms, account__code__in=ordered[start : start + CHUNK])
    return sorted(found, key=lambda one: (one.account, one.subscriber))


def lines_stopped_for(*, tenant: Tenant, reason: str, at_ms: int) -> list[LinePaid]:
    """Subscriptions that are stopped for a reason at an instant (UTC ms), by account and subscription."""
    with scope(tenant=tenant):
        stops = SubscriberStop.objects.filter(tenant=tenant, reason=reason, from_ms__lte=at_ms, to_ms__gt=at_ms)
        found = _paid(tenant, at_ms, subscriber__in=stops.values("subscriber_id"))
    return sorted(found, key=lambda one: (one.account, one.subscriber))


def _paid(tenant: Tenant, at_ms: int, **which: object) -> list[LinePaid]:
    rows = AccountOfSubscriber.objects.filter(tenant=tenant, from_ms__lte=at_ms, to_ms__gt=at_ms, **which)
    columns = ("subscriber_id", "subscriber__code", "subscriber__customer__code", "account__code")
    return [LinePaid(*row) for row in rows.values_list(*columns)]
