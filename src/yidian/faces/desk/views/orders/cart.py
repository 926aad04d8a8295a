"""A cart in the hands of somebody at a desk: no page of it opens before a good check of the customer (BH-14)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.party.operations import UnableToRegister, expect_checked
from yidian.domains.party.queries import customers
from yidian.domains.party.types import CheckFacts, CustomerFacts
from yidian.domains.product_order.queries import UnableToFindOrder, order_named
from yidian.domains.product_order.types import OrderFacts, lifecycle
from yidian.faces.shell import kept
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.held import clock
from yidian.kernel.calendar import to_ms
from yidian.platform.access.queries import within

TAKE: Final = "order.take"
SECOND_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Cart:
    """An order that is being taken, of a customer who has shown who they are: for `seconds` more."""

    facts: OrderFacts
    customer: CustomerFacts
    check: CheckFacts
    seconds: int

    @property
    def clock(self) -> str:
        return clock(self.seconds)

    @property
    def number(self) -> str:
        return self.facts.number


View = Callable[..., HttpResponse]


def with_cart(view: View) -> View:
    """A view of a cart: where it is none any more, on to the order; where its check is over, back to the check."""

    def guarded(asked: Asked, order: str, **ids: Any) -> HttpResponse:
        facts = facts_of(asked, order)
        if facts.state != lifecycle.CART:
            return _away(asked, reverse("desk:order", kwargs={"order": order}))
        check = check_of(asked, facts)
        if check is None:
            if asked.method == "POST" and kept.keep_form(asked, asked.request.path):
                asked.say_later("TAKING_KEPT")
            return _away(asked, reverse("desk:order_identity", kwargs={"order": order}))
        left = max(0, check.until_ms - to_ms(asked.now)) // SECOND_MS
        return view(asked, Cart(facts, customer_of(asked, facts.customer), check, left), **ids)

    return guarded


def facts_of(asked: Asked, order: str) -> OrderFacts:
    try:
        return order_named(tenant=asked.tenant, number=order)
    except UnableToFindOrder as error:
        raise Http404 from error


def customer_of(asked: Asked, code: str) -> CustomerFacts:
    found = customers(tenant=asked.tenant, codes=[code])
    if not found:
        raise Http404
    return found[0]


def check_of(asked: Asked, facts: OrderFacts) -> CheckFacts | None:
    """The check that a cart is taken on, where it is good for what is in it; else None."""
    return good_check(asked, facts.customer, facts.check or 0, [item.deed for item in facts.items])


def good_check(asked: Asked, customer: str, check: int, deeds: Collection[str] = ()) -> CheckFacts | None:
    try:
        return expect_checked(
            tenant=asked.tenant, actor=asked.actor, customer=customer, now=asked.now, check=check, deeds=deeds
        )
    except UnableToRegister:
        return None


def reached(asked: Asked) -> frozenset[str] | None:
    """Whose stock and whose customers somebody at the desk reaches; None: everybody's."""
    return within(tenant=asked.tenant, actor=asked.actor, action=TAKE, now=asked.now)


def own(asked: Asked, kind: str, id: str, customer: str) -> None:
    """Http404 unless something named in a form is this customer's."""
    if asked.reach(kind, id, action=TAKE).customer != customer:
        raise Http404


def _away(asked: Asked, where: str) -> HttpResponse:
    if asked.is_fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    if kept.SAID in asked.request.session:
        kept.say_there(asked, where)
    return HttpResponse(status=303, headers={"Location": where})
