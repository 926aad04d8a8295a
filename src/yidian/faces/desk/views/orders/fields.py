"""The fields of a deed as the desk shows them, by their kinds, from the table of deeds: no deed has its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from yidian.domains.party.queries import accounts_of
from yidian.domains.party.types import KINDS
from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_catalog.types import OfferForOrder
from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing
from yidian.domains.product_order.types import DEEDS, Deed, Field
from yidian.faces.desk.views.orders.cart import Cart
from yidian.faces.desk.views.orders.places import places_of
from yidian.faces.desk.views.orders.seeking import sought
from yidian.faces.desk.views.orders.tiles import tiles_of
from yidian.faces.shell.amounts import narrow
from yidian.faces.shell.asked import Asked, printed
from yidian.faces.shell.ordering import offers as choices
from yidian.faces.shell.ordering.offers import Option
from yidian.journeys.customer.products import products
from yidian.journeys.ordering.deeds.opening import ASKED
from yidian.journeys.ordering.deeds.stopping import OWN
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.faults import BadInput
from yidian.kernel.money import currency, format_minor, parse_minor

Values = Mapping[str, Any]
OF_LINES: Final = frozenset({"number", "card", "login", "address", "port"})  # of a new service: as its line needs
NETWORKS: Final = ("china_mobile", "china_unicom", "china_telecom", "china_broadnet")
TOGETHER: Final = {"port": "address"}  # fields that are chosen with another one


@dataclass(frozen=True, slots=True)
class Shown:
    """A field on the page. `template`: how its kind looks; `told`: what that takes."""

    name: str
    kind: str
    needed: bool
    many: bool
    value: Any
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"desk/orders/_kind_{self.kind}.html"

    @property
    def label(self) -> str:
        return f"TAKING_FIELD_{self.name}".upper()


@dataclass(frozen=True, slots=True)
class Asking:
    """What the fields of one item are made for. `place` 0: an item that is not there yet."""

    asked: Asked
    cart: Cart
    deed: Deed
    line: str
    subscriber: str
    values: Values
    place: int = 0

    @property
    def on(self) -> date:
        return local_date(to_ms(self.asked.now), self.asked.zone)

    def value(self, name: str) -> str:
        told = self.values.get(name, "")
        return told if isinstance(told, str) else ""


def fields_of(asking: Asking) -> list[Shown]:
    """Of the deed, without what its line of business does not have."""
    found = []
    offers = offers_for_orders(tenant=asking.asked.tenant, on=asking.on)
    stands = None
    if asking.subscriber and not asking.deed.makes:
        stands = standing(
            tenant=asking.asked.tenant, subscriber=asking.subscriber, at_ms=to_ms(asking.asked.now)
        )  # fmt: skip
    for one in asking.deed.fields:
        if one.name in TOGETHER or not _has_sense(one, asking):
            continue
        needed = one.needed or (asking.deed.code == "new" and one.name in OF_LINES)
        value = asking.values.get(one.name, [] if one.many else "")
        told = MADE[one.kind](asking, offers, stands) if one.kind in MADE else {}
        found.append(Shown(one.name, one.kind, needed, one.many, value, told))
    return found


def told_of(asked: Asked, deed: Deed) -> dict[str, str | list[str]]:
    """What a form says of a deed's fields; amounts in minor units. Empty ones are left to the door."""
    found: dict[str, str | list[str]] = {}
    for one in deed.fields:
        values = [clean for value in asked.request.POST.getlist(one.name) if (clean := printed(value))]
        if one.kind in ("card", "device", "number", "foreign", "code"):
            values = ["".join(narrow(value).split()) for value in values]
        if one.kind == "minor":
            values = [_minor(asked, value) for value in values]
        if values:
            found[one.name] = values if one.many else values[-1]
    return found


def shown_again(asked: Asked, deed: Deed) -> dict[str, Any]:
    """What stood in the form, as it was typed."""
    told = asked.request.POST
    typed = {one.name: [printed(value) for value in told.getlist(one.name)] for one in deed.fields}
    return {one.name: typed[one.name] if one.many else (typed[one.name] or [""])[-1] for one in deed.fields}


