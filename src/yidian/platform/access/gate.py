"""Where a face asks whether its actor may go on: alone, with the approval of a second person, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yidian.kernel.calendar import to_ms
from yidian.platform.access import approvals
from yidian.platform.access.queries import allowed
from yidian.platform.access.types import ApprovalFacts, UnableToAct
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def admit(
    *, tenant: Tenant, actor: Actor, action: str, now: datetime, subject: str = "",
    params: Mapping[str, Any] | None = None, organisation: str | None = None, amount_minor: int | None = None,
    asks_itself: bool = False,
) -> None:  # fmt: skip
    """Go on, or UnableToAct NOT_ALLOWED or SECOND_PERSON_NEEDED; in the latter case it has been asked for.

    What two people have agreed on (`subject`, `params`) lets its actor through once. For an act that writes a frame of
    its own `approvals.consume` inside that frame is the better place: then act and use are one transaction; such
    an act `asks_itself`.
    """
    decision = allowed(
        tenant=tenant, actor=actor, action=action, organisation=organisation, amount_minor=amount_minor, now=now
    )
    if decision.allowed or (asks_itself and decision.second):
        return
    who = f"{actor.kind}:{actor.id}"
    if not decision.second:
        raise UnableToAct("NOT_ALLOWED", action=action, actor=who)
    told = dict(params or {})
    found = _approved(tenant, who, action, subject, told, now)
    if found is not None:

        def use(frame: Frame) -> dict[str, Any]:
            return {"approval": approvals.consume(frame=frame, action=action, subject=subject, params=told)}

        outcome = perform(
            tenant=tenant, actor=actor, operation="approval.use", key=str(found.id), request=told, now=now, work=use
        )
        if not outcome.repeated:  # repeated: another process of the same person was quicker
            return

    raise _asked(tenant, actor, action, now, subject, told, organisation, amount_minor)


def expect(
    *, tenant: Tenant, actor: Actor, action: str, now: datetime, subject: str, params: Mapping[str, Any],
    organisation: str | None = None, amount_minor: int | None = None,
) -> None:  # fmt: skip
    """As `admit`, for an act that comes later and uses its approval itself (`use_once`): here none is used."""
    decision = allowed(
        tenant=tenant, actor=actor, action=action, organisation=organisation, amount_minor=amount_minor, now=now
    )
    who = f"{actor.kind}:{actor.id}"
    if decision.allowed or (decision.second and _approved(tenant, who, action, subject, dict(params), now) is not None):
        return
    if not decision.second:
        raise UnableToAct("NOT_ALLOWED", action=action, actor=who)
    raise _asked(tenant, actor, action, now, subject, dict(params), organisation, amount_minor)


def use_once(
    *, tenant: Tenant, actor: Actor, action: str, now: datetime, subject: str, params: Mapping[str, Any], key: str
) -> None:
    """Go on if the actor may alone, or by using the approval of just this, once under a key: who was cut off and comes
    again with the same key goes on. UnableToAct; nobody is asked.
    """
    decision = allowed(tenant=tenant, actor=actor, action=action, now=now)
    if decision.allowed:
        return
    if not decision.second:
        raise UnableToAct("NOT_ALLOWED", action=action, actor=f"{actor.kind}:{actor.id}")
    told = dict(params)
    perform(
        tenant=tenant, actor=actor, operation="approval.use", key=key, now=now, request=told,
        work=lambda frame: {
            "approval": approvals.consume(frame=frame, action=action, subject=subject, params=told)
        },
    )  # fmt: skip


def _approved(
    tenant: Tenant, who: str, action: str, subject: str, told: dict[str, Any], now: datetime
) -> ApprovalFacts | None:
    """The approval that somebody else has given to just this."""
    found = approvals.approved(tenant=tenant, action=action, subject=subject, params=told, now=now)
    return found if found is not None and found.decided_by != who else None


def _asked(
    tenant: Tenant, actor: Actor, action: str, now: datetime, subject: str, told: dict[str, Any],
    organisation: str | None, amount_minor: int | None,
) -> UnableToAct:  # fmt: skip
    """A second person is asked; what is to be raised then names the approval."""

    def ask(frame: Frame) -> dict[str, Any]:
        return {
            "approval": approvals.ask(
                frame=frame, action=action, subject=subject, params=told, organisation=organisation,
                amount_minor=amount_minor,
            )
        }  # fmt: skip

    key = f"{to_ms(now)}/{action}/{hashlib.sha256(subject.encode()).hexdigest()[:16]}"
    found = perform(tenant=tenant, actor=actor, operation="approval.ask", key=key, request=told, now=now, work=ask)
    who = f"{actor.kind}:{actor.id}"
    return UnableToAct("SECOND_PERSON_NEEDED", action=action, actor=who, approval=int(found.answer["approval"]))
