"""The number picker of a cart at the desk: of the stock that whoever takes the order reaches."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from yidian.faces.desk.views.orders.cart import Cart, reached
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering import tiles


def tiles_of(asked: Asked, cart: Cart, line: str, number: str) -> dict[str, Any]:
    told = tiles.tiles_of(asked, line, number, holder=cart.facts.holder, within=reached(asked))
    return told | {"order": cart.number}


def numbers(asked: Asked, cart: Cart) -> HttpResponse:
    """The picker alone, for htmx; without it the form of the item has it."""
    told = tiles_of(asked, cart, asked.request.GET.get("line", ""), asked.request.GET.get("number", ""))
    return asked.page(
        "desk/orders/numbers.html", fragment="desk/orders/_tiles.html", picker=told, cart=cart, name="number"
    )  # fmt: skip
