"""What was chosen, read as the desk reads it out: price, terms, what leaving costs; signed, it is an order (BH-16)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.domains.product_order.queries import UnableToFindOrder
from yidian.domains.product_order.types import DEEDS, OrderFacts
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.faces.hall.views.ordering.form import gone, own_cart
from yidian.faces.hall.views.ordering.telling import told_at
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.due import due_said
from yidian.faces.shell.ordering.held import kept_of, quote_of
from yidian.faces.shell.ordering.refusals import REFUSALS
from yidian.faces.shell.ordering.words import Told, names_of
from yidian.faces.shell.sign_in import cookies, step_up
from yidian.journeys.web_orders import carts, signing
from yidian.platform.sign_in import own
from yidian.platform.sign_in.types import UnableToSignIn

PAGE: Final = "hall/ordering/check.html"
NOT_YOURS_ANY_MORE: Final = "WEB_SOMEBODY_QUICKER"


def check(asked: Asked, order: str) -> HttpResponse:
    """To be read; sent with the tick and the proof, it is submitted."""
    cart = own_cart(asked, order)
    if cart is None:
        return gone(asked, order)
    if asked.method == "GET":
        return asked.page(PAGE, **_context(asked, cart, prove=step_up.needed(asked)))
    if asked.form.get("agree") != "yes":
        missing: list[FaultTold] = [("agree", "WEB_NOT_READ", {})]
        return asked.refuse(PAGE, missing, **_context(asked, cart, prove=step_up.needed(asked)))
    token = ""
    if step_up.needed(asked):
        try:
            token = _prove(asked)
        except UnableToSignIn as error:
            wrong: list[FaultTold] = [("proof", error.code, error.params)]
            return asked.refuse(PAGE, wrong, **_context(asked, cart, prove=True))
    answer = _signed(asked, cart)
    if token:
        cookies.keep(answer, asked.face, token=token)
    return answer


def let_go(asked: Asked, order: str) -> HttpResponse:
    """The customer wants it no more."""
    cart = own_cart(asked, order)
    if cart is None or asked.method == "GET":
        return gone(asked, order) if cart is None else asked.go("hall:order_check", order=order)
    try:
        carts.let_go(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, customer=asked.customer, order=order
        )
    except UnableToFindOrder:
        return gone(asked, order)
    asked.say_later("WEB_LET_GO")
    return asked.go("hall:do")


def _prove(asked: Asked) -> str:
    """The customer's signature: their password or code once more. The session's new token."""
    assert asked.person is not None
    proof = asked.request.POST.get("proof", "")
    return own.step_up(tenant=asked.tenant, person=asked.person, proof=proof, now=asked.now)


def _signed(asked: Asked, cart: OrderFacts) -> HttpResponse:
    assert asked.person is not None
    told = asked.form.get("revision", "")
    revision = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    try:
        signing.sign(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, customer=asked.customer,
            order=cart.number, revision=revision, proved="second_factor" if asked.person.second else "password",
        )  # fmt: skip
    except UnableToFindOrder:  # it was ordered, or let go, in another window meanwhile
        return gone(asked, cart.number)
    except (*REFUSALS, signing.UnableToSign) as error:
        faults = _faults(asked, error)
        anew = own_cart(asked, cart.number) or cart
        return asked.page(PAGE, status=409, **_context(asked, anew, prove=False), faults=faults, typed=asked.form)
    asked.say_later("WEB_SUBMITTED", order=cart.number)
    return asked.go("hall:order", order=cart.number)


def _faults(asked: Asked, error: Exception) -> list[FaultTold]:
    return [("", NOT_YOURS_ANY_MORE, {})] if isinstance(error, UnableToHold) else told_at(asked, error)


def _context(asked: Asked, cart: OrderFacts, *, prove: bool) -> dict[str, Any]:
    told, bill = Told(asked, cart), quote_of(cart)
    assert bill is not None, "a cart of the web is priced as it is put together"
    said = told.item(cart.items[0])
    held = [one for one in kept_of(asked, cart) if one.kind in ("number", "port")]
    return {
        "cart": cart, "item": cart.items[0], "reads": said, "summed": told.money(bill), "due": due_said(told, cart),
        "due_minor": cart.due.total_minor if cart.due is not None else 0,
        "months": [bill.this, bill.next],
        "more": {
            "month": told.words.month(bill.this.cycle), "now": told.words.signed(bill.this.difference_minor),
            "later": told.words.signed(bill.next.difference_minor),
        },
        "names": names_of(asked, bill), "whose": told.whose(bill), "held": held[0] if held else None,
        "what": told.words.number(held[0].id) if held and held[0].kind == "number" else held[0].id if held else "",
        "terms": [one for part in told.terms(bill) for one in part.sentences],
        "asks": DEEDS[cart.items[0].deed].web == "asks", "prove": prove,
        "second": asked.person is not None and asked.person.second,
    }  # fmt: skip
