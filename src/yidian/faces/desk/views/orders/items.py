"""The items of a cart: what is in it, a form for one more or for one that is told otherwise, out with one."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.domains.product_order.types import DEEDS, Deed, ItemFacts
from yidian.faces.desk.views.orders.cart import TAKE, Cart, own, reached, with_cart
from yidian.faces.desk.views.orders.choosing import chosen, deeds_of
from yidian.faces.desk.views.orders.fields import Asking, fields_of, shown_again, shown_before, told_of
from yidian.faces.desk.views.orders.frame import around
from yidian.faces.desk.views.orders.identity import WrongDay, check_by_document
from yidian.faces.desk.views.orders.places import places as find_places
from yidian.faces.desk.views.orders.tiles import numbers as find_numbers
from yidian.faces.shell import kept
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.refusals import REFUSALS, faults_of
from yidian.journeys.ordering import porting, taking
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.whose import owner

FORM: Final = "desk/orders/item.html"
PAGE: Final = "desk/orders/items.html"
Told = dict[str, str | list[str]]


@with_cart
def shown(asked: Asked, cart: Cart) -> HttpResponse:
    return asked.page(PAGE, **_page(asked, cart))


@with_cart
def new(asked: Asked, cart: Cart) -> HttpResponse:
    """The form of a deed (`?what=`), and one more item."""
    what = asked.request.GET.get("what", "")
    deed, line, subscriber = chosen(what)
    if not deed:
        return asked.go("desk:order_items", order=cart.number)
    if subscriber:
        own(asked, "subscriber", subscriber, cart.customer.code)
    if asked.method == "GET":
        return _form(
            asked, cart, deed=DEEDS[deed], line=line, subscriber=subscriber, values=_wished(asked, DEEDS[deed])
        )
    told: Told = {}
    try:
        _tell(asked, cart, DEEDS[deed], line, told)
        item: dict[str, Any] = {
            "order": cart.number, "deed": deed, "told": told, "subscriber": subscriber, "within": reached(asked)
        }  # fmt: skip
        if _proves(asked, told):
            check_by_document(asked, str(told["customer"]), before="heir_", then=taking.with_heir(**item))
        else:
            taking.put(tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, **item)
    except (*REFUSALS, WrongDay) as error:
        return _refused(asked, cart, error, told, deed=DEEDS[deed], line=line, subscriber=subscriber)
    asked.say_later("TAKING_PUT")
    return asked.go("desk:order_items", order=cart.number)


@with_cart
def one(asked: Asked, cart: Cart, place: int) -> HttpResponse:
    """An item as it was told, and told otherwise."""
    item = _item(cart, place)
    deed, line = DEEDS[item.deed], str(item.told.get("line", ""))
    if item.deed == "port_in":
        line = "mobile"
    if asked.method == "GET":
        values = shown_before(asked, deed, item.told) | _wished(asked, deed)
        return _form(asked, cart, deed=deed, line=line, subscriber=item.subscriber, values=values, place=place)
    told: Told = {}
    try:
        _tell(asked, cart, deed, line, told)
        named: dict[str, Any] = {"order": cart.number, "place": place, "told": told, "within": reached(asked)}
        if _proves(asked, told):
            then = taking.with_heir(deed=deed.code, subscriber="", **named)
            check_by_document(asked, str(told["customer"]), before="heir_", then=then)
        else:
            taking.change(tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, **named)
    except (*REFUSALS, WrongDay) as error:
        return _refused(asked, cart, error, told, deed=deed, line=line, subscriber=item.subscriber, place=place)
    asked.say_later("TAKING_CHANGED")
    return asked.go("desk:order_items", order=cart.number)


@with_cart
def port_code(asked: Asked, cart: Cart) -> HttpResponse:
    """The code with which a number goes away, shown once: where it is filled in."""
    deed, line, subscriber = chosen(asked.request.GET.get("what", ""))
    if deed != "port_out":
        return asked.go("desk:order_items", order=cart.number)
    own(asked, "subscriber", subscriber, cart.customer.code)
    about: dict[str, Any] = {"deed": DEEDS[deed], "line": line, "subscriber": subscriber}
    try:
        given = porting.give_code(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, subscriber=subscriber, channel="desk"
        )  # fmt: skip
    except UnableToDo as error:
        return _refused(asked, cart, error, {}, **about)
    return _form(asked, cart, values={"code": given.code}, given=given, **about)


@with_cart
def dropped(asked: Asked, cart: Cart, place: int) -> HttpResponse:
    _item(cart, place)
    try:
        taking.drop(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, order=cart.number, place=place
        )
    except REFUSALS as error:
        return refused_page(asked, cart, error)
    asked.say_later("TAKING_DROPPED")
    return asked.go("desk:order_items", order=cart.number)


@with_cart
def let_go(asked: Asked, cart: Cart) -> HttpResponse:
    """The customer changed their mind: the cart goes, and what it kept is anybody's again."""
    try:
        taking.let_go(tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, order=cart.number)
    except REFUSALS as error:
        return refused_page(asked, cart, error)
    asked.say_later("TAKING_LET_GO", order=cart.number)
    return asked.go("desk:order", order=cart.number)


