"""Numbers to choose and to keep for a while, in words that stand near TMF685's."""

from __future__ import annotations

from typing import Any, Final

from yidian.domains.resource_inventory.queries import level_terms
from yidian.domains.resource_inventory.types import LevelTerms, NumberChoice, ResourceFacts
from yidian.faces.openapi import answering
from yidian.faces.openapi.answering import POOL
from yidian.faces.openapi.asking import Call

RESERVATION: Final = f"{POOL}/reservation"


def told(call: Call, found: list[NumberChoice]) -> list[dict[str, Any]]:
    levels = {row.level for row in found if row.level}
    terms = {one: level_terms(tenant=call.tenant, level=one, on=call.today) for one in levels}
    return [_number(call, row, terms.get(row.level)) for row in found]


def _number(call: Call, row: NumberChoice, terms: LevelTerms | None) -> dict[str, Any]:
    asks = {}
    if terms is not None:
        unit = call.tenant.currency
        asks = {
            "minimumSpend": answering.money(terms.min_spend_minor, unit), "minimumMonths": terms.months,
            "deposit": answering.money(terms.deposit_minor, unit),
        }  # fmt: skip
    return {
        "@type": "AvailableNumber", "id": row.number, "category": row.kind, "level": row.level or None,
        "area": row.area or None, **asks,
    }  # fmt: skip


def reservation(call: Call, kept: ResourceFacts) -> dict[str, Any]:
    resource = [{"id": kept.id, "@referredType": "Number"}]
    return {
        "@type": "Reservation", "id": kept.id, "href": answering.href(call, RESERVATION, kept.id),
        "reservationState": "reserved", "validFor": {"endDateTime": answering.instant_ms(kept.until_ms)},
        "reservationItem": [{"quantity": 1, "appliedCapacityAmount": {"resource": resource}}],
    }  # fmt: skip
