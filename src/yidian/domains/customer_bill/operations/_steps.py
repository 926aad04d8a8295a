"""One step in the life of a cycle: the row held, the table asked, the step remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yidian.domains.customer_bill import lifecycle
from yidian.domains.customer_bill.models import BillingCycle, CycleStep
from yidian.domains.customer_bill.queries import UnableToFindCycle
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


def held(tenant: Tenant, name: str) -> BillingCycle:
    """The cycle's row, held until the transaction ends; UnableToFindCycle."""
    row: BillingCycle | None = (
        BillingCycle.objects.select_for_update(no_key=True).filter(tenant=tenant, name=name).first()
    )
    if row is None:
        raise UnableToFindCycle(cycle=name)
    return row


def first_step(row: BillingCycle, *, at: datetime, actor: Actor) -> None:
    """A new cycle's history begins."""
    CycleStep.objects.create(
        tenant_id=row.tenant_id, cycle=row, sequence=1, event="open", state=row.state, at=at,
        actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip


def step(
    row: BillingCycle, event: str, *, at: datetime, actor: Actor, reason: str = "", **fields: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let an event happen to a held cycle; (before, after) of what it changed. UnableToChangeCycle.

    The step begins when the one before it began, should the clock have gone back.
    """
    before = {"state": row.state, **{name: getattr(row, name) for name in fields}}
    row.state = lifecycle.after(cycle=row.name, state=row.state, event=event)
    for name, value in fields.items():
        setattr(row, name, value)
    row.closed_at = at if row.state == lifecycle.CLOSED else None
    row.save(update_fields=["state", "closed_at", *fields])
    last = CycleStep.objects.filter(cycle=row, until=None).first()
    sequence, at = (last.sequence + 1, max(at, last.at)) if last is not None else (1, at)
    if last is not None:
        CycleStep.objects.filter(pk=last.pk).update(until=at)
    CycleStep.objects.create(
        tenant_id=row.tenant_id, cycle=row, sequence=sequence, event=event, state=row.state, at=at,
        actor_kind=actor.kind, actor_id=actor.id, reason=reason,
    )  # fmt: skip
    return before, {"state": row.state, **fields}
