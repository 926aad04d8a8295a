"""What there is to choose of a deed, as its form shows it. Card and port are not chosen: they are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from yidian.domains.party.queries import accounts_of, customers
from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_catalog.types import OfferForOrder
from yidian.domains.product_inventory.types import Standing
from yidian.domains.product_order.types import Deed, OrderFacts
from yidian.faces.shell.amounts import narrow
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering import offers as choices
from yidian.faces.shell.ordering.offers import Option
from yidian.faces.shell.ordering.places import places_of
from yidian.faces.shell.ordering.tiles import tiles_of
from yidian.journeys.ordering.deeds.opening import ASKED
from yidian.journeys.ordering.deeds.stopping import OWN
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.calendar import local_date, to_ms

WHENS: Final = ("now", "next_cycle")
WAYS: Final = ("two", "one")
GIVEN: Final = frozenset({"line", "card", "port", "with", "area", "add_ons"})
OF_LINES: Final = frozenset({"number", "login", "address"})


@dataclass(frozen=True)
class Form:
    """`line`: of a new service; `subscriber` and `stands`: of a deed on one that is there; `cart`: told otherwise."""

    asked: Asked
    deed: Deed
    line: str
    subscriber: str
    stands: Standing | None
    values: Mapping[str, Any]
    cart: OrderFacts | None = None

    def value(self, name: str) -> str:
        told = self.values.get(name, "")
        return told if isinstance(told, str) else ""

    @cached_property
    def offers(self) -> Mapping[str, OfferForOrder]:
        return offers_for_orders(tenant=self.asked.tenant, on=local_date(to_ms(self.asked.now), self.asked.zone))

    @property
    def names(self) -> frozenset[str]:
        """The fields that the customer tells."""
        has = {one.name for one in self.deed.fields} - GIVEN
        return frozenset(has - (OF_LINES - set(ASKED[self.line])) if self.line else has)

    @property
    def number(self) -> str:
        """By which the customer knows the subscription."""
        known = self.stands.identifiers if self.stands else {}
        return next((known[kind][0] for kind in ("msisdn", "login") if known.get(kind)), self.subscriber)

    @property
    def own_reasons(self) -> list[str]:
        """Stops that the customer asked for, and may end."""
        return [one.reason for one in self.stands.reasons if one.reason in OWN] if self.stands else []

    @cached_property
    def options(self) -> Mapping[str, list[Option]]:
        """What can be chosen, by the name of its field."""
        found: dict[str, list[Option]] = {}
        if "plan" in self.names:
            found["plan"] = self._shown(choices.plans(self.offers, self.stands, self.line))
        if "offer" in self.names and self.deed.code == "drop_on":
            found["offer"] = self._shown(choices.droppable(self.offers, self.stands))
        elif "offer" in self.names:  # what binds for months is a contract, with its terminal: in a hall
            free = choices.more(self.asked, self.offers, self.stands)
            found["offer"] = self._shown([one for one in free if not one.terms.months])
        if "reason" in self.names and self.stands:
            found["reason"] = [Option(one, one) for one in self.own_reasons]
        if "account" in self.names:
            rows = accounts_of(tenant=self.asked.tenant, customer=self.asked.customer)
            found["account"] = [Option(row.code, row.code) for row in rows] if len(rows) > 1 else []
        return found

    def _shown(self, offers: list[OfferForOrder]) -> list[Option]:
        return choices.options(self.asked, offers)


def context_of(form: Form) -> dict[str, Any]:
    holder = form.cart.holder if form.cart else ""
    told: dict[str, Any] = {
        "form": form, "options": form.options, "whens": WHENS if "when" in form.names else (),
        "ways": WAYS if "way" in form.names else (), "login": "login" in form.names, "picker": None, "places": None,
    }  # fmt: skip
    if "number" in form.names:
        told["picker"] = tiles_of(
            form.asked, form.line, form.value("number"), holder=holder, within=[_node(form.asked)]
        )  # fmt: skip
    if "address" in form.names:
        told["places"] = places_of(form.asked, form.value("address"), "", form.value("place"), holder=holder)
    return told


def told_of(form: Form) -> dict[str, Any]:
    """What the form says of the fields that a customer tells; empty ones are left to the door."""
    typed = form.asked.form
    found = {name: typed[name] for name in sorted(form.names) if typed.get(name)}
    if "number" in found:
        found["number"] = "".join(narrow(found["number"]).split())
    return found | ({"line": form.line} if form.line else {})


def expect_offered(form: Form, told: Mapping[str, Any]) -> None:
    """That what was chosen was there to choose: other offers are not sold here. UnableToDo WEB_OFFER_NOT_HERE."""
    for name in ("plan", "offer"):
        chosen = told.get(name)
        if chosen and chosen not in {one.value for one in form.options.get(name, [])}:
            raise UnableToDo("WEB_OFFER_NOT_HERE", name, offer=str(chosen)[:40])


def _node(asked: Asked) -> str:
    """Who looks after the customer: its stock is shown beside the operator's own."""
    found = customers(tenant=asked.tenant, codes=[asked.customer])
    return found[0].organisation if found else ""
