"""What I can do: with each of my numbers, and what I can have anew; what is not done here, with the reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_inventory.queries import lines_of
from yidian.domains.product_order.types import LINES, OrderFacts
from yidian.faces.hall.views.ordering.telling import own_words
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.held import kept_of
from yidian.faces.shell.ordering.offers import sells
from yidian.faces.shell.ordering.refusals import spoken
from yidian.faces.shell.ordering.words import Told
from yidian.journeys.web_orders.allowed import Choice, choices
from yidian.journeys.web_orders.carts import open_carts
from yidian.kernel.calendar import local_date, to_ms


def shown(asked: Asked) -> HttpResponse:
    lines = lines_of(tenant=asked.tenant, customer=asked.customer, at_ms=to_ms(asked.now))
    chosen = asked.request.GET.get("n", "")
    line = next((one for one in lines if one.code == chosen), lines[0] if lines else None)
    found = choices(tenant=asked.tenant, subscriber=line.code, now=asked.now) if line else None
    offers = offers_for_orders(tenant=asked.tenant, on=local_date(to_ms(asked.now), asked.zone))
    told: dict[str, Any] = {"may": [], "refused": [], "elsewhere": [], "order": ""}
    if found is not None:
        told = {
            "may": found.may, "refused": _said(asked, found.refused), "elsewhere": found.elsewhere,
            "order": found.order,
        }  # fmt: skip
    return asked.page(
        "hall/ordering/what.html", home={"lines": lines, "line": line}, **told,
        news=[one for one in LINES if sells(offers, one)],
        carts=[_begun(asked, one) for one in open_carts(tenant=asked.tenant, customer=asked.customer)],
    )  # fmt: skip


def _said(asked: Asked, refused: tuple[Choice, ...]) -> list[tuple[str, str, dict[str, str]]]:
    """(deed, code of the rule, its parameters)"""
    return [(one.deed, own_words(one.code), spoken(asked, one.params)) for one in refused]


def _begun(asked: Asked, cart: OrderFacts) -> dict[str, Any]:
    """A cart that waits to be signed, with the shortest time that something is kept."""
    kept = [one for one in kept_of(asked, cart) if one.kind in ("number", "port")]
    return {"cart": cart, "said": Told(asked, cart).item(cart.items[0]), "kept": kept[0] if kept else None}
