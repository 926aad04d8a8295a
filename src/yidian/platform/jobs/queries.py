"""Reading the record of runs, jobs and schedules."""

from __future__ import annotations

from typing import Any

from yidian.platform.jobs.models import Job, Run, RunTask, Schedule
from yidian.platform.tenancy.models import Tenant


def runs(*, tenant: Tenant, limit: int = 100) -> list[Run]:
    """The latest runs, newest first."""
    return list(Run.objects.filter(tenant=tenant).order_by("-id")[:limit])


def done(*, tenant: Tenant, kind: str, subject: str, after: int = 0) -> list[Run]:
    """Finished runs that still count, oldest first, with ids above `after`."""
    rows = Run.objects.filter(tenant=tenant, kind=kind, subject=subject, state=Run.State.DONE, id__gt=after)
    return list(rows.order_by("id"))


def task_results(*, tenant: Tenant, kind: str, subject: str) -> dict[str, Any]:
    """Results of all tasks of all runs of (kind, subject), by name; the latest where a name came twice."""
    rows = RunTask.objects.filter(tenant=tenant, run__kind=kind, run__subject=subject).order_by("id")
    return dict(rows.values_list("name", "result"))


def jobs(*, tenant: Tenant, state: str = "", limit: int = 100) -> list[Job]:
    """The latest jobs, newest first; those of one state where one is named."""
    rows = Job.objects.filter(tenant=tenant, **({"state": state} if state else {}))
    return list(rows.order_by("-id")[:limit])


def schedules(*, tenant: Tenant) -> list[Schedule]:
    """Every schedule, the next one due first."""
    return list(Schedule.objects.filter(tenant=tenant).order_by("-active", "next_at", "id"))
