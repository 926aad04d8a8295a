"""The customer's mirror (BH-17): what is ordered, in large letters, for a second screen. Nothing is done here."""

from __future__ import annotations

from django.http import HttpResponse

from yidian.domains.product_order.types import OrderFacts
from yidian.faces.desk.views.orders.cart import customer_of, facts_of
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.held import quote_of
from yidian.faces.shell.ordering.words import Told


def shown(asked: Asked, order: str) -> HttpResponse:
    """A page of its own, which asks for its fragment again and again; empty when the order is no cart any more."""
    facts: OrderFacts = facts_of(asked, order)
    here = facts.state == "cart"
    told = Told(asked, facts)
    return asked.page(
        "desk/orders/mirror.html", fragment="desk/orders/_mirror.html", order=facts, here=here,
        customer=customer_of(asked, facts.customer), lines=[told.item(item) for item in facts.items] if here else [],
        quote=quote_of(facts) if here else None,
    )  # fmt: skip
