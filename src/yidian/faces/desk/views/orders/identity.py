"""Who somebody is, before any business (BH-14): by document, by password, or by who acts with both documents."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from yidian.domains.party.queries import documents_of, is_document_number
from yidian.domains.party.types import GUARDIAN, KINDS, ORGANISATION, PERSON, PROXY, RESPONSIBLE, Acting, Shown
from yidian.domains.product_order.queries import orders_of
from yidian.domains.product_order.types import lifecycle
from yidian.faces.desk.views.orders.cart import customer_of, facts_of, good_check, reached
from yidian.faces.desk.views.orders.choosing import deeds_of
from yidian.faces.shell import kept
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.held import clock
from yidian.faces.shell.ordering.refusals import REFUSALS, faults_of
from yidian.journeys import realname
from yidian.journeys.ordering import taking
from yidian.kernel.calendar import to_ms
from yidian.platform.access.queries import nodes_of_users

FORM: Final = "desk/orders/identity.html"
NEW: Final = "desk/orders/register.html"
ROLES: Final = (PROXY, GUARDIAN, RESPONSIBLE)
MOST_OPEN: Final = 20


class WrongDay(Exception):
    """A field that should be a day and is none."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.code, self.params = field, "TAKING_DAY", {"value": value[:20]}
        super().__init__(field)


def begin(asked: Asked, customer: str) -> HttpResponse:
    """The check of a customer; with one that is good (`?check=`) what may be ordered."""
    told = asked.request.GET.get("check", "")
    check = good_check(asked, customer, int(told)) if told.isascii() and told.isdigit() and len(told) < 19 else None
    if asked.method == "POST":
        return _prove(asked, customer)
    if check is None:
        return asked.page(FORM, **_form(asked, customer))
    facts = customer_of(asked, customer)
    carts = orders_of(tenant=asked.tenant, customer=customer, limit=MOST_OPEN)
    seconds = max(0, check.until_ms - to_ms(asked.now)) // 1000
    return asked.page(
        "desk/orders/begin.html", customer=facts, check=check, seconds=seconds, clock=clock(seconds),
        carts=[one for one in carts if one.state == lifecycle.CART],
        flying=[one for one in carts if one.state in lifecycle.IN_FLIGHT],
        room=realname.room_of(tenant=asked.tenant, customer=customer, now=asked.now), **deeds_of(asked, customer),
    )  # fmt: skip


def opened(asked: Asked, customer: str) -> HttpResponse:
    """A new cart, for the deed that was chosen; its form is next."""
    told = asked.form.get("check", "")
    check = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
    if good_check(asked, customer, check) is None:
        return asked.go("desk:order_begin", customer=customer)
    order = taking.open_cart(
        tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, customer=customer, channel="desk",
        organisation=customer_of(asked, customer).organisation, check=check,
    )  # fmt: skip
    what = asked.form.get("what", "")
    where = reverse("desk:order_item_new" if what else "desk:order_items", kwargs={"order": order})
    return HttpResponse(status=303, headers={"Location": f"{where}?{urlencode({'what': what})}" if what else where})


def again(asked: Asked, order: str) -> HttpResponse:
    """The check of a cart has run out, or is another's: who takes it now checks again, and goes on where they were."""
    facts = facts_of(asked, order)
    if facts.state != lifecycle.CART:
        return asked.go("desk:order", order=order)
    if asked.method == "POST":
        return _prove(asked, facts.customer, order=order)
    return asked.page(FORM, **_form(asked, facts.customer, order))


def newcomer(asked: Asked) -> HttpResponse:
    """Somebody whom nobody has found: what was typed goes along to the form, in no address."""
    kept.keep_form(asked, reverse("desk:order_register"))
    return asked.go("desk:order_register")


def register(asked: Asked) -> HttpResponse:
    """A new customer with the document they are checked by."""
    if asked.method == "GET":
        sought = kept.typed(asked).get("q", "")
        field = "number" if is_document_number(sought) else "name"
        return asked.page(NEW, typed={field: sought}, **_kinds())
    form = asked.form
    try:
        made = realname.register(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, name=form.get("name", ""),
            kind=ORGANISATION if form.get("party") == ORGANISATION else PERSON, shown=_shown(form, ""),
            phone=form.get("phone", ""), address=form.get("address", ""), acting=_acting(form),
            organisation=nodes_of_users(tenant=asked.tenant, logins=[asked.actor.id]).get(asked.actor.id, ""),
            within=reached(asked),
        )  # fmt: skip
    except (*REFUSALS, WrongDay) as error:
        return asked.refuse(NEW, faults_of(asked, error), **_kinds())
    return _on(made.customer, made.check)


def _prove(asked: Asked, customer: str, order: str = "") -> HttpResponse:
    """Of a cart the check is made and becomes the cart's in one write."""
    write: dict[str, Any] = {"tenant": asked.tenant, "actor": asked.actor, "key": asked.key, "now": asked.now}
    form = asked.form
    more: dict[str, Any] = {"then": taking.with_check(order=order)} if order else {}
    try:
        if form.get("how") == "password":
            check = realname.check_password(
                **write, customer=customer, name=form.get("login", ""), password=asked.request.POST.get("password", ""),
                demo=settings.PROFILE == "demo", **more,
            )  # fmt: skip
        else:
            check = check_by_document(asked, customer, **more)
    except (*REFUSALS, WrongDay) as error:
        faults: list[FaultTold] = faults_of(asked, error)
        return asked.refuse(FORM, faults, **_form(asked, customer, order))
    return asked.go("desk:order_items", order=order) if order else _on(customer, check)


def check_by_document(asked: Asked, customer: str, *, before: str = "", **more: Any) -> int:
    """By the document of the form (fields `before`kind, …number, …until); the id of the check. `more`: what is written
    with it (realname.Then)."""
    return realname.check_document(
        tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, customer=customer,
        shown=_shown(asked.form, before), acting=None if before else _acting(asked.form), within=reached(asked),
        first=not documents_of(tenant=asked.tenant, customers=[customer]), **more,
    )  # fmt: skip


def _on(customer: str, check: int) -> HttpResponse:
    where = reverse("desk:order_begin", kwargs={"customer": customer})
    return HttpResponse(status=303, headers={"Location": f"{where}?check={check}"})


def _form(asked: Asked, customer: str, order: str = "") -> dict[str, Any]:
    facts = customer_of(asked, customer)
    return {
        "customer": facts, "documents": documents_of(tenant=asked.tenant, customers=[customer]), "order": order,
        **_kinds(),
    }  # fmt: skip


def _kinds() -> dict[str, Any]:
    return {"kinds": KINDS, "roles": ROLES}


def _shown(form: dict[str, str], before: str) -> Shown:
    until = form.get(f"{before}until", "")
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        raise WrongDay(f"{before}until", until) from None
    return Shown(form.get(f"{before}kind", ""), form.get(f"{before}number", ""), day)


def _acting(form: dict[str, str]) -> Acting | None:
    """Who acts for the customer, where the form names somebody."""
    if not (form.get("acting_name") or form.get("acting_number")):
        return None
    shown = _shown(form, "acting_")
    return Acting(form.get("role", ""), form.get("acting_name", ""), shown, form.get("acting_phone", ""))
