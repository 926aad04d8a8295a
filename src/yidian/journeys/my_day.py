"""What waits for a member of staff: approvals to give, money of nobody known, work that stopped, the open month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from yidian.domains.customer_bill import queries as bills
from yidian.domains.customer_bill.types import CLOSED, Cycle
from yidian.domains.dispute.queries import open_counts
from yidian.domains.payment.queries import receipts
from yidian.domains.product_order.queries import order_counts
from yidian.domains.product_order.types import OrderCounts
from yidian.platform.access.approvals import approvals
from yidian.platform.access.queries import may_approve, within
from yidian.platform.jobs.queries import job_counts
from yidian.platform.tenancy.queries import Tenant
from yidian.platform.writing.types import Actor

HANDLE = "dispute.handle"
WORK, TAKE = "order.work", "order.take"
MOST = 99  # more than these are "99+": a number nobody can work off today


@dataclass(frozen=True, slots=True)
class MyDay:
    """Counts are None where the person has no right to see them. `cycle`: the oldest month that is not closed.

    `disputes`: where the person looks after them, how many wait for an answer, and how many longer than was promised.
    `orders`: where the person works orders off; `carts`: the person's own that are not submitted.
    """

    approvals: int
    mine: int
    suspended: int | None
    stopped: int | None
    disputes: tuple[int, int] | None
    orders: OrderCounts | None
    carts: int
    cycle: Cycle | None


def my_day(*, tenant: Tenant, actor: Actor, actions: Collection[str], now: datetime) -> MyDay:
    """What waits for somebody, by the rights they hold."""
    waiting = [one for one in approvals(tenant=tenant) if one.state == "asked"]
    me = f"{actor.kind}:{actor.id}"
    for_me = sum(
        one.asked_by != me
        and may_approve(
            tenant=tenant, actor=actor, action=one.action, organisation=one.organisation or None,
            amount_minor=one.amount_minor, now=now,
        )
        for one in waiting
    )  # fmt: skip
    open_cycles = [one for one in bills.cycles(tenant=tenant) if one.state != CLOSED] if "cycle.read" in actions else []
    right = next((action for action in (WORK, TAKE) if action in actions), "")
    counts = _orders(tenant, actor, right, now) if right else None
    return MyDay(
        approvals=for_me,
        mine=sum(one.asked_by == me for one in waiting),
        suspended=len(receipts(tenant=tenant, state="suspended", limit=MOST)) if "payment.claim" in actions else None,
        stopped=job_counts(tenant=tenant).get("parked", 0) if "jobs.manage" in actions else None,
        disputes=_disputes(tenant, actor, now) if HANDLE in actions else None,
        orders=counts if right == WORK else None,
        carts=counts.carts if counts else 0,
        cycle=open_cycles[0] if open_cycles else None,
    )


def _disputes(tenant: Tenant, actor: Actor, now: datetime) -> tuple[int, int]:
    nodes = within(tenant=tenant, actor=actor, action=HANDLE, now=now)
    return open_counts(tenant=tenant, nodes=nodes, now=now)


def _orders(tenant: Tenant, actor: Actor, action: str, now: datetime) -> OrderCounts:
    nodes = within(tenant=tenant, actor=actor, action=action, now=now)
    return order_counts(tenant=tenant, within=nodes, now=now, actor=f"{actor.kind}:{actor.id}")
