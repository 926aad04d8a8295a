"""What an order costs: its first bills as the kernel that bills makes them, and what is promised for longer."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.domains.product_order.types import Advance
from yidian.faces.desk.views.orders.cart import Cart, with_cart
from yidian.faces.desk.views.orders.frame import around
from yidian.faces.desk.views.orders.items import refused_page
from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.due import due_rows
from yidian.faces.shell.ordering.held import quote_of
from yidian.faces.shell.ordering.refusals import REFUSALS, faults_of
from yidian.faces.shell.ordering.words import names_of
from yidian.journeys.ordering import taking
from yidian.journeys.ordering.paying import NONE_DUE, wish_advances
from yidian.journeys.ordering.planned import changes_of
from yidian.kernel.calendar import to_ms
from yidian.runs.first_bill.quote import first_bill

PAGE: Final = "desk/orders/money.html"
AHEAD: Final = "advance-"  # fields of what is paid ahead, with their account


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
    return asked.page(PAGE, **_page(asked, cart))


@with_cart
def advance(asked: Asked, cart: Cart) -> HttpResponse:
    """What the customer wishes to pay ahead, account by account: the cart is read back and signed with it."""
    if not cart.facts.quoted:
        return asked.go("desk:order_items", order=cart.number)
    faults: list[FaultTold] = []
    wished: list[Advance] = []
    for account, _ in _accounts(cart):
        name = f"{AHEAD}{account}"
        amount, wrong = typed_amount(asked, name) if asked.form.get(name) else (0, [])
        faults += wrong
        wished.append(Advance(account, amount))
    if faults:
        return asked.refuse(PAGE, faults, **_page(asked, cart))
    try:
        wish_advances(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, order=cart.number,
            revision=revision_of(asked), advances=wished,
        )  # fmt: skip
    except REFUSALS as error:
        return asked.page(
            PAGE, status=409, **_page(asked, cart), faults=faults_of(asked, error), typed=asked.form
        )  # fmt: skip
    asked.say_later("DUE_ADVANCE_SET")
    return asked.go("desk:order_money", order=cart.number)


def _page(asked: Asked, cart: Cart) -> dict[str, Any]:
    context = around(asked, cart, "money")
    bill, told = context["quote"], context["told"]
    levels = [one for _, said in context["items"] for one in said.sentences if one[0] == "TAKING_READ_LEVEL"]
    had = {one.account: one.amount_minor for one in (cart.facts.due or NONE_DUE).advances}
    return context | {
        "names": names_of(asked, bill), "whose": told.whose(bill), "summed": told.money(bill),
        "terms": [one for said in told.terms(bill) for one in said.sentences] + levels,
        "months": [bill.this, bill.next], "due": due_rows(told, cart.facts.due or NONE_DUE),
        "ahead": [(f"{AHEAD}{one}", one, once, had.get(one, 0)) for one, once in _accounts(cart)],
    }  # fmt: skip


def _accounts(cart: Cart) -> list[tuple[str, int]]:
    """The accounts that the order bills, each with the one-off fees of its first bill: so much ahead pays them."""
    bill = quote_of(cart.facts)
    return [(one.account, max(one.one_off_minor, 0)) for one in bill.this.accounts] if bill else []


def revision_of(asked: Asked) -> int:
    """Which cart a form is about; 0, which none is, where it says nothing sensible."""
    told = asked.form.get("revision", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
