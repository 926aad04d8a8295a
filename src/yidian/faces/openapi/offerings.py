"""Product offerings as TMF620 tells them: what may be ordered today, what it costs beside usage, for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_catalog.types import OfferForOrder
from yidian.faces.openapi import answering
from yidian.faces.openapi.answering import CATALOG
from yidian.faces.openapi.asking import Call
from yidian.kernel.calendar import day_start_ms
from yidian.kernel.rating.tariff import Fee, Tariff
from yidian.runs.ready import newest, rows_of_edition

PLACE: Final = f"{CATALOG}/productOffering"
TYPES: Final = {"cycle": "recurring", "once": "oneTime", "leaving": "penalty"}
MICRO: Final = 1_000_000


def on_sale(call: Call) -> dict[str, OfferForOrder]:
    """By code."""
    offers = offers_for_orders(tenant=call.tenant, on=call.today)
    return {code: one for code, one in sorted(offers.items()) if one.on_sale()}


def told(call: Call, offers: Sequence[OfferForOrder], lang: str) -> list[dict[str, Any]]:
    if not offers:
        return []
    tariff = rows_of_edition(tenant=call.tenant, edition=newest(tenant=call.tenant))
    return [_offering(call, one, tariff, lang) for one in offers]


def _offering(call: Call, offer: OfferForOrder, tariff: Tariff, lang: str) -> dict[str, Any]:
    months, needs = offer.terms.months, sorted(offer.terms.needs)
    line = offer.line_of_business
    return {
        "@type": "ProductOffering", "id": offer.code, "href": answering.href(call, PLACE, offer.code),
        "name": (offer.name_en if lang == "en" else offer.name_zh) or offer.name_zh or offer.code,
        "lifecycleStatus": "Active", "isBundle": False, "isSellable": True, "role": offer.role,
        "category": [{"id": line}] if line else None,
        "validFor": _span(call, offer.sale_from, offer.sale_to),
        "productOfferingPrice": _prices(call, offer.code, tariff, lang),
        "productOfferingTerm": [{"name": "commitment", "duration": {"amount": months, "units": "month"}}]
        if months
        else None,
        "productOfferingRelationship": [
            {"id": code, "relationshipType": "requiresOneOf", "href": answering.href(call, PLACE, code)}
            for code in needs
        ],
    }  # fmt: skip


def _span(call: Call, begin: date | None, end: date | None) -> dict[str, Any] | None:
    zone = call.tenant.zone
    told = {
        name: answering.instant_ms(day_start_ms(day, zone))
        for name, day in (("startDateTime", begin), ("endDateTime", end))
        if day is not None
    }
    return told or None


def _prices(call: Call, offer: str, tariff: Tariff, lang: str) -> list[dict[str, Any]]:
    """Fees in force today; what usage costs is not told."""
    items = {
        row.code: (row.name_en if lang == "en" else row.name_zh) or row.name_zh or row.code for row in tariff.items
    }
    fees = [row for row in tariff.fees if row.offer == offer and row.in_force(call.today)]
    return [_price(n, row, items, call.tenant.currency) for n, row in enumerate(fees, 1)]


def _price(n: int, fee: Fee, items: Mapping[str, str], unit: str) -> dict[str, Any]:
    return {
        "id": f"{fee.offer}.{n}", "name": items.get(fee.item, fee.item),
        "priceType": TYPES.get(fee.charged, fee.charged),
        **({"recurringChargePeriod": "month", "during": fee.during} if fee.charged == "cycle" else {}),
        "price": {"unit": unit, "value": fee.amount_micro / MICRO},
    }  # fmt: skip
