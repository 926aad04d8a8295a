"""携出: whether a number may go to another network, and every reason why not (N2, N3)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from yidian.domains.party.queries import documents_of
from yidian.domains.payment.queries import owed_by
from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_inventory.queries import had_by, standing
from yidian.domains.resource_inventory.queries import level_terms, resource
from yidian.kernel.calendar import DAY_MS, FOREVER_MS, local_date, to_ms
from yidian.kernel.ledger import months_after
from yidian.platform.tenancy.models import Tenant

STAY_DAYS: Final = 120  # N2: natural days since joining, or since it came


def reasons_to_stay(*, tenant: Tenant, subscriber: str, now: datetime) -> tuple[str, ...]:
    """Codes of all conditions that are not met, in the order in which the regulator names them; none: it may go.

    PORT_NOT_REAL_NAME, PORT_NOT_NORMAL (stopped, lost, being terminated, no number), PORT_OWES, PORT_UNDER_TERM (an
    offer held for months, or a premium number's term), PORT_TOO_SOON, PORT_NOT_PORTABLE.
    """
    at_ms = to_ms(now)
    stands = standing(tenant=tenant, subscriber=subscriber, at_ms=at_ms)
    numbers = stands.identifiers.get("msisdn", ()) if stands else ()
    if stands is None or not numbers:
        return ("PORT_NOT_NORMAL",)
    offers = offers_for_orders(tenant=tenant, on=local_date(at_ms, tenant.zone))
    bound = any(
        held.to_ms < FOREVER_MS and held.offer in offers and offers[held.offer].terms.months for held in stands.holdings
    )
    since_ms = _since_ms(tenant, stands.customer, subscriber)
    number = resource(tenant=tenant, kind="number", id=numbers[0])
    found = {
        "PORT_NOT_REAL_NAME": not documents_of(tenant=tenant, customers=[stands.customer]),
        "PORT_NOT_NORMAL": stands.life != "in_use" or bool(stands.reasons),
        "PORT_OWES": bool(owed_by(tenant=tenant, accounts=[stands.account]).get(stands.account)),
        "PORT_UNDER_TERM": bound or _level_binds(tenant, number.level if number else "", since_ms, at_ms),
        "PORT_TOO_SOON": at_ms - since_ms < STAY_DAYS * DAY_MS,
        "PORT_NOT_PORTABLE": number is not None and not number.portable and not number.guest,
    }
    return tuple(code for code, holds in found.items() if holds)


def _since_ms(tenant: Tenant, customer: str, subscriber: str) -> int:
    """When the subscription's first number began."""
    lines = [line for line in had_by(tenant=tenant, customer=customer) if line.code == subscriber]
    return min((one.from_ms for line in lines for one in line.numbers), default=0)


def _level_binds(tenant: Tenant, level: str, since_ms: int, at_ms: int) -> bool:
    terms = level_terms(tenant=tenant, level=level, on=local_date(since_ms, tenant.zone)) if level else None
    if terms is None or not terms.months:
        return False
    return local_date(at_ms, tenant.zone) < months_after(local_date(since_ms, tenant.zone), terms.months)