numbers = with_cart(find_numbers)
places = with_cart(find_places)


def refused_page(asked: Asked, cart: Cart, error: Exception) -> HttpResponse:
    """The cart again, with why something could not be done to it."""
    faults: list[FaultTold] = [("", code, params) for _, code, params in faults_of(asked, error)]
    return asked.page(PAGE, status=409, **_page(asked, cart), faults=faults, typed={})


def _page(asked: Asked, cart: Cart) -> dict[str, Any]:
    return around(asked, cart, "items") | deeds_of(asked, cart.customer.code)


def _item(cart: Cart, place: int) -> ItemFacts:
    found = next((item for item in cart.facts.items if item.place == place), None)
    if found is None:
        raise Http404
    return found


def _wished(asked: Asked, deed: Deed) -> dict[str, Any]:
    """What was typed before: kept while a check was made again, or sent back by a picker without script."""
    told, before = asked.request.GET, kept.typed(asked)
    typed = {
        one.name: [before[one.name]] if one.many else before[one.name] for one in deed.fields if one.name in before
    }
    return typed | {
        one.name: told.getlist(one.name) if one.many else told[one.name] for one in deed.fields if one.name in told
    }


def _tell(asked: Asked, cart: Cart, deed: Deed, line: str, told: Told) -> None:
    """What the form says, into `told`; whatever of somebody's it names is the customer's own, or it is not found.

    The heir of a transfer is typed, not chosen: one beyond reach is as unknown as one that is not there. UnableToDo.
    """
    told |= told_of(asked, deed)
    if deed.code == "new":
        told["line"] = line
    heir = str(told.get("customer") or "")
    for name, kind in (("account", "account"), ("with", "subscriber")):
        named = told.get(name)
        if isinstance(named, str) and named and not named.startswith("#"):
            own(asked, kind, named, heir or cart.customer.code)
    if heir:
        found = owner(tenant=asked.tenant, kind="customer", id=heir)
        if found is None or not asked.reaches(TAKE, found.organisation):
            raise UnableToDo("ORDER_CUSTOMER_UNKNOWN", "customer", customer=heir)


def _proves(asked: Asked, told: Told) -> bool:
    """Whether who takes a number over shows their document with this form."""
    return bool(told.get("customer") and asked.form.get("heir_number"))


def _form(
    asked: Asked, cart: Cart, *, deed: Deed, line: str, subscriber: str, values: dict[str, Any], place: int = 0,
    status: int = 200, faults: list[FaultTold] | None = None, given: porting.Given | None = None,
) -> HttpResponse:  # fmt: skip
    asking = Asking(asked, cart, deed, line, subscriber, values, place)
    context: dict[str, Any] = around(asked, cart, "items") | {
        "deed": deed, "line": line, "fields": fields_of(asking), "place": place, "given": given,
        "what": asked.request.GET.get("what", ""),
        "about": "" if deed.makes else subscriber,
        "heading": f"TAKING_NEW_{line}".upper() if deed.code == "new" else f"DEED_{deed.code}".upper(),
    }  # fmt: skip
    if faults is not None:
        context |= {"faults": faults, "typed": asked.form}
    return asked.page(FORM, status=status, **context)


def _refused(
    asked: Asked, cart: Cart, error: Exception, told: Told, *, deed: Deed, line: str, subscriber: str, place: int = 0
) -> HttpResponse:
    names = {one.name for one in deed.fields}
    heirs = {"kind": "heir_kind", "number": "heir_number", "until": "heir_until"} if deed.code == "transfer" else {}
    faults: list[FaultTold] = []
    for field, code, params in faults_of(asked, error):
        at = heirs.get(field, field)
        faults.append((at if at in names or at in heirs.values() else "", code, params))
    values = shown_again(asked, deed)
    if told.get("check"):
        values["check"] = told["check"]  # who takes over has proved it: not once more
    return _form(
        asked, cart, deed=deed, line=line, subscriber=subscriber, values=values, place=place, status=422, faults=faults
    )
