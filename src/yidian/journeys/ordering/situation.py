"""All that is known when an item of an order is planned or completed, read once; deeds look at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from yidian.domains.party.queries import accounts_of, grade_at
from yidian.domains.product_catalog.queries import offers_for_orders, own_network
from yidian.domains.product_catalog.types import OfferForOrder
from yidian.domains.product_inventory.queries import standing, who_has
from yidian.domains.product_inventory.types import Standing
from yidian.domains.product_order.queries import ordered_login, port_code_fault, terms_on
from yidian.domains.product_order.types import ItemFacts, OrderFacts, TermFacts
from yidian.domains.resource_inventory.queries import level_terms, resource, resources_of
from yidian.domains.resource_inventory.types import LevelTerms, ResourceFacts
from yidian.journeys.ordering.foreseen import foreseen
from yidian.journeys.ordering.portability import reasons_to_stay
from yidian.kernel.calendar import day_start_ms, from_ms, local_date
from yidian.kernel.ledger import months_after
from yidian.platform.tenancy.models import Tenant

KINDS: Final = {"number": "number", "card": "card", "port": "port", "device": "device"}  # field → kind of resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An item of an order at an instant (UTC ms).

    `offers`: those of the catalogue on its day; `standing`: of the subscription it is about, None where the item makes
    it, as foreseen where an item before it does; `mates`: the other items by place; `accounts`: of the customer, in
    order; `chosen`: the resources it names, by field; `had`: those its subscription has now; `fees`: offers whose
    one-off fees the deed brings; `level` and `had_level`: terms of the premium number it names and of that it has;
    `login_taken`: somebody has the account name it names, or is to get it; `own_network`: asked for a number that
    comes; `staying`: why one may not go; `code_fault`: why the code it is to go with is not good.
    """

    tenant: Tenant
    order: OrderFacts
    item: ItemFacts
    at_ms: int
    offers: Mapping[str, OfferForOrder]
    standing: Standing | None
    others: Mapping[str, Standing]
    accounts: tuple[str, ...]
    chosen: Mapping[str, ResourceFacts]
    had: tuple[ResourceFacts, ...]
    terms: TermFacts
    grade: str
    level: LevelTerms | None = None
    had_level: LevelTerms | None = None
    login_taken: bool = False
    own_network: str = ""
    staying: tuple[str, ...] = ()
    code_fault: str = ""
    mates: Mapping[int, ItemFacts] = field(default_factory=dict)

    def told(self, name: str) -> str:
        """A field of the item; "" where it was not told."""
        value = self.item.told.get(name, "")
        return value if isinstance(value, str) else ""

    def many(self, name: str) -> tuple[str, ...]:
        value = self.item.told.get(name, [])
        return tuple(value) if isinstance(value, list) else ()

    @property
    def on(self) -> date:
        return local_date(self.at_ms, self.tenant.zone)

    @property
    def next_cycle_ms(self) -> int:
        """Where the next month of the tenant's zone begins."""
        return day_start_ms(months_after(self.on.replace(day=1), 1), self.tenant.zone)

    @property
    def line(self) -> str:
        """The line of business: as told, else that of the main offer held, else mobile."""
        told = self.told("line")
        if told or self.standing is None:
            return told or "mobile"
        lines = [self.offers[h.offer].line_of_business for h in self.standing.holdings if self.is_main(h.offer)]
        return next((line for line in lines if line), "mobile")

    @property
    def fees(self) -> tuple[str, ...]:
        return () if self.grade in self.terms.free_for else self.terms.fees

    def is_main(self, offer: str) -> bool:
        return offer in self.offers and self.offers[offer].role == "main"

    def number(self) -> str:
        """The number by which the network knows the subscription now; "" where it has none."""
        known = self.standing.identifiers if self.standing else {}
        return next((known[kind][0] for kind in ("msisdn", "login") if known.get(kind)), "")

    def identifier(self, kind: str) -> str:
        values = self.standing.identifiers.get(kind, ()) if self.standing else ()
        return values[0] if values else ""


def situation(*, tenant: Tenant, order: OrderFacts, item: ItemFacts, at_ms: int) -> Situation:
    """Read what an item is planned by."""
    on = local_date(at_ms, tenant.zone)
    accounts = tuple(
        row.code for row in accounts_of(tenant=tenant, customer=str(item.told.get("customer") or order.customer))
    )
    stands = standing(tenant=tenant, subscriber=item.subscriber, at_ms=at_ms)
    if stands is None:
        stands = foreseen(order, item, accounts, at_ms)
    beside = item.told.get("with", "")
    others = {}
    if isinstance(beside, str) and beside and not beside.startswith("#"):
        other = standing(tenant=tenant, subscriber=beside, at_ms=at_ms)
        others = {beside: other} if other else {}
    chosen = {}
    for name, kind in KINDS.items():
        id_ = item.told.get(name)
        found = resource(tenant=tenant, kind=kind, id=id_) if isinstance(id_, str) else None
        if found is not None:
            chosen[name] = found
    offers = offers_for_orders(tenant=tenant, on=on)
    line = str(item.told.get("line", ""))
    if not line and stands is not None:
        lines = (offers[held.offer].line_of_business for held in stands.holdings if held.offer in offers)
        line = next((one for one in lines if one), "mobile")
    asked = (item.deed, line or "mobile")
    had = _had(tenant, item.subscriber) if stands is not None and stands.id else ()
    return Situation(
        tenant=tenant, order=order, item=item, at_ms=at_ms, offers=offers, standing=stands, others=others,
        accounts=accounts, chosen=chosen, had=had,
        terms=terms_on(tenant=tenant, on=on, asked=[asked])[asked],
        grade=grade_at(tenant=tenant, customer=order.customer, at_ms=at_ms),
        level=_level(tenant, chosen.get("number"), on),
        had_level=_level(tenant, next((one for one in had if one.kind == "number"), None), on),
        login_taken=_taken(tenant, order.id, str(item.told.get("login", "")), at_ms),
        own_network=own_network(tenant=tenant) if item.deed == "port_in" else "",
        staying=reasons_to_stay(tenant=tenant, subscriber=item.subscriber, now=from_ms(at_ms))
        if item.deed == "port_out"
        else (),
        code_fault=_code_fault(tenant, order, item, at_ms),
        mates={mate.place: mate for mate in order.items if mate.place != item.place},
    )  # fmt: skip


def _code_fault(tenant: Tenant, order: OrderFacts, item: ItemFacts, at_ms: int) -> str:
    if item.deed != "port_out":
        return ""
    code = str(item.told.get("code", ""))
    return port_code_fault(
        tenant=tenant, subscriber=item.subscriber, code=code, order=order.number, now=from_ms(at_ms)
    )  # fmt: skip


def _had(tenant: Tenant, subscriber: str) -> tuple[ResourceFacts, ...]:
    found = (resource(tenant=tenant, kind=kind, id=id_) for kind, id_ in resources_of(tenant=tenant, holder=subscriber))
    return tuple(one for one in found if one is not None)


def _taken(tenant: Tenant, order: int, login: str, at_ms: int) -> bool:
    if not login:
        return False
    had = who_has(tenant=tenant, kind="login", value=login, at=from_ms(at_ms)) is not None
    return had or ordered_login(tenant=tenant, login=login, but=order)


def _level(tenant: Tenant, number: ResourceFacts | None, on: date) -> LevelTerms | None:
    return level_terms(tenant=tenant, level=number.level, on=on) if number is not None and number.level else None
