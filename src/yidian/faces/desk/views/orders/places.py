"""Where a wired line of a cart at the desk is installed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from yidian.faces.desk.views.orders.cart import Cart
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering import places as shared


def places_of(asked: Asked, cart: Cart, address: str, port: str, words: str) -> dict[str, Any]:
    return shared.places_of(asked, address, port, words, holder=cart.facts.holder) | {"order": cart.number}


def places(asked: Asked, cart: Cart) -> HttpResponse:
    """The search alone, for htmx."""
    told = asked.request.GET
    found = places_of(asked, cart, told.get("address", ""), told.get("port", ""), told.get("place", ""))
    return asked.page("desk/orders/places.html", fragment="desk/orders/_places.html", picker=found, cart=cart)
