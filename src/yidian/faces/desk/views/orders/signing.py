"""The form of an order: printed, signed, and then the order is paid and submitted (BH-15, BH-18, BH-20)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.domains.payment.queries import orders_paid
from yidian.faces.desk.views.orders.cart import Cart, with_cart
from yidian.faces.desk.views.orders.form import content_of, form_pdf
from yidian.faces.desk.views.orders.frame import around
from yidian.faces.desk.views.orders.money import revision_of
from yidian.faces.desk.views.orders.till import may_take, tender_of, till_of
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.refusals import REFUSALS, faults_of
from yidian.faces.shell.telling import told
from yidian.journeys.ordering import submitting, taking
from yidian.journeys.ordering.paying import NONE_DUE

PAGE: Final = "desk/orders/sign.html"
MONEY: Final = frozenset({"amount", "again", "method"})


@with_cart
def shown(asked: Asked, cart: Cart) -> HttpResponse:
    if not cart.facts.read_back:
        return asked.go("desk:order_read" if cart.facts.quoted else "desk:order_items", order=cart.number)
    return asked.page(PAGE, **_page(asked, cart))


@with_cart
def printed(asked: Asked, cart: Cart) -> HttpResponse:
    """A new version; the one before is void."""
    try:
        content = content_of(asked, cart, around(asked, cart, "sign")) if cart.facts.read_back else {}
        taking.printed(**_write(asked), order=cart.number, content=content)
    except REFUSALS as error:
        return _refused(asked, cart, error)
    return asked.go("desk:order_sign", order=cart.number)


@with_cart
def pdf(asked: Asked, cart: Cart, version: int) -> HttpResponse:
    """A form as it was printed, void or not."""
    return form_pdf(asked, cart.number, version)


@with_cart
def signed(asked: Asked, cart: Cart) -> HttpResponse:
    version = asked.form.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0
    try:
        taking.signed(**_write(asked), order=cart.number, version=number)
    except REFUSALS as error:
        return _refused(asked, cart, error)
    return asked.go("desk:order_sign", order=cart.number)


@with_cart
def submitted(asked: Asked, cart: Cart) -> HttpResponse:
    """Submitted, and what is due is taken: one act, one receipt, however often the form comes."""
    due, tender = cart.facts.due or NONE_DUE, None
    if due.total_minor:
        if not may_take(asked, due, cart.customer.organisation):
            return _page_refused(asked, cart, [("", "DUE_NOT_YOURS", told(asked, {"amount_minor": due.total_minor}))])
        tender, faults = tender_of(asked)
        if faults:
            return asked.refuse(PAGE, faults, **_page(asked, cart))
    try:
        submitting.submit(**_write(asked), order=cart.number, revision=revision_of(asked), tender=tender)
    except REFUSALS as error:
        return _refused(asked, cart, error)
    if tender is not None:
        return taken(asked, cart.number)
    asked.say_later("TAKING_SUBMITTED", order=cart.number)
    return asked.go("desk:order", order=cart.number)


def taken(asked: Asked, order: str) -> HttpResponse:
    """On to the order, with the number of its receipt."""
    paid = orders_paid(tenant=asked.tenant, orders=[order])[order]
    params = {"number": paid.number, "amount_minor": paid.amount_minor, "order": order}
    asked.say_later("DUE_TAKEN", **told(asked, params))
    return asked.go("desk:order", order=order)


def _write(asked: Asked) -> dict[str, Any]:
    return {"tenant": asked.tenant, "actor": asked.actor, "key": asked.key, "now": asked.now}


def _page(asked: Asked, cart: Cart) -> dict[str, Any]:
    context = around(asked, cart, "sign")
    versions = context["versions"]
    standing = versions[0] if versions and versions[0].state != "void" else None
    till = till_of(asked, cart.facts, cart.facts.due or NONE_DUE, cart.customer.organisation)
    return context | till | {"form": standing, "signed": standing is not None and standing.state == "signed"}


def _refused(asked: Asked, cart: Cart, error: Exception) -> HttpResponse:
    """What is wrong with the money stands at its field, everything else above the page."""
    wrong = faults_of(asked, error)
    return _page_refused(asked, cart, [(name if name in MONEY else "", code, params) for name, code, params in wrong])


def _page_refused(asked: Asked, cart: Cart, faults: list[FaultTold]) -> HttpResponse:
    return asked.page(PAGE, status=409, **_page(asked, cart), faults=faults, typed=asked.form)
