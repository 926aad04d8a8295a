"""An order that another system asks for, taken in one write: whose, who they are, all it wants, priced and submitted.

All of it or nothing. The system's organisation answers for who its customers are: it reads their document and sends
what it read, or they have one here that is good; nobody signs a form (channel `reseller`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from yidian.domains.party.operations import UnableToRegister, check_identity, expect_words, register_customer
from yidian.domains.party.queries import customers, documents_of
from yidian.domains.party.types import DOCUMENT, PERSON, PROXY, Acting, Shown
from yidian.domains.product_inventory.queries import subscriber_owners
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import OrderFacts
from yidian.journeys import realname
from yidian.journeys.ordering import at_once
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.porting import note_guess
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

CHANNEL: Final = "reseller"
OPERATION: Final = "order.by_system"
Reach = Collection[str] | None


class UnableToReachOf(Exception):
    """What an order names is not there, or beyond the reach of who asks: ORDER_CUSTOMER_UNKNOWN,
    ORDER_SUBSCRIBER_UNKNOWN. `item`: place of the asked item from 0, -1 the order itself."""

    def __init__(self, code: str, item: int = -1, **params: str) -> None:
        self.code, self.item, self.params = code, item, params
        super().__init__(f"{code} {params}")


class UnableToTakeItem(Exception):
    """An item was refused; `item` its place among those asked, from 0, `__cause__` by whom. Nothing was written."""

    def __init__(self, item: int) -> None:
        self.item = item
        super().__init__(f"item {item}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A customer by code, or (code "") somebody new. `shown`: the document they were read from, by the system."""

    code: str = ""
    shown: Shown | None = None
    name: str = ""
    kind: str = PERSON
    phone: str = ""
    address: str = ""
    acting: Acting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A deed by its name in the request. `after`: the name of the wanted one whose subscription it is about, or "".

    `deed` "": it says that something stays as it is, and asks for nothing.
    """

    name: str
    action: str
    deed: str
    told: Mapping[str, object] = field(default_factory=dict)
    subscriber: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`external_id`: the system's own name of it, by which it is asked for again."""

    external_id: str
    whose: Whose
    wants: tuple[Want, ...]


def take(
    *, tenant: Tenant, actor: Actor, now: datetime, asked: Asked, organisation: str, within: Reach, price: at_once.Price
) -> tuple[OrderFacts, bool]:
    """The order, and whether it was there already: the same content under the same name is the same order.

    UnableToRepeat: the name was used for another content. UnableToReachOf, UnableToTakeItem, UnableToRegister,
    UnableToDo, what `price` refuses. `organisation`: where the system belongs; `within`: what it reaches.
    """
    whose = asked.whose
    expect_words(name=whose.name if whose.shown and not whose.code else None, phone=whose.phone, address=whose.address)

    def work(frame: Frame) -> dict[str, Any]:
        return {"order": _taken(frame, asked, organisation, within, price)}

    try:
        done = perform(
            tenant=tenant, actor=actor, operation=OPERATION, key=asked.external_id, now=now, work=work,
            request=_request(tenant, asked),
        )  # fmt: skip
    except UnableToTakeItem as refused:
        note_guess(tenant=tenant, actor=actor, key=secrets.token_hex(16), now=now, refused=refused.__cause__)
        raise
    except UnableToRegister as refusal:
        realname.on_record(
            tenant=tenant, actor=actor, customer=whose.code or str(refusal.params.get("customer", "")), now=now,
            refusal=refusal,
        )  # fmt: skip
        raise
    return order_named(tenant=tenant, number=str(done.answer["order"])), done.repeated


def _request(tenant: Tenant, asked: Asked) -> dict[str, Any]:
    """What two requests are told apart by, without the number of a document in it."""
    who = asked.whose
    return {
        "customer": [who.code, who.name, who.kind, who.phone, who.address],
        "shown": realname.fingerprint(tenant, who.shown) if who.shown else "",
        "acting": realname.stand_in(tenant, who.acting),
        "items": [
            [one.name, one.action, one.deed, dict(one.told), one.subscriber, one.after] for one in asked.wants
        ],
    }  # fmt: skip


