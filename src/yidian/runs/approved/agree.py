"""Agreeing, and doing what was agreed on: by its own operation, as the one who asked, with the approval used in it.

The decision stands by itself. What then cannot be done (the month has moved on, say) is told; the approval stays good
and may be tried again until it expires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yidian.domains.customer_bill.operations import CORRECT, agree_correction, withdraw_correction
from yidian.domains.payment.operations import put_right, refund
from yidian.domains.usage.operations import write_off
from yidian.kernel.faults import BadInput
from yidian.platform.access.approvals import approval, decide
from yidian.platform.access.queries import user_id_of
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.jobs.asking import carry_out as ask_for_job
from yidian.platform.jobs.worker import reason_of
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.bill.adjust import adjust
from yidian.runs.disputes.settling import settle
from yidian.runs.launch.publish import publish


@dataclass(frozen=True, slots=True)
class Done:
    """`state` of the approval. `job`: the job that does it; `failed`: why it could not be done, as a job says it.

    Neither, and used: it is done. Neither, and approved: whoever asked does it again themselves.
    """

    state: str
    job: int | None = None
    failed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    tenant: Tenant
    asker: Actor
    found: ApprovalFacts
    now: datetime

    @property
    def told(self) -> dict[str, Any]:
        return dict(self.found.params)


Others = Mapping[str, Callable[..., None]]  # action → act(tenant=, asker=, found=, now=)
NO_OTHERS: Final[Others] = {}


def decide_and_do(
    *,
    tenant: Tenant,
    actor: Actor,
    key: str,
    now: datetime,
    id: int,
    yes: bool,
    reason: str = "",
    others: Others = NO_OTHERS,
) -> Done:
    """Agree or refuse; what is agreed on is done. `others`: acts that are not of this floor, by action.

    UnableToApprove, UnableToMoveApproval.
    """
    outcome = decide(tenant=tenant, actor=actor, key=key, now=now, approval=id, yes=yes, reason=reason)
    return carry_out(tenant=tenant, id=id, now=now, others=others) if yes else Done(str(outcome.answer["state"]))


def carry_out(*, tenant: Tenant, id: int, now: datetime, others: Others = NO_OTHERS) -> Done:
    """Do what was agreed on, once: the same again finds it done."""
    found = approval(tenant=tenant, id=id)
    if found is None or found.state not in ("approved", "used"):
        return Done(found.state if found else "")
    kind, _, login = found.asked_by.partition(":")
    asker = Actor(kind, login, user_id_of(tenant=tenant, login=login) if kind == "staff" else None)
    act = _Act(tenant, asker, found, now)
    job, failed = None, None
    try:
        job = ask_for_job(tenant=tenant, asker=asker, approval=found, now=now)
        if job is None and found.action in others:
            others[found.action](tenant=tenant, asker=asker, found=found, now=now)
        elif job is None:
            ACTS.get(found.action, _nothing)(act)
    except Exception as error:
        if getattr(error, "code", None) is None and not isinstance(error, BadInput):
            raise
        failed = reason_of(error)
    after = approval(tenant=tenant, id=id)
    return Done(after.state if after else "", job, failed)


def _nothing(_: _Act) -> None:
    """Asked for where whoever asks comes back: nothing is done for them."""


def _adjust(act: _Act) -> None:
    if "key" in act.told:
        adjust(tenant=act.tenant, actor=act.asker, now=act.now, **act.told)


def _dispute(act: _Act) -> None:
    settle(tenant=act.tenant, actor=act.asker, now=act.now, number=str(act.told["dispute"]))


def _write_off(act: _Act) -> None:
    if "source" in act.told:
        write_off(
            tenant=act.tenant, actor=act.asker, key=f"approval/{act.found.id}", now=act.now, second=True, **act.told
        )


def _put_right(act: _Act) -> None:
    told = act.told
    if told.get("act"):
        key = f"{told['act']}/{told['payment']}"
        put_right(tenant=act.tenant, actor=act.asker, key=key, now=act.now, organisation=act.found.organisation, **told)
    elif act.found.subject.startswith("refund/"):
        refund(tenant=act.tenant, actor=act.asker, key=f"approval/{act.found.id}", now=act.now, **told)


def _publish(act: _Act) -> None:
    if "draft" in act.told:
        key = f"approval/{act.found.id}"
        publish(tenant=act.tenant, actor=act.asker, key=key, now=act.now, number=int(act.told["draft"]))


def _correct(act: _Act) -> None:
    """It counts from now on, or no more."""
    change = agree_correction if act.told["act"] == "agree" else withdraw_correction
    change(tenant=act.tenant, actor=act.asker, now=act.now, number=str(act.told["correction"]))


ACTS: Final[Mapping[str, Callable[[_Act], None]]] = {
    "bill.adjust": _adjust,
    CORRECT: _correct,
    "dispute.uphold": _dispute,
    "suspense.write_off": _write_off,
    "payment.reverse": _put_right,
    "payment.refund": _put_right,
    "payment.claim": _put_right,
    "tariff.publish": _publish,
}
