"""Four eyes (E8): one asks, a second person decides, and what was agreed on is done once, just so.

The one who does it `ask`s, and later calls `consume` inside the frame of the act itself: the act and the use of its
approval are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django_scopes import scope

from yidian.kernel.calendar import DAY_MS, to_ms
from yidian.platform.access.lifecycle import APPROVED, ASKED, after
from yidian.platform.access.models import Approval
from yidian.platform.access.queries import may_approve
from yidian.platform.access.types import ApprovalFacts, UnableToAct
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

LASTS_MS: Final = 7 * DAY_MS  # for deciding, and again for using
FIELDS: Final = tuple(ApprovalFacts.__dataclass_fields__)


class UnableToApprove(Exception):
    """APPROVAL_UNKNOWN, APPROVAL_SAME_PERSON, APPROVAL_NOT_YOURS, APPROVAL_EXPIRED; `params` name the approval."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def ask(
    *, frame: Frame, action: str, subject: str, params: Mapping[str, Any], organisation: str | None = None,
    amount_minor: int | None = None,
) -> int:  # fmt: skip
    """Ask for a second person; the approval's id. Asked before for the same thing and still open: that one.

    `subject` says what it is about ("cycle/2026-10"), `params` what exactly is to be done; `organisation` and
    `amount_minor` decide who may approve it.
    """
    row = _open(frame, action, subject)
    if row is not None and row.params == dict(params):
        return int(row.pk)
    if row is not None:  # something else is to be done now: what was asked before is not what will be done
        _move(frame, row, "expire")
    new = Approval.objects.create(
        tenant=frame.tenant, action=action, subject=subject, params=dict(params), organisation=organisation or "",
        amount_minor=amount_minor, state=ASKED, asked_by=_person(frame.actor), asked_ms=to_ms(frame.now),
    )  # fmt: skip
    told = {"action": action, "subject": subject, "params": dict(params), "amount_minor": amount_minor}
    frame.changed("approval", new.pk, before=None, after=told | {"state": ASKED})
    frame.emit("approval.asked", aggregate=f"approval/{new.pk}", payload={"action": action, "subject": subject})
    return int(new.pk)


def decide(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, approval: int, yes: bool, reason: str = ""
) -> Outcome:
    """Approve or refuse. The one who decides is another person, has a post that `approves` the action there.

    UnableToApprove, UnableToMoveApproval (decided already). Answers {"state": …}.
    """

    def work(frame: Frame) -> dict[str, Any]:
        row = _held(frame, approval)
        after(approval=approval, state=row.state, event="approve" if yes else "refuse")
        if row.asked_by == _person(actor):
            raise UnableToApprove("APPROVAL_SAME_PERSON", approval=approval)
        if not may_approve(
            tenant=tenant, actor=actor, action=row.action, organisation=row.organisation or None,
            amount_minor=row.amount_minor, now=now,
        ):  # fmt: skip
            raise UnableToApprove("APPROVAL_NOT_YOURS", approval=approval, action=row.action)
        if to_ms(now) >= row.asked_ms + LASTS_MS:
            raise UnableToApprove("APPROVAL_EXPIRED", approval=approval)
        row.decided_by, row.decided_ms, row.reason = _person(actor), to_ms(now), reason[:500]
        return {"state": _move(frame, row, "approve" if yes else "refuse")}

    request = {"approval": approval, "yes": yes, "reason": reason}
    return perform(
        tenant=tenant, actor=actor, operation="approval.decide", key=key, request=request, now=now, work=work,
        reason=reason,
    )  # fmt: skip