def _taken(frame: Frame, asked: Asked, organisation: str, within: Reach, price: at_once.Price) -> str:
    customer, check = _identified(frame, asked.whose, organisation, within)
    _expect_reached(frame, asked, customer, within)
    order = orders.open_order(
        frame=frame, customer=customer, organisation=organisation, channel=CHANNEL, check=check
    )  # fmt: skip
    places: dict[str, tuple[int, str]] = {}
    for n, want in enumerate(asked.wants):
        if want.deed:
            try:
                places[want.name] = _add(frame, order, want, places, within)
            except Exception as refusal:
                raise UnableToTakeItem(n) from refusal
    orders.remember_origin(
        frame=frame, order=order, system=frame.actor.id, external_id=asked.external_id,
        items=[
            {"id": one.name, "action": one.action, "place": places[one.name][0] if one.deed else 0}
            for one in asked.wants
        ],
    )  # fmt: skip
    at_once.agree(frame=frame, order=order, price=price)
    return order


def _add(frame: Frame, order: str, want: Want, places: Mapping[str, tuple[int, str]], within: Reach) -> tuple[int, str]:
    after, subscriber = places.get(want.after, (0, "")) if want.after else (0, "")
    if want.after and not after:
        raise UnableToDo("ORDER_AFTER_UNKNOWN", "after", item=want.after[:40])
    return at_once.add(
        frame=frame, order=order, deed=want.deed, told=want.told, subscriber=want.subscriber or subscriber, after=after,
        within=within, mine=holder_of(frame.actor.id),
    )  # fmt: skip


def holder_of(system: str) -> str:
    """By this name resources are reserved for a system until it orders them."""
    return f"system/{system}"


def _identified(frame: Frame, whose: Whose, organisation: str, within: Reach) -> tuple[str, int | None]:
    """(customer, check): new or known, they showed a document, or one that is good stands here."""
    shown = whose.shown
    if not whose.code:
        if shown is None:
            raise UnableToDo("ORDER_IDENTITY_UNPROVED", "customer", customer="")
        made = register_customer(
            frame=frame, name=whose.name, kind=whose.kind, id_kind=shown.kind, number=shown.number,
            valid_until=shown.valid_until, phone=whose.phone, address=whose.address, organisation=organisation,
            acting=whose.acting, place=organisation, within=within,
        )  # fmt: skip
        return made.customer, made.check
    if not customers(tenant=frame.tenant, codes=[whose.code], within=within):
        raise UnableToReachOf("ORDER_CUSTOMER_UNKNOWN", customer=whose.code[:64])
    if shown is None:
        _expect_proved(frame, whose.code)
        return whose.code, None
    acting = whose.acting
    how = PROXY if acting is not None and acting.role == PROXY else DOCUMENT
    check = check_identity(
        frame=frame, customer=whose.code, how=how, kind=shown.kind, number=shown.number, valid_until=shown.valid_until,
        acting=acting, place=organisation, first=True, within=within,
    )  # fmt: skip
    return whose.code, check


def _expect_proved(frame: Frame, customer: str) -> None:
    """A document that has not run out stands with the customer."""
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    known = documents_of(tenant=frame.tenant, customers=[customer])
    if not any(one.valid_until is None or one.valid_until >= on for one in known):
        raise UnableToDo("ORDER_IDENTITY_UNPROVED", "customer", customer=customer)


def _expect_reached(frame: Frame, asked: Asked, customer: str, within: Reach) -> None:
    """Every subscription is this customer's, and whoever takes one over is reached and known by a document."""
    known = subscriber_owners(tenant=frame.tenant, codes={one.subscriber for one in asked.wants if one.subscriber})
    for n, want in enumerate(asked.wants):
        if want.subscriber and known.get(want.subscriber, ("", ""))[0] != customer:
            raise UnableToReachOf("ORDER_SUBSCRIBER_UNKNOWN", n, subscriber=want.subscriber[:64])
        heir = str(want.told.get("customer", ""))
        if want.deed == "transfer" and heir:
            if not customers(tenant=frame.tenant, codes=[heir], within=within):
                raise UnableToReachOf("ORDER_CUSTOMER_UNKNOWN", n, customer=heir[:64])
            _expect_proved(frame, heir)
