"""A counter by HTTP, in as few words as a test needs: pages are opened, forms sent as a browser would."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from django.test import Client
from django_scopes import scope
from tests.orders.hall import CARDS, HOME, NOON, NUMBERS, PEOPLE, PORTS, Hall, furnished

from yidian.config.installation import Installation
from yidian.domains.party.models import Customer
from yidian.platform.access import organisation, staff
from yidian.platform.sign_in import credentials, passwords, sessions
from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.types import STAFF, Browser
from yidian.platform.tenancy.models import Tenant

TENANT, ZONE = "operator", "Asia/Shanghai"
NORTH, SOUTH = "north", "south"
PEOPLE_OF = {
    "zhou": ("clerk", NORTH), "south": ("clerk", SOUTH), "boss": ("supervisor", SOUTH), "query": ("data_query", NORTH),
    "nobody": ("", ""),
}  # fmt: skip
LI = PEOPLE["li"]
__all__ = ["CARDS", "HOME", "LI", "NOON", "NUMBERS", "PORTS", "TENANT"]


@dataclass
class Answer:
    """A page, or where it sends on to."""

    status: int
    body: str
    where: str
    kind: str

    @property
    def text(self) -> str:
        """What is to be read, without tags."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.body).split())


@dataclass
class Counter:
    hall: Hall
    tokens: dict[str, str]
    who: str = "zhou"
    keys: Any = field(default_factory=lambda: count(1))

    def anew(self, home: Path) -> Counter:
        """The same shop, before a network that knows nobody yet."""
        home.mkdir(exist_ok=True)
        return Counter(replace(self.hall, home=home, checks={}), self.tokens)

    def at(self, who: str) -> Counter:
        return Counter(self.hall, self.tokens, who, self.keys)

    def browser(self) -> Client:
        os.environ["YIDIAN_NOW"] = self.hall.now.isoformat()  # put back by the fixture
        client = Client()
        client.cookies["yidian_desk"] = self.tokens[self.who]
        return client

    def get(self, path: str, **headers: str) -> Answer:
        return _answer(self.browser().get(f"/desk/{path}", headers=headers))

    def send(self, path: str, /, **told: Any) -> Answer:
        """A form; `key` its own where none is told."""
        return _answer(self.browser().post(f"/desk/{path}", {"key": f"key-{next(self.keys):08}", **told}))

    def proved(self, customer: str) -> int:
        """The customer shows their document; the id of the check."""
        told = self.send(f"customers/{customer}/order/", how="document", kind="resident_id", number=LI[1])
        return int(told.where.partition("?check=")[2])

    def cart(self, customer: str = "") -> str:
        """A new one; its number."""
        code = customer or self.hall.customer("li")
        told = self.send(f"customers/{code}/order/open/", check=self.proved(code), what="")
        return told.where.split("/")[3]

    def put(self, order: str, what: str, **told: Any) -> Answer:
        return self.send(f"orders/{order}/items/add/?what={what}", **told)

    def mobile(self, order: str, n: int = 0, **told: Any) -> Answer:
        return self.put(order, "new.mobile", **{"number": NUMBERS[n], "card": CARDS[n], "plan": "M59", **told})

    def broadband(self, order: str, n: int = 0, **told: Any) -> Answer:
        return self.put(
            order, "new.broadband", login=f"gx{n}@nn", address=HOME, port=PORTS[n], plan="B100", **told
        )  # fmt: skip

    def revision(self, order: str) -> int:
        return self.hall.see(order).revision

    def priced(self, order: str) -> Answer:
        return self.send(f"orders/{order}/price/", revision=self.revision(order))

    def agreed(self, order: str) -> Answer:
        page = self.get(f"orders/{order}/read-back/")
        ticks = dict.fromkeys(re.findall(r'name="(said-\d+)"', page.body), "on")
        return self.send(f"orders/{order}/read-back/", revision=self.revision(order), **ticks)

    def signed(self, order: str) -> Answer:
        self.send(f"orders/{order}/print/")
        form = self.hall.see(order).form
        assert form is not None
        return self.send(f"orders/{order}/signed/", version=form[0])

    def submitted(self, order: str) -> Answer:
        return self.send(f"orders/{order}/submit/", revision=self.revision(order))


def _answer(told: Any) -> Answer:
    kind = told.get("Content-Type", "")
    body = told.content.decode() if kind.startswith("text/html") else ""
    return Answer(told.status_code, body, told.get("Location", ""), kind)


def build(home: Path, monkeypatch: Any, settings: Any) -> Counter:
    installed(home, monkeypatch, settings)
    tenant = Tenant.objects.create(code=TENANT, currency="CNY", zone=ZONE)
    with scope(tenant=tenant):
        return staffed(tenant, home)


def installed(home: Path, monkeypatch: Any, settings: Any) -> None:
    """An installation of this operator, at noon."""
    monkeypatch.setenv("YIDIAN_NOW", NOON.isoformat())
    settings.INSTALLATION = Installation(
        home=home, database=":memory:", tenant=TENANT, currency="CNY", zone=ZONE, threads=1, profile="test"
    )
    settings.TENANT = TENANT


def staffed(tenant: Any, home: Path) -> Counter:
    """The shop with people at its counters, and two customers: one of the north, one of the south."""
    hall = furnished(tenant, home)
    hall.do(_organisation)
    tokens = hall.do(_people)
    for who, node in (("li", NORTH), ("gao", SOUTH)):
        Customer.objects.filter(code=hall.customer(who)).update(organisation=node)
    return Counter(hall, tokens)


def _organisation(*, frame: Any) -> None:
    for code in ("root", NORTH, SOUTH):
        organisation.add(frame=frame, code=code, name=code)
        organisation.place(frame=frame, code=code, tree="region", parent=None if code == "root" else "root", since=NOON)


def _people(*, frame: Any) -> dict[str, str]:
    hashed, tokens = passwords.hashed("correct horse battery staple"), {}
    for login, (role, node) in PEOPLE_OF.items():
        staff.add_user(frame=frame, login=login, name=login.title())
        if role:
            staff.give_post(frame=frame, login=login, role=role, organisation=node, since=NOON)
        tokens[login] = sessions.new_token()
        row = credentials.give_password(frame=frame, realm=STAFF, subject=login, encoded=hashed)
        row.must_change = False
        row.save()
        sessions.open_session(
            frame=frame, credential=row, token=tokens[login], stage=OPEN, browser=Browser("127.0.0.1"), device=""
        )
    return tokens
