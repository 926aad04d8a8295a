"""The form of a deed: what there is to choose, on one page; sent, it is a cart that keeps what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Change
from yidian.domains.product_order.queries import UnableToFindOrder, order_named
from yidian.domains.product_order.types import DEEDS, LINES, OrderFacts, lifecycle
from yidian.faces.hall.views.ordering.fields import Form, context_of, expect_offered, told_of
from yidian.faces.hall.views.ordering.telling import own_words, told_at
from yidian.faces.shell import kept
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.refusals import REFUSALS, spoken
from yidian.journeys.ordering.accepting import WEB
from yidian.journeys.web_orders import carts
from yidian.journeys.web_orders.allowed import choice
from yidian.kernel.calendar import to_ms
from yidian.runs.first_bill.quote import first_bill

PAGE: Final = "hall/ordering/form.html"
REFUSED: Final = "hall/ordering/refused.html"
PARTS: Final = {"numbers": "hall/ordering/_numbers.html", "places": "hall/ordering/_places.html"}
SHOWN_AT: Final = frozenset({"plan", "offer", "number", "login", "address", "account", "when", "way", "reason"})


def new(asked: Asked, line: str) -> HttpResponse:
    """装机: a new service on a line of business."""
    if line not in LINES:
        raise Http404
    form = Form(asked, DEEDS["new"], line, "", None, _typed(asked))
    return _answer(form, partial(_begin, form))


def of_line(asked: Asked, subscriber: str, deed: str) -> HttpResponse:
    """A deed on one of the customer's own subscriptions."""
    if deed not in DEEDS or DEEDS[deed].makes:
        raise Http404
    stands = standing(tenant=asked.tenant, subscriber=subscriber, at_ms=to_ms(asked.now))
    if stands is None:
        raise Http404
    form = Form(asked, DEEDS[deed], "", subscriber, stands, _typed(asked))
    return _answer(form, partial(_begin, form))


def again(asked: Asked, order: str) -> HttpResponse:
    """What was chosen, chosen otherwise; the price is worked out anew."""
    cart = own_cart(asked, order)
    if cart is None:
        return gone(asked, order)
    item = cart.items[0]
    made = DEEDS[item.deed].makes
    stands = None if made else standing(tenant=asked.tenant, subscriber=item.subscriber, at_ms=to_ms(asked.now))
    values = {**item.told, **_typed(asked)}
    form = Form(asked, DEEDS[item.deed], str(item.told.get("line", "")), item.subscriber, stands, values, cart)
    return _answer(form, partial(_choose_again, form, cart))


def own_cart(asked: Asked, order: str) -> OrderFacts | None:
    """A cart that this customer puts together on the web; None: it is none of the kind."""
    try:
        return carts.cart_of(tenant=asked.tenant, customer=asked.customer, order=order)
    except UnableToFindOrder:
        return None


def gone(asked: Asked, order: str) -> HttpResponse:
    """A page of a cart that is none any more: on to the order. Http404: it was put together in a hall."""
    facts = order_named(tenant=asked.tenant, number=order)
    if facts.channel != WEB or facts.state == lifecycle.CART:
        raise Http404
    if facts.state == lifecycle.ABANDONED:
        asked.say_later("WEB_LET_GO")
        return asked.go("hall:do")
    return asked.go("hall:order", order=order)


def priced(asked: Asked, changes: Sequence[Change]) -> Mapping[str, Any]:
    """What changes come to, as the desk says it and the bill will."""
    bill = first_bill(tenant=asked.tenant, places=asked.places, at_ms=to_ms(asked.now), changes=changes)  # type: ignore[arg-type]
    return bill.to_json()


def _answer(form: Form, send: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """The form; sent, on to what there is to read. A deed that may not be done is a page that says why."""
    asked = form.asked
    may = choice(form.stands, form.deed.code, form.value("reason"))
    mind: dict[str, Any] = {
        "code": own_words(may.code),
        "params": spoken(asked, may.params),
        "form": form,
        "name": _name(form),
    }
    if not may.may:
        return asked.page(REFUSED, status=409, **mind)
    if asked.method == "GET":
        part = PARTS.get(asked.request.GET.get("part", ""), "")
        return asked.page(PAGE, fragment=part, **(mind | context_of(form)))
    told = told_of(form)
    if isinstance(told.get("account"), str):
        asked.reach("account", str(told["account"]))
    try:
        expect_offered(form, told)
        order = send(told)
    except UnableToFindOrder:  # it was ordered, or let go, in another window meanwhile
        return gone(asked, form.cart.number if form.cart else "")
    except REFUSALS as error:
        context = context_of(replace(form, values={**form.values, **told}))
        return asked.refuse(PAGE, told_at(asked, error, SHOWN_AT), **(mind | context))
    return asked.go("hall:order_check", order=order)


def _name(form: Form) -> str:
    """By which words know the deed: WEB_DO_…, WEB_ABOUT_…"""
    return f"{form.deed.code}_{form.line}" if form.deed.code == "new" else form.deed.code


def _begin(form: Form, told: dict[str, Any]) -> str:
    return carts.begin(
        **_write(form.asked), deed=form.deed.code, told=told, subscriber=form.subscriber,
        price=partial(priced, form.asked),
    )  # fmt: skip


def _choose_again(form: Form, cart: OrderFacts, told: dict[str, Any]) -> str:
    carts.choose_again(**_write(form.asked), order=cart.number, told=told, price=partial(priced, form.asked))
    return cart.number


def _write(asked: Asked) -> dict[str, Any]:
    return {
        "tenant": asked.tenant, "actor": asked.actor, "key": asked.key, "now": asked.now, "customer": asked.customer
    }  # fmt: skip


def _typed(asked: Asked) -> dict[str, str]:
    """What was typed before: sent along by a search without script, or kept over a proof."""
    before = {**kept.typed(asked), **asked.request.GET.dict()} if asked.method == "GET" else asked.form
    return {name: str(value) for name, value in before.items() if name in SHOWN_AT}