def consume(*, frame: Frame, action: str, subject: str, params: Mapping[str, Any]) -> int:
    """Use the approval of just this, inside the frame that does it; its id. Used once, never by the one who approved.

    UnableToAct SECOND_PERSON_NEEDED where nobody has approved it, or something else was approved.
    """
    row = _open(frame, action, subject)
    if row is None or row.state != APPROVED or row.params != dict(params) or row.decided_by == _person(frame.actor):
        who = f"{frame.actor.kind}:{frame.actor.id}"
        raise UnableToAct("SECOND_PERSON_NEEDED", action=action, actor=who)
    row.used_by, row.used_ms = _person(frame.actor), to_ms(frame.now)
    _move(frame, row, "use")
    return int(row.pk)


def approved(
    *, tenant: Tenant, action: str, subject: str, params: Mapping[str, Any], now: datetime
) -> ApprovalFacts | None:
    """The approval of just this that can be used now; None when there is none."""
    with scope(tenant=tenant):
        rows = Approval.objects.filter(
            action=action, subject=subject, state=APPROVED, decided_ms__gt=to_ms(now) - LASTS_MS
        )
        found = [ApprovalFacts(*row) for row in rows.values_list(*FIELDS)]
        return next((one for one in found if one.params == dict(params)), None)


def approvals(*, tenant: Tenant, everything: bool = False) -> list[ApprovalFacts]:
    """Those that wait for somebody (asked, or approved and not yet used), oldest first; or all."""
    with scope(tenant=tenant):
        rows = Approval.objects.all() if everything else Approval.objects.filter(state__in=[ASKED, APPROVED])
        return [ApprovalFacts(*row) for row in rows.order_by("id").values_list(*FIELDS)]


def approvals_about(*, tenant: Tenant, subject: str) -> list[ApprovalFacts]:
    """Those about a subject that wait for somebody, oldest first."""
    with scope(tenant=tenant):
        rows = Approval.objects.filter(subject=subject, state__in=[ASKED, APPROVED])
        return [ApprovalFacts(*row) for row in rows.order_by("id").values_list(*FIELDS)]


def approvals_over(*, tenant: Tenant, person: str, limit: int) -> list[ApprovalFacts]:
    """Those that a person ("kind:id") asked for or decided and that wait for nobody any more, newest first."""
    with scope(tenant=tenant):
        rows = Approval.objects.filter(Q(asked_by=person) | Q(decided_by=person), tenant=tenant)
        over = rows.exclude(state__in=[ASKED, APPROVED]).order_by("-id")
        return [ApprovalFacts(*row) for row in over.values_list(*FIELDS)[:limit]]


def approval(*, tenant: Tenant, id: int) -> ApprovalFacts | None:
    """One approval, whatever became of it; None where there is none."""
    with scope(tenant=tenant):
        row = Approval.objects.filter(pk=id).values_list(*FIELDS).first()
        return None if row is None else ApprovalFacts(*row)


def _open(frame: Frame, action: str, subject: str) -> Any:
    """The open approval of an action on a subject, held; one that nobody came back for in time expires here."""
    hold_until_commit(f"approval {frame.tenant.pk} {action} {subject}")
    row = Approval.objects.filter(action=action, subject=subject, state__in=[ASKED, APPROVED]).first()
    if row is None:
        return None
    if to_ms(frame.now) >= (row.decided_ms or row.asked_ms) + LASTS_MS:
        _move(frame, row, "expire")
        return None
    return row


def _held(frame: Frame, approval: int) -> Any:
    row = Approval.objects.filter(id=approval).first()
    if row is None:
        raise UnableToApprove("APPROVAL_UNKNOWN", approval=approval)
    hold_until_commit(f"approval {frame.tenant.pk} {row.action} {row.subject}")
    row.refresh_from_db()
    return row


def _move(frame: Frame, row: Any, event: str) -> str:
    before, row.state = row.state, after(approval=row.pk, state=row.state, event=event)
    row.save(
        update_fields=["state", "decided_by", "decided_ms", "reason", "used_by", "used_ms"],
    )
    frame.changed("approval", row.pk, before={"state": before}, after={"state": row.state, "reason": row.reason})
    return str(row.state)


def _person(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
