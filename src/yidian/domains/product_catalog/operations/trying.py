"""What came of trying a draft on a month that was is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yidian.domains.product_catalog.models import DraftTrial
from yidian.domains.product_catalog.operations import _steps
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome


def keep_trial(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int, sha256: str, told: Mapping[str, Any]
) -> Outcome:
    """Keep a trial (runs.trial.types.Trial.to_json) of a draft's rows; answers `trial`, its number beside the draft.

    UnableToLaunch DRAFT_UNKNOWN.
    """

    def work(frame: Frame) -> dict[str, Any]:
        row = _steps.held(tenant, number)
        last = DraftTrial.objects.filter(draft=row).order_by("-number").values_list("number", flat=True).first()
        made = DraftTrial.objects.create(
            tenant=tenant, draft=row, number=(last or 0) + 1, cycle=told["cycle"], sha256=sha256, told=dict(told),
            at=now, actor_id=actor.id,
        )  # fmt: skip
        frame.changed(
            "tariff_trial", f"{number}/{made.number}", before=None, after={"cycle": made.cycle, "sha256": sha256}
        )
        return {"draft": number, "trial": made.number}

    return perform(
        tenant=tenant, actor=actor, operation="tariff.trial", key=key, now=now, work=work, request={"draft": number}
    )
