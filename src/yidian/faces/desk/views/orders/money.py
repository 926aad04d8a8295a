"""What an order costs: its first bills as the kernel that bills makes them, and what is promised for longer."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.faces.desk.views.orders.cart import Cart, with_cart
from yidian.faces.desk.views.orders.frame import around
from yidian.faces.desk.views.orders.items import refused_page
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.refusals import REFUSALS
from yidian.faces.shell.ordering.words import names_of
from yidian.journeys.ordering import taking
from yidian.journeys.ordering.planned import changes_of
from yidian.kernel.calendar import to_ms
from yidian.runs.first_bill.quote import first_bill

PAGE: Final = "desk/orders/money.html"


@with_cart
def priced(asked: Asked, cart: Cart) -> HttpResponse:
    """Price the cart as it stands, and keep that: what is shown, read back and printed is what was kept."""
    at_ms = to_ms(asked.now)
    try:
        changes = changes_of(tenant=asked.tenant, order=cart.number, at_ms=at_ms)
        bill = first_bill(tenant=asked.tenant, places=asked.places, at_ms=at_ms, changes=changes)  # type: ignore[arg-type]
        taking.priced(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, order=cart.number,
            revision=revision_of(asked), quote=bill.to_json(),
        )  # fmt: skip
    except REFUSALS as error:
        return refused_page(asked, cart, error)
    return asked.go("desk:order_money", order=cart.number)


@with_cart
def shown(asked: Asked, cart: Cart) -> HttpResponse:
    if not cart.facts.quoted:
        return asked.go("desk:order_items", order=cart.number)
    context: dict[str, Any] = around(asked, cart, "money")
    bill = context["quote"]
    told = context["told"]
    levels = [one for _, said in context["items"] for one in said.sentences if one[0] == "TAKING_READ_LEVEL"]
    return asked.page(
        PAGE, **context, names=names_of(asked, bill), whose=told.whose(bill), summed=told.money(bill),
        terms=[one for said in told.terms(bill) for one in said.sentences] + levels, months=[bill.this, bill.next],
    )  # fmt: skip


def revision_of(asked: Asked) -> int:
    """Which cart a form is about; 0, which none is, where it says nothing sensible."""
    told = asked.form.get("revision", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
