"""A hall where everything can be ordered, with people of two branches behind the counter and browsers for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.orders.hall import Hall, mobile
from tests.web.desk_month.office import send
from tests.web.town import NORTH, Town

from yidian.domains.party.models import Customer
from yidian.domains.product_order.operations import answer, claim
from yidian.domains.product_order.types import OrderFacts
from yidian.kernel.calendar import to_ms
from yidian.platform.sign_in.models import WebSession

REFUSED = "NETWORK_NUMBER_TAKEN"


@dataclass
class Shop:
    hall: Hall
    town: Town
    clock: pytest.MonkeyPatch

    def at_now(self) -> Shop:
        """The web's clock stands where the hall's does, and whoever is signed in was seen just now."""
        self.clock.setenv("YIDIAN_NOW", self.hall.now.isoformat())
        now_ms = to_ms(self.hall.now)
        WebSession.objects.update(opened_ms=now_ms, seen_ms=now_ms, stepped_ms=now_ms)
        return self

    def staff(self, login: str = "clerk-north") -> Client:
        browser = self.town.staff(login)
        self.at_now()
        return browser

    def customer(self, who: str = "li", node: str = NORTH) -> str:
        """Registered, and looked after by a branch."""
        code = self.hall.customer(who)
        Customer.objects.filter(code=code).update(organisation=node)
        return code

    def submitted(self, *deeds: tuple[Any, ...], who: str = "li", node: str = NORTH) -> str:
        self.customer(who, node)
        return self.hall.submitted(self.hall.cart(*deeds, who=who))

    def fallen(self, n: int = 0, reason: str = REFUSED, who: str = "li", node: str = NORTH) -> str:
        """A new line that the network has refused."""
        return self.refused(self.submitted(("new", mobile(n)), who=who, node=node), reason)

    def refused(self, order: str, reason: str = REFUSED) -> str:
        return self.answered(order, "fall_out", reason=reason, params={"value": "13900771234"})

    def answered(self, order: str, event: str, **told: Any) -> str:
        """What the network says of the step whose turn it is."""
        [step] = claim(tenant=self.hall.tenant, now=self.hall.now, limit=1, order=order)
        self.hall.do(answer, step=step, event=event, at_ms=to_ms(self.hall.now), **told)
        return order

    def see(self, order: str) -> OrderFacts:
        return self.hall.see(order)

    def states(self, order: str) -> list[str]:
        return [step.state for item in self.see(order).items for step in item.steps]

    def act(self, browser: Client, order: str, act: str, *, step: str = "1/1", **fields: Any) -> HttpResponse:
        """A form of the order's page, about a step or (cancel, reverse) about the whole."""
        at = "" if act in ("cancel", "reverse") else f"steps/{step}/"
        return send(browser, f"/desk/orders/{order}/{at}{act}/", **fields)
