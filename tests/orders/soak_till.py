"""What a soak does with money: orders that wait are paid, others come and go at the same till, deposits come back."""

from __future__ import annotations

import random
from typing import Any, Final

from tests.orders.hall import Hall

from yidian.domains.charging.operations import return_deposits
from yidian.domains.party.queries import accounts_of
from yidian.domains.payment.models import OrderPart
from yidian.domains.payment.operations import pay as counter_pay
from yidian.domains.payment.operations import refund
from yidian.domains.product_order.models import OrderStep
from yidian.domains.product_order.types import PAYMENT, Advance, OrderFacts, lifecycle
from yidian.journeys.ordering import at_once, paying
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.ledger import months_after
from yidian.platform import points
from yidian.platform.writing.types import system

PAYING: Final = ("payment.take", "write.commit")


class Till:
    """Acts of a Soak."""

    hall: Hall
    drawn: random.Random
    people: list[str]
    accounts: list[str]

    def by(self) -> dict[str, Any]:
        raise NotImplementedError

    def card(self) -> str:
        raise NotImplementedError

    def dear(self, *, always: bool = False) -> str:
        """Now and then a number with a deposit (level 7: two pairs)."""
        first, last = self.drawn.choice((0, 1)), self.drawn.choice(range(2, 10))
        return f"1390077{first}{first}{last}{last}" if always or self.drawn.random() < 0.2 else ""

    def wish(self, order: str) -> OrderFacts:
        """Now and then the customer of a cart wishes to pay ahead."""
        facts = self.hall.see(order)
        if self.drawn.random() < 0.4:
            [account, *_] = accounts_of(tenant=self.hall.tenant, customer=facts.customer)
            ahead = [Advance(account.code, self.drawn.randrange(1, 20_000))]
            paying.wish_advances(**self.by(), order=order, revision=facts.revision, advances=ahead)
        return self.hall.see(order)

    def pay(self) -> str:
        """Somebody pays what an order waits for, or comes with another sum; the clerk's hand dies, or comes twice."""
        waiting = OrderStep.objects.filter(name=PAYMENT, state=lifecycle.WAITING).order_by("-item__order_id")
        found = list(waiting.values_list("item__order__number", flat=True)[:12])
        if not found:
            told = {"line": "mobile", "number": self.dear(always=True), "card": self.card(), "plan": "M59"}
            wish = at_once.Wish(self.drawn.choice(self.people), "new", told, "")
            at_once.take(**self.by(), wish=wish, channel="file", price=lambda _: {})
            return "ordered"
        order = self.drawn.choice(found)
        tender = self.hall.tender(order)
        assert tender is not None
        if self.drawn.random() < 0.2:
            tender = paying.Tender(tender.amount_minor + 1, "cash")
        told = {**self.by(), "order": order, "tender": tender}
        points.configure(f"{self.drawn.choice(PAYING)}=raise" if self.drawn.random() < 0.3 else "")
        try:
            answer = paying.pay(**told)
        except points.PlantedFault:
            points.configure("")
            answer = paying.pay(**told)
        finally:
            points.configure("")
        assert paying.pay(**told) == answer
        return "paid"

    def till(self) -> str:
        """Money that has nothing to do with orders comes and goes at the same till, and deposits come back."""
        account, what = self.drawn.choice(self.accounts), self.drawn.random()
        if what < 0.4:
            counter_pay(**self.by(), account=account, amount_minor=self.drawn.randrange(1, 9_999), method="cash")
            return "paid"
        on = local_date(to_ms(self.hall.now), self.hall.tenant.zone)
        if what < 0.8:
            refund(**self.by(), account=account, amount_minor=self.drawn.randrange(1, 500))
            return "refunded"
        told = {"tenant": self.hall.tenant, "actor": system("worker"), "now": self.hall.now}
        return_deposits(**told, on=months_after(on.replace(day=1), 1))
        return "returned"

    def stood(self) -> set[str]:
        """Where parts of what was paid with orders stand in the end."""
        return set(OrderPart.objects.filter(tenant=self.hall.tenant).values_list("state", flat=True))
