"""A reseller's system before the shop of tests/orders: it has tokens, and speaks HTTP."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.test import Client
from django_scopes import scope
from tests.orders.hall import CARDS, NUMBERS, Hall
from tests.web.orders import counter
from tests.web.orders.counter import NORTH, SOUTH

from yidian.platform.access.tokens import giving
from yidian.platform.access.tokens.types import RIGHTS
from yidian.platform.tenancy.models import Tenant

ORDER = "productOrderingManagement/v4/productOrder"
CANCEL = "productOrderingManagement/v4/cancelProductOrder"
OFFERING = "productCatalogManagement/v4/productOffering"
PRODUCT = "productInventory/v4/product"
NUMBER = "resourcePoolManagement/v1/availableNumber"
RESERVATION = "resourcePoolManagement/v1/reservation"
SYSTEMS = {  # name: where, what it may, for how many days
    "shop": (NORTH, RIGHTS, 365), "south": (SOUTH, RIGHTS, 365), "all": ("", RIGHTS, 365),
    "reader": (NORTH, ("order.read",), 365), "brief": (NORTH, RIGHTS, 1),
}  # fmt: skip


@dataclass
class Answer:
    status: int
    told: Any
    headers: Any

    @property
    def code(self) -> str:
        return str(self.told["code"])

    @property
    def wheres(self) -> dict[str, str]:
        """Where in the request each fault is: its code."""
        return {one["where"]: one["code"] for one in self.told["faults"]}


@dataclass
class Shop:
    hall: Hall
    tokens: dict[str, str]
    who: str = "shop"
    names: Any = field(default_factory=lambda: count(1))

    def anew(self, home: Path) -> Shop:
        """The same shop, before a network that knows nobody yet."""
        home.mkdir(exist_ok=True)
        return Shop(replace(self.hall, home=home, checks={}), self.tokens)

    def at(self, who: str) -> Shop:
        return Shop(self.hall, self.tokens, who, self.names)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        os.environ["YIDIAN_NOW"] = self.hall.now.isoformat()  # put back by the fixture
        told = {"Accept-Language": "en", "Authorization": f"Bearer {self.tokens.get(self.who, '')}", **headers}
        given = body if isinstance(body, str | bytes) else json.dumps(body)
        found = Client().generic(
            method, f"/tmf-api/{path}", given if body is not None else "", content_type="application/json",
            headers={name: value for name, value in told.items() if value},
        )  # fmt: skip
        return Answer(found.status_code, json.loads(found.content) if found.content else None, found.headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def order(self, *items: dict[str, Any], name: str = "", customer: str | None = "li", **more: Any) -> Answer:
        """A minute later, under a name of its own where none is told, for a known customer where no party is told."""
        self.hall.later(minutes=1)
        if customer and "relatedParty" not in more:
            more["relatedParty"] = [{"id": self.hall.customer(customer), "@referredType": "Customer"}]
        told = [{"id": str(n), **item} for n, item in enumerate(items, 1)]
        return self.send(
            "POST", ORDER, {"externalId": name or f"x{next(self.names)}", "productOrderItem": told, **more}
        )

    def opened(self, answer: Answer) -> dict[str, Any]:
        """The order, after the worker and the installers have done all there is to do."""
        assert answer.status == 201, answer.told
        self.hall.later(minutes=1)
        self.hall.opened(answer.told["id"])
        found: dict[str, Any] = self.get(f"{ORDER}/{answer.told['id']}").told
        return found


def item(action: str, offering: str = "", subscriber: str = "", deed: str = "", **told: Any) -> dict[str, Any]:
    """An order item; what else is told are characteristics of its product."""
    found: dict[str, Any] = {"action": action}
    product: dict[str, Any] = {"id": subscriber} if subscriber else {}
    if told:
        product["productCharacteristic"] = [{"name": name, "value": value} for name, value in told.items()]
    if product:
        found["product"] = product
    if offering:
        found["productOffering"] = {"id": offering}
    if deed:
        found |= {"deed": deed, "@type": "DeedItem", "@baseType": "ProductOrderItem"}
    return found


def mobile(n: int = 0, plan: str = "M59", **told: Any) -> dict[str, Any]:
    return item("add", plan, line="mobile", msisdn=NUMBERS[n], iccid=CARDS[n], **told)


def build(home: Path, monkeypatch: Any, settings: Any) -> Shop:
    return before(counter.build(home, monkeypatch, settings).hall)


def before(hall: Hall) -> Shop:
    """The systems before a hall, and one of another operator."""
    tokens = {name: giving.new_token() for name in (*SYSTEMS, "beta", "gone")}
    with scope(tenant=hall.tenant):
        for name, (node, rights, days) in SYSTEMS.items():
            hall.do(giving.give, name=name, organisation=node, rights=rights, token=tokens[name], days=days)
        hall.do(giving.give, name="gone", organisation=NORTH, rights=RIGHTS, token=tokens["gone"], days=9)
        hall.do(giving.revoke, name="gone")
    beta = Tenant.objects.create(code="beta", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=beta):
        other = replace(hall, tenant=beta, keys=count(10_000))
        other.do(giving.give, name="shop", organisation="", rights=RIGHTS, token=tokens["beta"], days=365)
    hall.clock.push(timedelta(minutes=1))
    return Shop(hall, tokens)
