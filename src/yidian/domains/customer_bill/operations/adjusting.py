"""Adjustments: money charged or given back on the next bill. Rows are added, never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.db import connection

from yidian.domains.customer_bill.models import Adjustment, BillingCycle
from yidian.domains.customer_bill.queries import UnableToFindCycle, adjustment, terms_on
from yidian.domains.customer_bill.types import Adjusted
from yidian.domains.party.queries import accounts
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.faults import refuse
from yidian.platform.access.approvals import ask, consume
from yidian.platform.access.queries import allowed
from yidian.platform.access.types import UnableToAct
from yidian.platform.jobs.models import Run
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
ACTION: Final = "bill.adjust"
LARGEST: Final = 10**15  # minor units


class UnableToAdjust(Exception):
    """ADJUSTMENT_NOT_APPROVED, ADJUSTMENT_NOT_FOUND, ADJUSTMENT_REVERSED (already), ADJUSTMENT_IS_REVERSAL."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def adjust(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, account: str, cycle: str, item: str, tax_class: str,
    rate_ppm: int, amount_minor: int, reason: str, disputed: bool = False,
) -> Adjusted:  # fmt: skip
    """Enter an adjustment of an account (code) for an item of a cycle: minor units with tax, negative gives back.

    It stands on the next bill. Above the limit of the day's terms, or of what the actor may do alone, a second person
    has to agree first: without that it is asked for and nothing is entered (UnableToAdjust ADJUSTMENT_NOT_APPROVED
    names the approval). What a customer `disputed` always takes two. The same key again answers the same row.
    UnableToAct NOT_ALLOWED; BadInput ADJUSTMENT_ACCOUNT, ADJUSTMENT_AMOUNT, ADJUSTMENT_REASON; UnableToFindCycle.
    """
    known = next(iter(accounts(tenant=tenant, codes=[account])), None)
    if known is None:
        raise refuse("ADJUSTMENT_ACCOUNT", value=account)
    node = known.organisation or None
    if not amount_minor or abs(amount_minor) > LARGEST:
        raise refuse("ADJUSTMENT_AMOUNT", value=amount_minor)
    if not CODE.fullmatch(reason):
        raise refuse("ADJUSTMENT_REASON", value=reason[:40])
    limit = terms_on(tenant=tenant, on=local_date(to_ms(now), tenant.zone)).adjust_limit_minor
    told = {"account": account, "cycle": cycle, "item": item, "amount_minor": amount_minor, "reason": reason}

    mine = allowed(tenant=tenant, actor=actor, action=ACTION, organisation=node, amount_minor=amount_minor, now=now)
    if not (mine.allowed or mine.second):
        raise UnableToAct("NOT_ALLOWED", action=ACTION, actor=f"{actor.kind}:{actor.id}")
    large = disputed or abs(amount_minor) > limit or not mine.allowed
    agreed = told | {"key": key, "disputed": disputed}  # with the key whoever carries it out finds this very write
    subject = f"adjustment/{sha256(key.encode()).hexdigest()[:24]}"

    def work(frame: Frame) -> dict[str, Any]:
        origin = BillingCycle.objects.filter(name=cycle).first()
        if origin is None:
            raise UnableToFindCycle(cycle=cycle)
        row = Adjustment(
            account_id=known.id, origin=origin, item=item, tax_class=tax_class, rate_ppm=rate_ppm,
            amount_minor=amount_minor, reason=reason,
        )  # fmt: skip
        if large:
            row.approval = consume(frame=frame, action=ACTION, subject=subject, params=agreed)
        return _enter(frame, row, told)

    def asked(frame: Frame) -> dict[str, Any]:
        found = ask(
            frame=frame, action=ACTION, subject=subject, params=agreed, organisation=node,
            amount_minor=abs(amount_minor),
        )  # fmt: skip
        return {"approval": found}

    try:
        outcome = perform(
            tenant=tenant, actor=actor, operation=ACTION, key=key, request=told, now=now, work=work, reason=reason
        )
    except UnableToAct as error:
        wanted = perform(
            tenant=tenant, actor=actor, operation="bill.adjust.ask", key=f"{subject} {now.isoformat()}", request=told,
            now=now, work=asked, reason=reason,
        )  # fmt: skip
        raise UnableToAdjust("ADJUSTMENT_NOT_APPROVED", approval=wanted.answer["approval"]) from error
    return adjustment(tenant=tenant, id=int(outcome.answer["adjustment"]))


