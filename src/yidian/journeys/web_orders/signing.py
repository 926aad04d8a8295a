"""The customer's own hand under an order of the web, and taking it back before it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import UnableToFindOrder, order_named
from yidian.domains.product_order.types import OrderFacts, UnableToChangeOrder, lifecycle
from yidian.journeys.ordering.accepting import WEB
from yidian.journeys.ordering.going_back import put_back
from yidian.journeys.ordering.planned import planned
from yidian.journeys.ordering.submitting import lay_out
from yidian.journeys.web_orders.carts import cart_of, expect_alone
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

GOOD_FOR: Final = timedelta(minutes=30)  # so long what was said to cost stands
BY_CUSTOMER: Final = "ORDER_CANCELLED_BY_CUSTOMER"


class UnableToSign(Exception):
    """WEB_QUOTE_OLD: what the customer read was worked out too long ago."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def sign(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, order: str, revision: int, proved: str
) -> OrderFacts:
    """Submit a cart that the customer has read as `revision`, with the form signed. `proved`: by what they have just
    shown again who they are (password, second_factor): there is no other signature.

    UnableToSign, UnableToFindOrder, UnableToDo, UnableToOrder, UnableToHold, UnableToRegister; nothing is signed then.
    """

    def work(frame: Frame) -> dict[str, Any]:
        cart = cart_of(tenant=tenant, customer=customer, order=order)
        if to_ms(now) - int(cart.quote.get("at_ms", 0)) > GOOD_FOR // timedelta(milliseconds=1):
            raise UnableToSign("WEB_QUOTE_OLD", order=order)
        for s in planned(tenant=tenant, order=cart, at_ms=to_ms(now)):
            expect_alone(s)
        orders.read_back(frame=frame, order=order, revision=revision)
        version, number = orders.print_form(frame=frame, order=order)
        orders.sign_form(frame=frame, order=order, version=version)
        frame.changed("order_signature", number, before=None, after={"by": customer, "proved": proved})
        lay_out(frame=frame, order=order, revision=revision)
        return {"order": order}

    request = {"order": order, "revision": revision}
    perform(tenant=tenant, actor=actor, operation="order.web.sign", key=key, request=request, now=now, work=work)
    return order_named(tenant=tenant, number=order)


def take_back(*, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, order: str) -> None:
    """The customer's own order of the web, before it is done (撤单). UnableToFindOrder, UnableToChangeOrder."""

    def work(frame: Frame) -> dict[str, Any]:
        found = order_named(tenant=tenant, number=order)
        if found.customer != customer:
            raise UnableToFindOrder(order=order)
        if not may_take_back(found):
            raise UnableToChangeOrder("ORDER_NOT_IN_STATE", order=order, state=found.state, event="cancel")
        outcome = orders.cancel(frame=frame, order=order, reason=BY_CUSTOMER)
        put_back(frame=frame, order=order, outcome=outcome)
        return {"order": order}

    request = {"order": order}
    perform(tenant=tenant, actor=actor, operation="order.web.cancel", key=key, request=request, now=now, work=work)


def may_take_back(order: OrderFacts) -> bool:
    """Of what was signed in a hall the hall has the paper."""
    return order.channel == WEB and order.state in (lifecycle.AT_WORK, lifecycle.HELD)