def shown_before(asked: Asked, deed: Deed, told: Values) -> dict[str, Any]:
    """What an item says, as it stands in its form."""
    cash = currency(asked.tenant.currency)
    names = [one.name for one in deed.fields if one.kind == "minor" and told.get(one.name)]
    money = {name: format_minor(int(told[name]), cash) for name in names}
    return {**told, **money}


def _minor(asked: Asked, typed: str) -> str:
    """The door refuses what is no amount, at its field."""
    try:
        return str(parse_minor(narrow(typed), currency(asked.tenant.currency)))
    except BadInput:
        return typed


def _has_sense(one: Field, asking: Asking) -> bool:
    if asking.deed.code != "new" or one.name not in OF_LINES:
        return True
    return one.name in ASKED[asking.line]


def _plans(asking: Asking, offers: Mapping[str, OfferForOrder], stands: Standing | None) -> dict[str, Any]:
    return _sought(asking, "plan", choices.plans(offers, stands, asking.line))


def _add_ons(asking: Asking, offers: Mapping[str, OfferForOrder], stands: Standing | None) -> dict[str, Any]:
    return _sought(asking, "add_ons", choices.add_ons(asking.asked, offers, stands, asking.line))


def _offer(asking: Asking, offers: Mapping[str, OfferForOrder], stands: Standing | None) -> dict[str, Any]:
    if asking.deed.code == "drop_on":
        return _sought(asking, "offer", choices.droppable(offers, stands))
    free = choices.more(asking.asked, offers, stands)
    if asking.deed.code == "contract":
        free.sort(key=lambda one: -one.terms.months)  # those with a term first
    return _sought(asking, "offer", free)


def _sought(asking: Asking, field: str, fit: list[OfferForOrder]) -> dict[str, Any]:
    return sought(asking.asked, field, fit, asking.values.get(field, ""))


def _accounts(asking: Asking, *_: object) -> dict[str, Any]:
    """The customer's own. Of who takes a number over nobody is told more than that they are served."""
    if asking.deed.code == "transfer":
        return {"options": []}
    rows = accounts_of(tenant=asking.asked.tenant, customer=asking.cart.customer.code)
    return {"options": [Option(row.code, row.code) for row in rows]}


def _members(asking: Asking, *_: object) -> dict[str, Any]:
    """Whom a new subscription may share with: those of the customer, and those that this cart makes before it."""
    lines = products(tenant=asking.asked.tenant, customer=asking.cart.customer.code, now=asking.asked.now).shown
    there = [Option(one.code, one.number or one.code) for one in lines if one.state == "ok"]
    made = [
        Option(f"#{item.place}", str(item.told.get("number") or item.told.get("login") or item.subscriber))
        for item in asking.cart.facts.items
        if DEEDS[item.deed].makes and (not asking.place or item.place < asking.place)
    ]
    return {"options": [*made, *there]}


def _reasons(asking: Asking, _: object, stands: Standing | None) -> dict[str, Any]:
    if asking.deed.code in ("port_in", "port_out"):
        return {"options": [Option(code, code) for code in NETWORKS], "prefix": "TAKING_NETWORK_"}
    own = [one.reason for one in stands.reasons if one.reason in OWN] if stands else []
    return {"options": [Option(code, code) for code in own], "prefix": "STOP_REASON_"}


def _of_codes(prefix: str, *codes: str) -> Callable[..., dict[str, Any]]:
    return lambda *_: {"options": [Option(code, code) for code in codes], "prefix": prefix}


MADE: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "number": lambda asking, *_: tiles_of(asking.asked, asking.cart, asking.line, asking.value("number")),
    "address": lambda asking, *_: places_of(
        asking.asked, asking.cart, asking.value("address"), asking.value("port"), asking.value("place")
    ),
    "plan": _plans, "offers": _add_ons, "offer": _offer, "account": _accounts, "member": _members,
    "reason": _reasons, "when": _of_codes("TAKING_WHEN_", "now", "next_cycle"),
    "check": lambda *_: {"kinds": KINDS}, "way": _of_codes("STOP_WAYS_", "two", "one"),
}  # fmt: skip
