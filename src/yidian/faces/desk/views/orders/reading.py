"""Reading an order back to the customer (BH-16): sentence by sentence, each with a tick, before anything is printed."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.faces.desk.views.orders.cart import Cart, with_cart
from yidian.faces.desk.views.orders.frame import around
from yidian.faces.desk.views.orders.money import revision_of
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.due import due_said
from yidian.faces.shell.ordering.refusals import REFUSALS, faults_of
from yidian.faces.shell.ordering.words import Said, Sentence
from yidian.journeys.ordering import taking

PAGE: Final = "desk/orders/read.html"


@with_cart
def back(asked: Asked, cart: Cart) -> HttpResponse:
    if not cart.facts.quoted:
        return asked.go("desk:order_items", order=cart.number)
    context = around(asked, cart, "read")
    lines = lines_of(cart, context)
    told: dict[str, Any] = {"lines": lines, "ticked": _ticked(asked)}
    if asked.method == "GET":
        return asked.page(PAGE, **context, **told)
    left = [n for n in range(1, len(lines) + 1) if n not in told["ticked"]]
    if left:
        missing: list[FaultTold] = [(f"said-{left[0]}", "TAKING_NOT_READ", {"count": len(left)})]
        return asked.refuse(PAGE, missing, **context, **told)
    try:
        taking.agreed(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, order=cart.number,
            revision=revision_of(asked),
        )  # fmt: skip
    except REFUSALS as error:
        refused = context | told | {"faults": faults_of(asked, error), "typed": {}, "ticked": set()}
        return asked.page(PAGE, status=409, **refused)
    return asked.go("desk:order_sign", order=cart.number)


def lines_of(cart: Cart, context: dict[str, Any]) -> list[Said]:
    """Who it is, what they order, what is promised for longer, what it costs and what is paid now: in this order."""
    told, bill, room = context["told"], context["quote"], context["room"]
    items = [said for _, said in context["items"]]
    return [_who(cart, room, context), *items, *told.terms(bill), told.money(bill), *due_said(told, cart.facts)]


def _who(cart: Cart, room: Any, context: dict[str, Any]) -> Said:
    words, check = context["told"].words, cart.check
    more = sum(
        item.deed == "port_in" or (item.deed == "new" and item.told.get("line") == "mobile")
        for item in cart.facts.items
    )
    sentences: list[Sentence] = [
        (f"TAKING_READ_WHO_{check.how}".upper(), {"name": cart.customer.name, "acting": check.name})
    ]
    if more:
        after = {"have": room.have + more, "most": words.say("TAKING_ANY") if room.most is None else room.most}
        sentences.append(("TAKING_READ_ROOM", after))
    return Said(words.say("TAKING_WHO"), tuple(sentences))


def _ticked(asked: Asked) -> set[int]:
    found = (name.removeprefix("said-") for name in asked.form if name.startswith("said-"))
    return {int(n) for n in found if n.isascii() and n.isdigit() and len(n) < 4}
