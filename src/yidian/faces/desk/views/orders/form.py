"""The form of an order (业务单) as paper: every word ready for the template."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from yidian.faces.desk.views.orders.cart import Cart
from yidian.faces.desk.views.orders.reading import lines_of
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.words import Words
from yidian.platform.papers import UnableToPrint, paper
from yidian.platform.papers.fonts import REMEDY
from yidian.platform.papers.square import square


def form_pdf(asked: Asked, cart: Cart, context: dict[str, Any], *, number: str) -> HttpResponse:
    """The PDF, opened in the browser; a page that says what is missing where this machine has no Chinese font."""
    installation = settings.INSTALLATION
    try:
        body = paper("order", _told(asked, cart, context, number, bool(installation and installation.profile)),
                     lang=asked.lang, at=asked.now)  # fmt: skip
    except UnableToPrint as error:
        if error.code != "PAPER_NO_FONT":
            raise
        return asked.page("desk/orders/no_font.html", status=503, line=REMEDY, order=cart.facts)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _told(asked: Asked, cart: Cart, context: dict[str, Any], number: str, test: bool) -> dict[str, Any]:
    words: Words = context["told"].words
    lines = [(said.heading, said.plain(asked.lang)) for said in lines_of(cart, context)]
    where = asked.request.build_absolute_uri(reverse("desk:order", kwargs={"order": cart.number}))
    acting, printed = cart.check.name, words.instant(context["versions"][0].at)
    return {
        "title": words.say("TAKING_PAPER_TITLE"), "operator": words.say("SHELL_BRAND"),
        "facts": [
            (words.say("TAKING_PAPER_NUMBER"), number), (words.say("TAKING_PAPER_CUSTOMER"), cart.customer.name),
            (words.say("CUST_CODE"), cart.customer.code), (words.say("TAKING_PAPER_AT"), printed),
            (words.say("TAKING_PAPER_BY"), asked.actor.id),
            *([(words.say("TAKING_PAPER_ACTING"), acting)] if acting else []),
        ],
        "test": words.say("HALL_PAPER_TEST") if test else "", "lines": lines,
        "page": words.say("HALL_PAPER_PAGE", page="{page}", pages="{pages}"), "foot": number,
        "square": square(where), "declares": words.say("TAKING_PAPER_DECLARES"),
        "sign": words.say("TAKING_PAPER_SIGN"), "date": words.say("TAKING_PAPER_DATE"),
    }  # fmt: skip
