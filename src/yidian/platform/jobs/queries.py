"""Reading the record of runs, jobs and schedules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import Now
from django_scopes import scope

from yidian.platform.jobs.models import Job, Run, RunTask, Schedule
from yidian.platform.jobs.types import OPEN_STATES, JobFacts, RunFacts
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


def tasks_done(*, tenant: Tenant, run: int) -> int:
    """How many tasks of a run are done: of a finished one, how many it had."""
    with scope(tenant=tenant):
        return int(RunTask.objects.filter(run_id=run).count())


def jobs(*, tenant: Tenant, state: str = "", limit: int = 100) -> list[Job]:
    """The latest jobs, newest first; those of one state where one is named."""
    rows = Job.objects.filter(tenant=tenant, **({"state": state} if state else {}))
    return list(rows.order_by("-id")[:limit])


def known_runs(*, tenant: Tenant, ids: Collection[int]) -> set[int]:
    """Those of the ids that are a run's."""
    return set(Run.objects.filter(tenant=tenant, id__in=sorted(ids)).values_list("id", flat=True))


def known_jobs(*, tenant: Tenant, ids: Collection[int]) -> set[int]:
    """Those of the ids that are a job's."""
    return set(Job.objects.filter(tenant=tenant, id__in=sorted(ids)).values_list("id", flat=True))


def schedules(*, tenant: Tenant) -> list[Schedule]:
    """Every schedule, the next one due first."""
    return list(Schedule.objects.filter(tenant=tenant).order_by("-active", "next_at", "id"))


def job(*, tenant: Tenant, id: int) -> JobFacts | None:
    """One job; None where there is none."""
    with scope(tenant=tenant):
        return next((_facts(row) for row in _shown(tenant).filter(pk=id)), None)


def job_page(*, tenant: Tenant, state: str = "", before: int = 0, limit: int = 50) -> list[JobFacts]:
    """Jobs newest first, of one state if it is named, with ids below `before` (0: from the newest)."""
    with scope(tenant=tenant):
        rows = _shown(tenant).filter(**({"state": state} if state else {}), **({"pk__lt": before} if before else {}))
        return [_facts(row) for row in rows.order_by("-id")[:limit]]


def jobs_of(
    *, tenant: Tenant, kinds: Collection[str], actor: str = "", before: int = 0, limit: int = 50
) -> list[JobFacts]:  # fmt: skip
    """Jobs of some kinds newest first, asked by one actor where one is named, with ids below `before` (0: all)."""
    named = {"actor": actor} if actor else {}
    older = {"pk__lt": before} if before else {}
    with scope(tenant=tenant):
        rows = _shown(tenant).filter(kind__in=sorted(kinds), **named, **older)
        return [_facts(row) for row in rows.order_by("-id")[:limit]]


def job_counts(*, tenant: Tenant) -> dict[str, int]:
    """How many jobs there are in each state."""
    with scope(tenant=tenant):
        return dict(Job.objects.filter(tenant=tenant).values_list("state").annotate(n=Count("id")).order_by("state"))


def oldest_due(*, tenant: Tenant, now: datetime) -> datetime | None:
    """Since when the job waits that is due and that nobody has taken; None: none waits."""
    with scope(tenant=tenant):
        rows = Job.objects.filter(tenant=tenant, state=Job.State.QUEUED, scheduled_for__lte=now)
        found: datetime | None = rows.order_by("scheduled_for").values_list("scheduled_for", flat=True).first()
    return found


def jobs_about(*, tenant: Tenant, params: Mapping[str, str], limit: int = 20) -> list[JobFacts]:
    """Jobs that were asked with these parameters (and maybe more), newest first."""
    with scope(tenant=tenant):
        rows = _shown(tenant).filter(**{f"params__{name}": value for name, value in params.items()})
        return [_facts(row) for row in rows.order_by("-id")[:limit]]


def open_job(*, tenant: Tenant, kind: str, params: Mapping[str, Any]) -> int | None:
    """The job of a kind with just these parameters that waits or works; None where there is none."""
    with scope(tenant=tenant):
        rows = Job.objects.filter(tenant=tenant, kind=kind, state__in=OPEN_STATES).order_by("id")
        return next((int(pk) for pk, told in rows.values_list("pk", "params") if told == dict(params)), None)


def runs_of(*, tenant: Tenant, subject: str, limit: int = 100) -> list[RunFacts]:
    """Runs on a subject (a cycle's name), newest first."""
    columns = tuple(RunFacts.__dataclass_fields__)
    with scope(tenant=tenant):
        rows = Run.objects.filter(tenant=tenant, subject=subject).order_by("-id").values_list(*columns)[:limit]
        return [RunFacts(*row) for row in rows]


def runs_with(*, tenant: Tenant, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The counts of runs, by id."""
    with scope(tenant=tenant):
        return dict(Run.objects.filter(tenant=tenant, pk__in=sorted(ids)).values_list("id", "counts"))


def _shown(tenant: Tenant) -> Any:
    return Job.objects.filter(tenant=tenant).annotate(shown=Now())


def _facts(row: Any) -> JobFacts:
    at_work = row.state == Job.State.WORKING

    def since(at: Any) -> int | None:
        return max(0, int((row.shown - at).total_seconds())) if at_work and at is not None else None

    return JobFacts(
        id=row.pk, kind=row.kind, key=row.key, params=row.params, actor=row.actor, state=str(row.state),
        attempts=row.attempts, done=row.done, total=row.total, owner=row.owner, asked_at=row.asked_at,
        scheduled_for=row.scheduled_for, finished_at=row.finished_at, reason=row.reason, result=row.result,
        silent_s=since(row.heartbeat_at), worked_s=since(row.taken_at),
    )  # fmt: skip
