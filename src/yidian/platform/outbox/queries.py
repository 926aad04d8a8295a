"""Reading the outbox: what happened, who hears it, and how far each has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from django.db.models import Count, Q

from yidian.platform.outbox.models import Delivery, OutboxEvent, Subscription
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class Told:
    """A subscription and how it stands. Its secret is shown to nobody again."""

    name: str
    url: str
    events: tuple[str, ...]
    system: str
    state: str
    waiting: int
    dead: int
    delivered: int
    silent_since: datetime | None


def wants(row: Subscription, event: OutboxEvent) -> bool:
    """Whether a subscription is to hear an event: no filter hears all, `payment.*` all of payments; that of a system
    only what it asked for.
    """
    if row.system and event.payload.get("system") != row.system:
        return False
    return not row.events or any(fnmatchcase(event.event, pattern) for pattern in row.events)


def subscriptions(*, tenant: Tenant) -> list[Told]:
    """Every subscription, by name."""
    of = {state: Count("deliveries", filter=Q(deliveries__state=state)) for state in Delivery.State.values}
    rows = Subscription.objects.filter(tenant=tenant).annotate(**{f"n_{state}": count for state, count in of.items()})
    return [
        Told(
            row.name, row.url, tuple(row.events), row.system, row.state, row.n_waiting, row.n_dead, row.n_delivered,
            row.silent_since,
        )
        for row in rows.order_by("name")
    ]  # fmt: skip


def events(*, tenant: Tenant, limit: int = 50) -> list[OutboxEvent]:
    """The latest events, newest first; `number` is None until the relay has seen them."""
    return list(OutboxEvent.objects.filter(tenant=tenant).order_by("-id")[:limit])


def deliveries(*, tenant: Tenant, subscription: str, state: str = "", limit: int = 50) -> list[Delivery]:
    """Deliveries of a subscription, newest event first; those of one state where one is named."""
    rows = Delivery.objects.filter(tenant=tenant, subscription__name=subscription)
    if state:
        rows = rows.filter(state=state)
    return list(rows.select_related("event").order_by("-number")[:limit])
