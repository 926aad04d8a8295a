"""What a customer's own subscriptions used in a month that is rated, by pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.product_inventory.queries import lines_of
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.events import Filter, events_page
from yidian.runs.explain.types import Events

MONTHS: Final = 6  # to choose from
SERVICES: Final = ("voice", "sms", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUsage:
    """A page of events of `cycle`, the one asked for if it is rated, else the newest that is; None: none is.

    `cycles`: months to choose from, newest first; `service`: "" all.
    """

    cycle: str
    cycles: tuple[str, ...]
    service: str
    page: Events | None


def customer_usage(
    *, tenant: Tenant, lake: Path, customer: str, now: datetime, cycle: str = "", service: str = "", before: str = "",
    limit: int = 50,
) -> CustomerUsage:  # fmt: skip
    """UnableToUseFile where a result is damaged."""
    rated = [one.name for one in reversed(cycles(tenant=tenant)) if one.rate_run is not None][:MONTHS]
    wanted = cycle if cycle in rated else (rated or [""])[0]
    kind = service if service in SERVICES else ""
    mine = tuple(line.id for line in lines_of(tenant=tenant, customer=customer, at_ms=to_ms(now)))
    if not wanted or not mine:
        return CustomerUsage(cycle=wanted, cycles=tuple(rated), service=kind, page=None)
    page = events_page(
        tenant=tenant,
        lake=lake,
        cycle=wanted,
        which=Filter(subscribers=mine, service=kind),
        before=before,
        limit=limit,
    )
    return CustomerUsage(cycle=wanted, cycles=tuple(rated), service=kind, page=page)
