"""One order as somebody at a desk sees it: whose, what, how far, what happened, and what may be done with it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from yidian.domains.party.queries import customers
from yidian.domains.party.types import CustomerFacts
from yidian.domains.product_catalog.queries import offer_names
from yidian.domains.product_order.queries import SOON, history, order_named
from yidian.domains.product_order.types import (
    COMPLETE,
    MANUAL,
    EventFacts,
    ItemFacts,
    OrderFacts,
    StepFacts,
    lifecycle,
    waits_for_payment,
)
from yidian.journeys.ordering.going_back import completed_today
from yidian.journeys.ordering.reversing import ACTION
from yidian.platform.access.approvals import approvals_about
from yidian.platform.access.queries import names_of
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.tenancy.models import Tenant

GIVEN_UP: Final = (lifecycle.FALLEN, lifecycle.STUCK)
OFFERS: Final = ("plan", "offer", "add_ons")  # fields of an item that name offers


class Work(NamedTuple):
    """A step that waits for somebody, and whether it may be begun again, done by hand, said that it cannot be."""

    item: ItemFacts
    step: StepFacts
    again: bool
    by_hand: bool
    cannot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`late`, `near`: of its promise, while it is in flight. `offers`: names in Chinese and English by code; `people`
    by login. `asked`: the approval of its reversal that is not decided or not used yet.
    """

    facts: OrderFacts
    customer: CustomerFacts
    events: tuple[EventFacts, ...]
    people: Mapping[str, str]
    offers: Mapping[str, tuple[str, str]]
    asked: ApprovalFacts | None
    work: tuple[Work, ...]
    may_cancel: bool
    may_reverse: bool
    late: bool
    near: bool

    @property
    def in_flight(self) -> bool:
        return self.facts.state in lifecycle.IN_FLIGHT


def look(*, tenant: Tenant, order: str, now: datetime) -> Looked:
    """UnableToFindOrder."""
    facts = order_named(tenant=tenant, number=order)
    [customer] = customers(tenant=tenant, codes=[facts.customer])
    events = history(tenant=tenant, number=order)
    logins = {who.partition(":")[2] for who in (facts.actor, *(event.actor for event in events))}
    codes = {str(one) for item in facts.items for name in OFFERS for one in _listed(item.told.get(name))}
    open_ = [one for one in approvals_about(tenant=tenant, subject=f"order/{order}") if one.action == ACTION]
    promised = facts.promised_at if facts.state in lifecycle.IN_FLIGHT else None
    return Looked(
        facts=facts, customer=customer, events=tuple(events), people=names_of(tenant=tenant, logins=logins),
        offers=offer_names(tenant=tenant, codes=codes), asked=open_[-1] if open_ else None,
        work=tuple(work for item in facts.items for step in item.steps if (work := _work(item, step)) is not None),
        may_cancel=facts.state in (lifecycle.AT_WORK, lifecycle.HELD),
        may_reverse=facts.state == lifecycle.COMPLETED and completed_today(facts, tenant, now),
        late=promised is not None and promised < now,
        near=promised is not None and now <= promised < now + SOON,
    )  # fmt: skip


def _work(item: ItemFacts, step: StepFacts) -> Work | None:
    fallen = step.state in GIVEN_UP
    mine = step.kind == MANUAL and step.state == lifecycle.WAITING and step.ready and not waits_for_payment(step)
    if not (fallen or mine):
        return None
    return Work(item, step, fallen, mine or step.kind != COMPLETE, mine)


def _listed(told: object) -> list[object]:
    return list(told) if isinstance(told, list) else [told] if told else []