def adjust_in(
    *, frame: Frame, account: int, cycle: str, item: str, tax_class: str, rate_ppm: int, amount_minor: int,
    reason: str, approval: int | None,
) -> int:  # fmt: skip
    """Enter an adjustment of an account (id) in the caller's write, who has settled whether it may be; its id.

    UnableToFindCycle.
    """
    origin = BillingCycle.objects.filter(tenant=frame.tenant, name=cycle).first()
    if origin is None:
        raise UnableToFindCycle(cycle=cycle)
    row = Adjustment(
        account_id=account, origin=origin, item=item, tax_class=tax_class, rate_ppm=rate_ppm,
        amount_minor=amount_minor, reason=reason, approval=approval,
    )  # fmt: skip
    told = {"cycle": cycle, "item": item, "amount_minor": amount_minor, "reason": reason}
    return int(_enter(frame, row, told)["adjustment"])


def reverse_adjustment(*, tenant: Tenant, actor: Actor, now: datetime, id: int, reason: str) -> Adjusted:
    """Enter the opposite of an adjustment, once. UnableToAdjust."""

    def work(frame: Frame) -> dict[str, Any]:
        first = Adjustment.objects.filter(pk=id).first()
        if first is None:
            raise UnableToAdjust("ADJUSTMENT_NOT_FOUND", adjustment=id)
        if first.reverses_id is not None:
            raise UnableToAdjust("ADJUSTMENT_IS_REVERSAL", adjustment=id)
        if Adjustment.objects.filter(reverses=first).exists():
            raise UnableToAdjust("ADJUSTMENT_REVERSED", adjustment=id)
        row = Adjustment(
            account_id=first.account_id, origin_id=first.origin_id, item=first.item, tax_class=first.tax_class,
            rate_ppm=first.rate_ppm, amount_minor=-first.amount_minor, reason=reason, approval=first.approval,
            reverses=first,
        )  # fmt: skip
        return _enter(frame, row, {"reverses": id, "amount_minor": row.amount_minor, "reason": reason})

    outcome = perform(
        tenant=tenant, actor=actor, operation="bill.adjust.reverse", key=f"adjustment/{id}/reverse",
        request={"adjustment": id, "reason": reason}, now=now, work=work, reason=reason,
    )  # fmt: skip
    return adjustment(tenant=tenant, id=int(outcome.answer["adjustment"]))


def _enter(frame: Frame, row: Adjustment, told: dict[str, Any]) -> dict[str, Any]:
    row.tenant, row.key, row.made_at = frame.tenant, frame.key, frame.now
    row.actor_kind, row.actor_id = frame.actor.kind, frame.actor.id
    row.save(force_insert=True)
    frame.changed("adjustment", row.pk, before=None, after=told)
    frame.emit("bill.adjusted", aggregate=f"adjustment/{row.pk}", payload={**told, "adjustment": row.pk})
    return {"adjustment": row.pk}


def mark_billed(*, tenant: Tenant, ids: Sequence[int], run: Run) -> None:
    """Remember that a run's bills have these adjustments as lines, inside the transaction that publishes the run."""
    if not connection.in_atomic_block:
        raise RuntimeError("belongs into the transaction that publishes the run")
    for start in range(0, len(ids), 500):
        Adjustment.objects.filter(tenant=tenant, pk__in=ids[start : start + 500], taken=None).update(billed_by=run)
