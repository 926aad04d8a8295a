"""返销 by two people: one asks, another agrees, and what was agreed on is done once in the name of who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from yidian.domains.product_order.queries import order_named, order_owners
from yidian.domains.product_order.types import OrderFacts
from yidian.journeys.ordering.going_back import expect_reversible, reverse_within
from yidian.journeys.ordering.working import noted
from yidian.platform.access import approvals
from yidian.platform.access.gate import expect
from yidian.platform.access.queries import allowed
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

ACTION: Final = "order.reverse"


def reverse(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, reason: str) -> OrderFacts:
    """Reverse an order that is complete since today, or ask a second person to agree to it.

    UnableToAct SECOND_PERSON_NEEDED (names the approval), NOT_ALLOWED; UnableToDo ORDER_TOO_OLD, ORDER_OVERTAKEN;
    UnableToChangeOrder; what the rooms refuse to take back (UnableToHold, UnableToTakeDeposit); BadInput ORDER_NOTE.
    """
    told = {"order": order, "reason": noted(reason)}
    node = order_owners(tenant=tenant, numbers=[order])[order][1] or None
    alone = allowed(tenant=tenant, actor=actor, action=ACTION, organisation=node, now=now).allowed
    subject = _subject(order)
    if not alone:
        if approvals.approved(tenant=tenant, action=ACTION, subject=subject, params=told, now=now) is None:
            expect_reversible(tenant=tenant, order=order, now=now)  # nobody is asked for what cannot be
        expect(tenant=tenant, actor=actor, action=ACTION, now=now, subject=subject, params=told, organisation=node)
    return _do(tenant, actor, key, now, told, second=not alone)


def carry_out(*, tenant: Tenant, asker: Actor, found: ApprovalFacts, now: datetime) -> None:
    """Do what a second person agreed to, once: the same again finds it done. Refuses as `reverse` does."""
    _do(tenant, asker, f"approval/{found.id}", now, dict(found.params), second=True)


def _do(tenant: Tenant, actor: Actor, key: str, now: datetime, told: dict[str, str], *, second: bool) -> OrderFacts:
    order = told["order"]

    def work(frame: Frame) -> dict[str, Any]:
        if second:
            approvals.consume(frame=frame, action=ACTION, subject=_subject(order), params=told)
        reverse_within(frame=frame, order=order, reason=told["reason"])
        return {"order": order}

    perform(
        tenant=tenant, actor=actor, operation=ACTION, key=key, request=told, now=now, work=work, reason=told["reason"]
    )
    return order_named(tenant=tenant, number=order)


def _subject(order: str) -> str:
    return f"order/{order}"
