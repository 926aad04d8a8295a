"""The form of an order (业务单): its words as they are printed, kept with it, and on paper again as they were."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.product_order.queries import form_named
from yidian.faces.desk.views.orders.cart import Cart
from yidian.faces.desk.views.orders.reading import lines_of
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.paper import REMEDY, order_paper, words_around
from yidian.faces.shell.words import Words, words_of


def content_of(asked: Asked, cart: Cart, context: dict[str, Any]) -> dict[str, Any]:
    """Every word of the form of a cart as it is read back; its number comes when it is printed."""
    words: Words = context["told"].words
    facts = [
        (words.say("TAKING_PAPER_CUSTOMER"), cart.customer.name), (words.say("CUST_CODE"), cart.customer.code),
        (words.say("TAKING_PAPER_AT"), words.instant(asked.now)), (words.say("TAKING_PAPER_BY"), asked.actor.id),
        *([(words.say("TAKING_PAPER_ACTING"), cart.check.name)] if cart.check.name else []),
    ]  # fmt: skip
    lines = [(said.heading, said.plain(asked.lang)) for said in lines_of(cart, context)]
    return words_around(asked) | {"facts": facts, "lines": lines}


def form_pdf(asked: Asked, order: str, version: int) -> HttpResponse:
    """A form as it was printed, opened in the browser, across a void one that it is void. Http404 where there is none,
    or its words were not kept; a page that says what is missing where this machine has no Chinese font."""
    found = form_named(tenant=asked.tenant, order=order, version=version)
    if found is None or not found.content or not found.intact:
        raise Http404
    form, then = found.facts, dict(found.content)
    number = (words_of(asked).say("TAKING_PAPER_NUMBER"), form.number)
    body = order_paper(
        asked, number=form.number, facts=[number, *then.pop("facts")], lines=then.pop("lines"), then=then,
        where=asked.request.build_absolute_uri(reverse("desk:order", kwargs={"order": order})),
        void=form.state == "void",
    )  # fmt: skip
    if body is None:
        return asked.page("desk/orders/no_font.html", status=503, line=REMEDY, order=order)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{form.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
