"""How a subscription stands at an instant: all that decides what may be done with it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django_scopes import scope

from yidian.domains.product_inventory.changes.lives import life_unsaid
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    Subscriber,
    SubscriberLife,
    SubscriberState,
    SubscriberStop,
    UnitMembership,
)
from yidian.domains.product_inventory.states.lifecycle import ACTIVE
from yidian.domains.product_inventory.stops.types import REASONS, Stop
from yidian.domains.product_inventory.types import Held, Standing
from yidian.platform.database.asking import where
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

_OF_CODE: Final = Reading(
    lambda subscriber: Subscriber.objects.filter(code=subscriber).values_list("id", "customer__code", "home_area")
)


def standing(*, tenant: Tenant, subscriber: str, at_ms: int) -> Standing | None:
    """By the subscription's code; None where there is none. A handful of queries, each by the subscription's id."""
    with scope(tenant=tenant):
        found = _OF_CODE.rows(tenant=tenant, subscriber=subscriber)
        return _Reading(tenant, subscriber, at_ms, *found[0]).standing() if found else None


class _Reading:
    def __init__(self, tenant: Tenant, code: str, at_ms: int, id: int, customer: str, home_area: str) -> None:
        self.tenant, self.code, self.at_ms = tenant, code, at_ms
        self.id, self.customer, self.home_area = id, customer, home_area

    def standing(self) -> Standing:
        numbers, offers = self._all(AccessIdentifier, "kind", "value"), self._all(OfferHolding, "offer")
        identifiers: defaultdict[str, list[str]] = defaultdict(list)
        for kind, value, *_ in self._now(numbers):
            identifiers[kind].append(value)
        life = self._one(SubscriberLife, "life")
        order = list(REASONS)
        stops = [
            Stop(reason, ways, since)
            for reason, ways, since, _ in self._now(self._all(SubscriberStop, "reason", "ways"))
        ]
        return Standing(
            id=self.id, code=self.code, customer=self.customer, home_area=self.home_area,
            life=life or life_unsaid(sorted((row[-2], row[-1]) for row in (*numbers, *offers)), self.at_ms),
            reasons=tuple(sorted(stops, key=lambda stop: order.index(stop.reason))),
            billing_state=self._one(SubscriberState, "state") or ACTIVE,
            account=self._one(AccountOfSubscriber, "account__code"), unit=self._one(UnitMembership, "unit__code"),
            identifiers={kind: tuple(sorted(values)) for kind, values in sorted(identifiers.items())},
            holdings=tuple(sorted(Held(*row) for row in self._now(offers))),
        )  # fmt: skip

    def _all(self, model: Any, *what: str) -> list[Any]:
        return [
            row for _, *row in where(model, "subscriber_id", [self.id], *what, "from_ms", "to_ms", tenant=self.tenant)
        ]

    def _now(self, rows: list[Any]) -> list[Any]:
        return [row for row in rows if row[-2] <= self.at_ms < row[-1]]

    def _one(self, model: Any, what: str) -> str:
        return next((row[0] for row in self._now(self._all(model, what))), "")
