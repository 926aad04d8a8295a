"""A cart of one deed, put together by the customer: everything it names is theirs at once, for half an hour (WB-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from yidian.domains.party.queries import customers
from yidian.domains.product_inventory.types import Change
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import UnableToFindOrder, order_named, orders_of
from yidian.domains.product_order.types import DEEDS, ItemFacts, OrderFacts, lifecycle
from yidian.domains.resource_inventory.queries import resource, resources_of
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.accepting import WEB
from yidian.journeys.ordering.deeds import DOINGS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.situation import Situation, situation
from yidian.journeys.ordering.taking import expect_possible, keep_price
from yidian.journeys.web_orders.allowed import expect_allowed
from yidian.journeys.web_orders.filling import filled
from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

MOST_HELD: Final = 3  # carts of one customer that keep a number or a port from all others
LOOKED_AT: Final = 50
Price = Callable[[Sequence[Change]], Mapping[str, Any]]  # what changes come to, as an order keeps it
Told = Mapping[str, object]


def begin(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, deed: str, told: Told, price: Price,
    subscriber: str = "",
) -> str:  # fmt: skip
    """A cart with one deed, priced; its number. What was begun on the same subscription before is let go.

    BadInput with the field, UnableToDo, UnableToHold, UnableToOrder, UnableToQuote; nothing is kept then.
    """

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"web carts of {tenant.pk} {customer}")
        _let_go_before(frame, customer, subscriber)
        number = orders.open_order(
            frame=frame, customer=customer, organisation=_node(tenant, customer), channel=WEB
        )  # fmt: skip
        whole = filled(frame=frame, order=order_named(tenant=tenant, number=number), deed=deed, told=told)
        orders.add_item(frame=frame, order=number, deed=deed, told=whole, subscriber=subscriber)
        _keep(frame, number, price)
        return {"order": number}

    request = {"customer": customer, "deed": deed, "told": dict(told), "subscriber": subscriber}
    done = perform(tenant=tenant, actor=actor, operation="order.web", key=key, request=request, now=now, work=work)
    return str(done.answer["order"])


def choose_again(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, order: str, told: Told, price: Price
) -> None:
    """The deed of a cart told otherwise, priced anew; what it named and names no more is anybody's again."""

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"web carts of {tenant.pk} {customer}")
        before = cart_of(tenant=tenant, customer=customer, order=order)
        item = before.items[0]
        whole = filled(frame=frame, order=before, deed=item.deed, told=told, before=item)
        orders.change_item(frame=frame, order=order, place=item.place, told=whole)
        after = order_named(tenant=tenant, number=order).items[0]
        gone = set(resources.wanted(item)) - set(resources.wanted(after))
        resources.release(frame=frame, holder=before.holder, items=[_naming(item, gone)])
        _keep(frame, order, price)
        return {"order": order}

    request = {"order": order, "told": dict(told)}
    perform(tenant=tenant, actor=actor, operation="order.web.again", key=key, request=request, now=now, work=work)


def let_go(*, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, order: str) -> None:
    """The customer wants it no more: what the cart kept is anybody's again."""

    def work(frame: Frame) -> dict[str, Any]:
        _abandon(frame, cart_of(tenant=tenant, customer=customer, order=order))
        return {"order": order}

    request = {"order": order}
    perform(tenant=tenant, actor=actor, operation="order.web.leave", key=key, request=request, now=now, work=work)


def cart_of(*, tenant: Tenant, customer: str, order: str) -> OrderFacts:
    """A customer's own cart of the web. UnableToFindOrder: nothing of the kind; that of a hall is none."""
    found = order_named(tenant=tenant, number=order)
    if found.customer != customer or found.channel != WEB or found.state != lifecycle.CART or not found.items:
        raise UnableToFindOrder(order=order)
    return found


def open_carts(*, tenant: Tenant, customer: str) -> list[OrderFacts]:
    """A customer's carts of the web, the newest first."""
    rows = orders_of(tenant=tenant, customer=customer, limit=LOOKED_AT)
    mine = [one.number for one in rows if one.state == lifecycle.CART and one.channel == WEB and one.deeds]
    return [order_named(tenant=tenant, number=number) for number in mine]


def _keep(frame: Frame, order: str, price: Price) -> None:
    """Look at what stands in a cart now, reserve what it names, and keep what it would cost."""
    found = order_named(tenant=frame.tenant, number=order)
    at_ms = to_ms(frame.now)
    s = situation(tenant=frame.tenant, order=found, item=found.items[0], at_ms=at_ms)
    expect_alone(s)
    _expect_few(frame, found)
    resources.reserve(
        frame=frame, holder=found.holder, wants=resources.wanted(s.item), within=[found.organisation]
    )  # fmt: skip
    quote = price(DOINGS[s.item.deed].changes(s, at_ms))
    keep_price(frame=frame, order=found, revision=found.revision, quote=quote)


def expect_alone(s: Situation) -> None:
    """That a deed may be done on the web as its subscription stands, and as its fields say. UnableToDo."""
    made = DEEDS[s.item.deed].makes
    expect_allowed(None if made else s.standing, s.item.deed, s.told("reason"))
    expect_possible(s)
    offer = s.offers.get(s.told("offer"))
    if s.item.deed == "add_on" and offer is not None and offer.terms.months:  # a contract, with its terminal
        raise UnableToDo("WEB_OFFER_CONTRACT", "offer", offer=offer.code)


def _expect_few(frame: Frame, cart: OrderFacts) -> None:
    """Nobody keeps many numbers from others by looking at them. UnableToDo WEB_TOO_MANY_HELD."""
    if not any(kind in ("number", "port") for kind, _ in resources.wanted(cart.items[0])):
        return
    mates = [one for one in open_carts(tenant=frame.tenant, customer=cart.customer) if one.number != cart.number]
    if sum(_holds(frame, one) for one in mates) >= MOST_HELD:
        raise UnableToDo("WEB_TOO_MANY_HELD", "", most=MOST_HELD)


def _holds(frame: Frame, cart: OrderFacts) -> bool:
    """Whether a cart keeps a number or a port just now."""
    held = resources_of(tenant=frame.tenant, holder=cart.holder, kinds=("number", "port"))
    found = (resource(tenant=frame.tenant, kind=kind, id=id_) for kind, id_ in held)
    return any(one is not None and one.held_by(cart.holder, now_ms=to_ms(frame.now)) for one in found)


def _let_go_before(frame: Frame, customer: str, subscriber: str) -> None:
    for cart in open_carts(tenant=frame.tenant, customer=customer) if subscriber else ():
        if cart.items[0].subscriber == subscriber:
            _abandon(frame, cart)


def _abandon(frame: Frame, cart: OrderFacts) -> None:
    orders.abandon(frame=frame, order=cart.number)
    resources.release(frame=frame, holder=cart.holder, items=cart.items)


def _naming(item: ItemFacts, gone: set[tuple[str, str]]) -> ItemFacts:
    """An item that names only what is no longer wanted."""
    ids = {id_ for _, id_ in gone}
    return replace(
        item, told={name: value for name, value in item.told.items() if isinstance(value, str) and value in ids}
    )


def _node(tenant: Tenant, customer: str) -> str:
    found = customers(tenant=tenant, codes=[customer])
    return found[0].organisation if found else ""
