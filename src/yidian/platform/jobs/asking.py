"""Asking for a job that takes a right, maybe two people: asked → agreed → done, each step once.

What two people agree on is the job with its parameters. The job uses the approval itself when it begins (E6: rights
are those of the asker at that time), under its own key: cut off and tried again it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from yidian.platform.access import gate
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.jobs.operations import ask_for
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor, Outcome

JOB: Final = "job"  # the parameter of an approval that says which kind of job it is for


def subject_of(kind: str, params: Mapping[str, Any]) -> str:
    """What an approval of a job is about: the cycle that it works on, else the job itself."""
    return f"cycle/{params['cycle']}" if params.get("cycle") else f"job/{kind}"


def ask(
    *, tenant: Tenant, actor: Actor, action: str, kind: str, params: Mapping[str, Any], key: str, now: datetime
) -> Outcome:
    """Ask for a job, or first for the second person it takes. Answers as `ask_for`.

    UnableToAct NOT_ALLOWED; SECOND_PERSON_NEEDED names the approval: once somebody agrees, ask again or `carry_out`.
    """
    gate.expect(
        tenant=tenant, actor=actor, action=action, now=now, subject=subject_of(kind, params),
        params={JOB: kind, **params},
    )  # fmt: skip
    return ask_for(tenant=tenant, actor=actor, kind=kind, params=params, key=key, now=now)


def admit(
    *, tenant: Tenant, actor: Actor, action: str, kind: str, params: Mapping[str, Any], key: str, now: datetime
) -> None:
    """At the beginning of the job: go on if its asker may now, alone or by the approval of just this. UnableToAct."""
    gate.use_once(
        tenant=tenant, actor=actor, action=action, now=now, subject=subject_of(kind, params),
        params={JOB: kind, **params}, key=key,
    )  # fmt: skip


def carry_out(*, tenant: Tenant, asker: Actor, approval: ApprovalFacts, now: datetime) -> int | None:
    """The job that an approval is for, asked for in its asker's name; its id. None: it is for no job."""
    params = dict(approval.params)
    kind = params.pop(JOB, None)
    if not isinstance(kind, str):
        return None
    outcome = ask_for(
        tenant=tenant, actor=asker, kind=kind, params=params, key=f"approval/{approval.id}", now=now
    )  # fmt: skip
    return int(outcome.answer["job"])
