"""A customer before the web hall by HTTP, in as few words as a test needs: pages are opened, forms sent as they are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from tests.web import town
from tests.web.orders.counter import Answer, Counter, _answer

from yidian.domains.product_order.queries import history, orders_of
from yidian.domains.product_order.types import EventFacts, OrderFacts, OrderRow
from yidian.journeys.ordering.filling import fill
from yidian.kernel.calendar import to_ms
from yidian.platform.sign_in.models import WebSession
from yidian.platform.sign_in.types import CUSTOMER

HELD = re.compile(r'data-countdown="(\d+)"')


@dataclass
class Lobby:
    """The shop with li's and gao's lines in use, and their sessions."""

    counter: Counter
    lines: dict[str, str]
    tokens: dict[str, str]


@dataclass
class Visitor:
    lobby: Lobby
    counter: Counter
    who: str
    client: Client
    lang: str = "en"

    def beside(self, who: str) -> Visitor:
        """Another customer in the same shop at the same time."""
        return Visitor(self.lobby, self.counter, who, _client(self.lobby, who), self.lang)

    @property
    def hall(self) -> Any:
        return self.counter.hall

    @property
    def line(self) -> str:
        return self.lobby.lines[self.who]

    @property
    def code(self) -> str:
        return str(self.hall.customer(self.who))

    def get(self, path: str, **headers: str) -> Answer:
        self._now()
        return _answer(self.client.get(path, headers={"accept-language": self.lang, **headers}))

    def send(self, path: str, **told: Any) -> Answer:
        """A form; `key` its own where none is told."""
        self._now()
        data = {"key": f"key-{next(self.counter.keys):08}", **told}
        return _answer(self.client.post(path, data, headers={"accept-language": self.lang}))

    def chooses(self, deed: str, **told: Any) -> str:
        """A deed on their line chosen; the number of its cart."""
        return cart_at(self.send(f"/do/{self.line}/{deed}/", **told))

    def signs(self, order: str, **told: Any) -> Answer:
        """Read, ticked, proved."""
        asked = {"revision": self.see(order).revision, "agree": "yes", "proof": town.PASSWORD, **told}
        return self.send(f"/orders/{order}/check/", **asked)

    def orders(self, deed: str, **told: Any) -> str:
        """From the choice to the submitted order."""
        order = self.chooses(deed, **told)
        answer = self.signs(order)
        assert answer.where == f"/orders/{order}/", answer.text
        return order

    def later(self, **how: int) -> None:
        """Time goes by; they were seen just now."""
        self.hall.later(**how)
        WebSession.objects.update(seen_ms=to_ms(self.hall.now))

    def see(self, order: str) -> OrderFacts:
        found: OrderFacts = self.hall.see(order)
        return found

    def mine(self) -> list[OrderRow]:
        return orders_of(tenant=self.hall.tenant, customer=self.code)

    def told(self, order: str) -> list[EventFacts]:
        return history(tenant=self.hall.tenant, number=order)

    def _now(self) -> None:
        os.environ["YIDIAN_NOW"] = self.hall.now.isoformat()  # put back by the fixture


def cart_at(answer: Answer) -> str:
    """The cart whose page a form sends on to."""
    found = re.fullmatch(r"/orders/([^/]+)/check/", answer.where)
    assert found, answer.text
    return found[1]


def lobby(counter: Counter) -> Lobby:
    hall, tokens = counter.hall, {}
    lines = {"li": hall.line(0), "gao": hall.line(1, who="gao")}
    for who in lines:
        tokens[who] = town._session(hall.tenant, CUSTOMER, hall.customer(who), town.hashed())
    return Lobby(counter, lines, tokens)


def enter(lobby: Lobby, home: Path, who: str) -> Visitor:
    """Signed in long ago, seen just now; the network knows their lines."""
    counter = lobby.counter.anew(home)
    fill(tenant=counter.hall.tenant, network=counter.hall.network, now=counter.hall.now)
    now_ms = to_ms(counter.hall.now)
    WebSession.objects.filter(credential__realm=CUSTOMER).update(opened_ms=now_ms, seen_ms=now_ms, stepped_ms=0)
    return Visitor(lobby, counter, who, _client(lobby, who))


def _client(lobby: Lobby, who: str) -> Client:
    client = Client()
    client.cookies["yidian_hall"] = lobby.tokens[who]
    return client
