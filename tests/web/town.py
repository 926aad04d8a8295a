"""Two tenants with a month behind them, people of every role at two branches, and browsers signed in as any of them.

town.staff("clerk-north").get("/desk/…")     town.customer("c1").get("/…")     town.staff("finance", tenant=BETA)
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from django_scopes import scope
from tests.cycles.world import OCTOBER, PEOPLE, SEPTEMBER, ZONE, Event, World, some_usage

from yidian.config.installation import Installation
from yidian.domains.party.models import Customer
from yidian.domains.payment.operations.counter import pay
from yidian.domains.payment.operations.taking import take
from yidian.domains.payment.types import NewPayment
from yidian.kernel.calendar import to_ms
from yidian.platform.access import organisation, staff
from yidian.platform.sign_in import credentials, passwords, sessions
from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.types import CUSTOMER, STAFF, Browser
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system

NOW = datetime(2026, 11, 8, 2, tzinfo=UTC)
ALPHA, BETA = "operator", "beta"
NORTH, SOUTH = "north", "south"
# login: role, node ("": the whole tenant). One for every role, and clerks of two branches that must not meet.
STAFF_OF = {
    "clerk-north": ("clerk", NORTH), "clerk-south": ("clerk", SOUTH), "supervisor": ("supervisor", NORTH),
    "manager": ("customer_manager", SOUTH), "query": ("data_query", NORTH), "finance": ("finance", ""),
    "finance-2": ("finance", ""), "product": ("product", ""), "product-2": ("product", ""),
    "channel": ("channel_admin", NORTH), "system": ("system_admin", ""), "security": ("security_admin", ""),
    "audit": ("audit_admin", ""), "nobody": ("", ""),
}  # fmt: skip
CUSTOMERS = {"c1": NORTH, "c2": NORTH, "c4": SOUTH, "c5": SOUTH}
PASSWORD = "correct horse battery staple"


@dataclass
class Town:
    home: Path
    worlds: dict[str, World]
    hashed: str
    tokens: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def tenant(self, code: str = ALPHA) -> Any:
        return self.worlds[code].tenant

    def staff(self, login: str, *, tenant: str = ALPHA) -> Client:
        """A browser of somebody who works here, second factor just given."""
        return self._browser(STAFF, login, tenant, "yidian_desk")

    def customer(self, code: str, *, tenant: str = ALPHA) -> Client:
        return self._browser(CUSTOMER, code, tenant, "yidian_hall")

    def _browser(self, realm: str, subject: str, tenant: str, cookie: str) -> Client:
        known = (tenant, realm, subject)
        if known not in self.tokens:
            self.tokens[known] = _session(self.tenant(tenant), realm, subject, self.hashed)
        browser = Client(enforce_csrf_checks=False)
        browser.cookies[cookie] = self.tokens[known]
        return browser


def build(home: Path, monkeypatch: Any, settings: Any) -> Town:
    """Both tenants; the web faces serve ALPHA (see `serving`). The clock stands at NOW."""
    monkeypatch.setenv("YIDIAN_NOW", NOW.isoformat())
    settings.INSTALLATION = Installation(
        home=home, database=":memory:", tenant=ALPHA, currency="CNY", zone=ZONE, threads=1, profile="test"
    )
    settings.TENANT = ALPHA
    worlds = {}
    for code in (ALPHA, BETA):
        tenant = Tenant.objects.create(code=code, currency="CNY", zone=ZONE)
        with scope(tenant=tenant):
            worlds[code] = _month(World(tenant, home, now=NOW), code)
            _people(tenant)
    return Town(home, worlds, hashed())


@cache
def hashed() -> str:
    """Everybody's password as it is kept, worked out once: that takes a fifth of a second."""
    return passwords.hashed(PASSWORD)


@contextmanager
def serving(settings: Any, code: str) -> Iterator[None]:
    """The web faces serve another tenant meanwhile."""
    before, settings.TENANT = settings.TENANT, code
    try:
        yield
    finally:
        settings.TENANT = before


def _month(world: World, code: str) -> World:
    """September billed and posted, October rated and billed; something paid, by known and by unknown."""
    chance = random.Random(code)
    world.open(SEPTEMBER, OCTOBER, people=tuple(named(row, code) for row in PEOPLE))
    _organisation(world.tenant)
    first = 1 if code == ALPHA else 5_000_000
    world.usage(*_used(chance, SEPTEMBER, 60, first, code)).billed(SEPTEMBER).post(SEPTEMBER)
    world.usage(*_used(chance, OCTOBER, 90, first + 1000, code)).billed(OCTOBER)
    for account, amount in (("a1", 3_000), ("a5", 1_000)):
        pay(
            tenant=world.tenant, actor=system("test"), key=f"{code}-{account}", now=NOW, account=named(account, code),
            amount_minor=amount, channel_txn=f"{code}-{account}",
        )  # fmt: skip
    stray = NewPayment(
        channel="bank", channel_txn=f"{code}-stray", account="", amount_minor=777, paid_at=NOW, payer=f"{code}-stray"
    )
    _do(world.tenant, "stray", lambda frame: {"payment": take(frame=frame, payment=stray)[0].id})
    name = "金丝雀" if code == BETA else "张三"
    for customer, node in CUSTOMERS.items():
        Customer.objects.filter(code=named(customer, code)).update(organisation=node, name=f"{name}{customer}")
    return world


def named(text: str, tenant: str) -> str:
    """What is called c1, a1, s1, 138… in ALPHA is called xc1, xa1, xs1, 139… in BETA: nothing is in both."""
    return text if tenant == ALPHA else re.sub(r"\b([cas]\d)\b", r"x\1", text).replace("1380000000", "1390000000")


def _used(chance: random.Random, month: str, count: int, first: int, tenant: str) -> list[Event]:
    return [(id_, named(number, tenant), *rest) for id_, number, *rest in some_usage(chance, month, count, first)]


def _organisation(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        for code, name in (("root", "省公司"), (NORTH, "城北分公司"), (SOUTH, "城南分公司")):
            organisation.add(frame=frame, code=code, name=name)
            organisation.place(
                frame=frame, code=code, tree="region", parent=None if code == "root" else "root", since=NOW
            )
        return {}

    _do(tenant, "organisation", work)


def _people(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        for login, (role, node) in STAFF_OF.items():
            staff.add_user(frame=frame, login=login, name=login.title())
            if role:
                staff.give_post(frame=frame, login=login, role=role, organisation=node or None, since=NOW)
        return {}

    _do(tenant, "people", work)


def _session(tenant: Any, realm: str, subject: str, hashed: str) -> str:
    token = sessions.new_token()

    def work(frame: Any) -> dict[str, Any]:
        credential = credentials.give_password(frame=frame, realm=realm, subject=subject, encoded=hashed)
        credential.must_change = False
        credential.save()
        row = sessions.open_session(
            frame=frame, credential=credential, token=token, stage=OPEN, browser=Browser("127.0.0.1"), device=""
        )
        row.stepped_ms = to_ms(frame.now)
        row.save()
        return {}

    _do(tenant, f"session {realm} {subject}", work)
    return token


def _do(tenant: Any, what: str, work: Any) -> None:
    with scope(tenant=tenant):
        perform(
            tenant=tenant, actor=Actor("system", "test"), operation="test", key=what, request={}, now=NOW, work=work
        )
