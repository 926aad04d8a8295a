"""The scheduler: turns what is due into jobs. Any number of them may run: each time due is one job.

Who was down finds several times due of one schedule and makes them good once, with the latest: its job is told the
`slot` it stands for, the local date of it (`on`), and how many were `missed` before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yidian.kernel.calendar.zones import zone_named
from yidian.platform.jobs import rules
from yidian.platform.jobs.models import Schedule
from yidian.platform.jobs.operations import enqueue
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system


def tick(*, tenant: Tenant, now: datetime) -> int:
    """Ask for the jobs of every schedule that is due; answers how many. A clock set back finds nothing due."""
    due = Schedule.objects.filter(tenant=tenant, active=True, next_at__lte=now).order_by("next_at", "id")
    return sum(_start(tenant, row, now) for row in due)


def _start(tenant: Tenant, row: Schedule, now: datetime) -> bool:
    rule = rules.read(row.rule)
    slot, count = rule.latest(row.next_at, now, tenant.zone)
    params = {
        **row.params,
        "slot": slot.isoformat(),
        "on": slot.astimezone(zone_named(tenant.zone)).date().isoformat(),
        "missed": count - 1,
    }

    def work(frame: Frame) -> dict[str, Any]:
        mine = Schedule.objects.filter(pk=row.pk, next_at=row.next_at, active=True)
        if not mine.update(next_at=rule.after(now, tenant.zone), last_at=slot):
            return {"job": None}
        return {"job": enqueue(frame=frame, kind=row.kind, params=params, key=f"{row.name} {slot.isoformat()}")}

    outcome = perform(
        tenant=tenant, actor=system("scheduler"), operation="schedule.due", key=f"{row.name} {row.next_at.isoformat()}",
        request={"schedule": row.name}, now=now, work=work,
    )  # fmt: skip
    point("schedule.started")
    return not outcome.repeated and outcome.answer["job"] is not None
