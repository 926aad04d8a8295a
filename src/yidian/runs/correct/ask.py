"""From criteria to a correction that waits for a second person: previewed, kept, asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from yidian.domains.customer_bill.operations import ask_correction, keep_correction
from yidian.domains.customer_bill.queries import correction
from yidian.domains.customer_bill.types import CorrectionRow, UnableToCorrect
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.correct.criteria import Criteria
from yidian.runs.correct.preview import Asked, Previewed, preview
from yidian.runs.rate.inputs import Places


def asked_by_job(params: Mapping[str, str]) -> Asked:
    """What a job was asked for: cycle, edition, on, reason, comment, and the criteria as JSON. BadInput JOB_PARAM."""
    try:
        return Asked(
            cycle=params["cycle"], edition=int(params.get("edition") or 0), reason=params["reason"],
            on=date.fromisoformat(params["on"]) if params.get("on") else None, comment=params.get("comment", ""),
            criteria=Criteria.from_json(json.loads(params["criteria"])),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise refuse("JOB_PARAM_MISSING", value=str(error)[:80]) from error


def keep_preview(
    *, tenant: Tenant, places: Places, actor: Actor, key: str, now: datetime, asked: Asked, threads: int
) -> tuple[CorrectionRow, Previewed]:
    """Look at what it would come to, and keep it as a correction. Refusals of preview and keep_correction."""
    seen = preview(tenant=tenant, places=places, asked=asked, now=now, threads=threads)
    kept = keep_correction(tenant=tenant, actor=actor, key=key, now=now, proposal=seen.proposal())
    return kept, seen


def ask(
    *, tenant: Tenant, places: Places, actor: Actor, key: str, now: datetime, asked: Asked, threads: int
) -> tuple[CorrectionRow, Previewed, int]:
    """The same, and ask a second person for it: (the correction, what it would come to, the approval). What changes no
    bill is not kept: UnableToCorrect CORRECTION_COMES_TO_NOTHING."""
    seen = preview(tenant=tenant, places=places, asked=asked, now=now, threads=threads)
    if not seen.lines:
        raise UnableToCorrect("CORRECTION_COMES_TO_NOTHING", cycle=asked.cycle)
    kept = keep_correction(tenant=tenant, actor=actor, key=key, now=now, proposal=seen.proposal())
    again = f"{key}/{now.isoformat()}"  # a waiting approval is found again, a lapsed one is asked for anew
    approval = ask_correction(tenant=tenant, actor=actor, key=again, now=now, number=kept.number)
    return correction(tenant=tenant, number=kept.number), seen, approval
