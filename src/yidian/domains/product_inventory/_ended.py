"""Subscriptions that have ended hold nothing any more: neither numbers nor offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from django_scopes import scope

from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._plan import Plan
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory.changes.lifecycle import TERMINATED
from yidian.domains.product_inventory.models import AccessIdentifier, OfferHolding, SubscriberLife
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant

MOST: Final = 100
OVER: Final = ("subscriber_id", "subscriber__code", "from_ms")


def ended_since(tenant: Tenant, subscribers: Collection[int]) -> dict[int, int]:
    """By id, the instant from which subscriptions are terminated; of those that are."""
    with scope(tenant=tenant):
        rows = SubscriberLife.objects.filter(tenant=tenant, life=TERMINATED)
        return dict(where(rows, "subscriber_id", subscribers, "from_ms"))


class HeldAfter(NamedTuple):
    """A number or an offer of a subscription that has been terminated since an instant, UTC ms."""

    subscriber: str
    what: str
    since_ms: int


def held_after_end(*, tenant: Tenant) -> list[HeldAfter]:
    """The law of those that are over: the first hundred that still have something; none is right."""
    found: list[HeldAfter] = []
    with scope(tenant=tenant):
        lives = SubscriberLife.objects.filter(tenant=tenant, life=TERMINATED).order_by("subscriber_id")
        over = {id_: (code, since) for id_, code, since in lives.values_list(*OVER)}
        for model, what in ((AccessIdentifier, "value"), (OfferHolding, "offer")):
            for id_, had, to_ms in where(model.objects.filter(tenant=tenant), "subscriber_id", over, what, "to_ms"):
                code, since = over[id_]
                if to_ms > since and len(found) < MOST:
                    found.append(HeldAfter(code, had, since))
    return found


def refuse_after_end(
    plan: Plan, statements: Sequence[Statement], ended: Mapping[str, int], faults: Faults
) -> None:  # fmt: skip
    """SUBSCRIBER_TERMINATED for every row that would give a subscription (by code) something beyond its end."""
    if not ended:
        return
    added = [*plan.holdings.add, *(new for changes in plan.identifiers.values() for new in changes.add)]
    beyond = {new.subscriber for new in added if new.to_ms > ended.get(new.subscriber, new.to_ms)}
    for one in statements if beyond else ():
        until_ms = max(one.to_ms if one.identifier else 0, one.held_to_ms if one.offer else 0)
        if one.subscriber in beyond and until_ms > ended[one.subscriber]:
            told = faults.told(ended[one.subscriber])
            faults.note(
                "SUBSCRIBER_TERMINATED", one.line, "subscriber", one.subscriber, subscriber=one.subscriber, since=told
            )  # fmt: skip
