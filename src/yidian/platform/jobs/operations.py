"""Asking for work, and changes to the record of runs that are not a run's own progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yidian.kernel.faults import refuse
from yidian.platform.jobs import lifecycle, rules
from yidian.platform.jobs.models import Job, Run, RunTask, Schedule
from yidian.platform.jobs.queries import open_job
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor, Outcome


def ask_for(*, tenant: Tenant, actor: Actor, kind: str, params: Mapping[str, Any], key: str, now: datetime) -> Outcome:
    """Ask for a job as a write of its own. Answers {"job": id, "found": …}: one that waits or works already with the
    same parameters is the job, whoever asked for it.
    """
    from yidian.platform.writing.operations import perform

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"jobs {tenant.pk} {kind}")
        found = open_job(tenant=tenant, kind=kind, params=params)
        job = found if found is not None else enqueue(frame=frame, kind=kind, params=params, key=key)
        return {"job": job, "found": found is not None}

    return perform(
        tenant=tenant, actor=actor, operation="job.ask", key=f"{kind} {key}", now=now,
        request={"kind": kind, "params": dict(params)}, work=work,
    )  # fmt: skip


def enqueue(
    *, frame: Frame, kind: str, params: Mapping[str, Any], key: str, at: datetime | None = None, version: int = 1
) -> int:
    """Ask for a job; it is there if the caller's write is. Answers its id.

    The same (kind, key) again answers the job that is there, whatever became of it. Not done before `at`.
    """
    named = Job.objects.filter(tenant=frame.tenant, kind=kind, key=key)
    known: Job | None = named.first()
    if known is not None:
        return int(known.pk)
    asked = Job(
        tenant=frame.tenant, kind=kind, key=key, version=version, params=dict(params),
        actor=f"{frame.actor.kind}/{frame.actor.id}", asked_at=frame.now, scheduled_for=at or frame.now,
    )  # fmt: skip
    # Somebody else may be asking for the same at this moment: then theirs is the job, and no error has to be swallowed.
    Job.objects.bulk_create([asked], ignore_conflicts=True)
    job = int(named.values_list("pk", flat=True).get())
    frame.changed("job", f"{kind} {key}", before=None, after={"job": job, "params": dict(params)})
    return job


def retry(*, frame: Frame, job: int) -> str:
    """Let a parked or failed job be tried again now, with all its attempts; its state then.

    BadInput JOB_UNKNOWN; UnableToMoveJob.
    """
    row: Job | None = Job.objects.select_for_update().filter(tenant=frame.tenant, pk=job).first()
    if row is None:
        raise refuse("JOB_UNKNOWN", value=job)
    before = {"state": str(row.state), "attempts": row.attempts}
    row.state = Job.State(lifecycle.following(job=job, state=row.state, event="retry"))
    row.attempts, row.scheduled_for = 0, frame.now
    row.save(update_fields=["state", "attempts", "scheduled_for"])
    frame.changed("job", f"{row.kind} {row.key}", before=before, after={"state": str(row.state), "attempts": 0})
    return str(row.state)


def set_schedule(
    *, frame: Frame, name: str, kind: str, rule: str, params: Mapping[str, Any] | None = None, active: bool = True
) -> datetime:
    """Make or change a schedule; answers when it is due next. Nothing from before is made good.

    BadInput SCHEDULE_RULE.
    """
    read = rules.read(rule)
    following = read.after(frame.now, frame.tenant.zone)
    row: Schedule | None = Schedule.objects.select_for_update().filter(tenant=frame.tenant, name=name).first()
    told = {"kind": kind, "rule": rule, "params": dict(params or {}), "active": active}
    before = None if row is None else {field: getattr(row, field) for field in told}
    if before == told and row is not None:
        return row.next_at
    Schedule.objects.update_or_create(tenant=frame.tenant, name=name, defaults={**told, "next_at": following})
    frame.changed("schedule", name, before=before, after=told)
    return following


def forget_tasks(*, tenant: Tenant, kind: str, subject: str, names: Sequence[str] | None = None) -> None:
    """Let tasks of all runs of (kind, subject) be done again: the named ones, or all."""
    rows = RunTask.objects.filter(tenant=tenant, run__kind=kind, run__subject=subject)
    with transaction.atomic():
        if names is None:
            rows.delete()
            return
        for start in range(0, len(names), 500):
            rows.filter(name__in=names[start : start + 500]).delete()


def supersede(*, tenant: Tenant, kinds: Sequence[str], subject: str) -> list[int]:
    """Mark the finished runs of some kinds on a subject as superseded; answers their ids.

    Inside the caller's transaction.
    """
    rows = Run.objects.filter(tenant=tenant, kind__in=list(kinds), subject=subject, state=Run.State.DONE)
    ids = list(rows.values_list("id", flat=True))
    for start in range(0, len(ids), 500):
        Run.objects.filter(id__in=ids[start : start + 500]).update(state=Run.State.SUPERSEDED)
    return ids
