"""Products as TMF637 tells them: the subscriptions of a customer, how each stands, what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from yidian.domains.product_catalog.queries import offer_names, offers_for_orders
from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing
from yidian.faces.openapi import answering, offerings
from yidian.faces.openapi.answering import INVENTORY
from yidian.faces.openapi.asking import Call

PLACE: Final = f"{INVENTORY}/product"
LIVES: Final = {
    "": "pendingActive",
    "in_use": "active",
    "pre_terminated": "pendingTerminate",
    "terminated": "terminated",
}
NUMBERS: Final = ("msisdn", "login")  # by what people know a subscription


def told(call: Call, codes: Sequence[str], lang: str) -> list[dict[str, Any]]:
    """Subscriptions by code, as they stand now."""
    found = [standing(tenant=call.tenant, subscriber=code, at_ms=call.now_ms) for code in codes]
    there = [one for one in found if one is not None]
    held = {row.offer for one in there for row in one.holdings}
    names = offer_names(tenant=call.tenant, codes=held)
    mains = {
        code for code, offer in offers_for_orders(tenant=call.tenant, on=call.today).items() if offer.role == "main"
    }
    return [
        _product(call, one, {code: pair[lang == "en"] or pair[0] for code, pair in names.items()}, mains)
        for one in there
    ]


def status_of(one: Standing) -> str:
    return "suspended" if one.life == "in_use" and one.reasons else LIVES[one.life]


def _product(call: Call, one: Standing, names: dict[str, str], mains: set[str]) -> dict[str, Any]:
    number = next((one.identifiers[kind][0] for kind in NUMBERS if one.identifiers.get(kind)), "")
    plan = next((held.offer for held in one.holdings if held.offer in mains), "")
    return {
        "@type": "Product", "id": one.code, "href": answering.href(call, PLACE, one.code),
        "name": names.get(plan) or number or one.code, "productSerialNumber": number, "status": status_of(one),
        "stopReason": [stop.reason for stop in one.reasons],
        "billingAccount": {"id": one.account} if one.account else None,
        "productOffering": _offering(call, plan, names) if plan else None,
        "productCharacteristic": [
            {"name": kind, "value": value, "valueType": "string"}
            for kind, values in one.identifiers.items()
            for value in values
        ],
        "product": [
            {"productOffering": _offering(call, held.offer, names), "startDate": answering.instant_ms(held.from_ms)}
            | ({"terminationDate": until} if (until := answering.instant_ms(held.to_ms)) else {})
            for held in one.holdings
        ],
        "relatedParty": [{"id": one.customer, "role": "customer", "@referredType": "Customer"}],
    }  # fmt: skip


def _offering(call: Call, code: str, names: dict[str, str]) -> dict[str, Any]:
    return answering.ref(call, offerings.PLACE, code, names.get(code, ""))
