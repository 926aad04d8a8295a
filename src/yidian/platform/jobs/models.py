"""Runs and their tasks: what was begun, on which inputs, what is done, what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.platform.tenancy.models import TenantRow


class Run(TenantRow):
    """One run of one kind on one subject (a cycle's name, a source). `counts` holds the row law's terms."""

    class State(models.TextChoices):
        WORKING = "working"
        DONE = "done"
        SUPERSEDED = "superseded"
        ABANDONED = "abandoned"

    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=128)
    input_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WORKING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject"], condition=Q(state="working"), name="run_one_at_work"
            )
        ]


class RunTask(TenantRow):
    """A finished task of a run and its result (references and counts, never rows)."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=128)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="run_task_once")]


class Job(TenantRow):
    """A piece of work that somebody asked for and a worker does. `key`: the same asked twice is one job.

    `owner` holds the job until `lease_until`, an instant of the database's clock; whoever takes it over raises `fence`,
    and what carries the old number is refused. `scheduled_for` is an instant of the business clock: not earlier.
    `version` is that of the parameters: a worker of an older program leaves a newer job to others.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"
        PARKED = "parked"

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=192)
    version = models.PositiveSmallIntegerField(default=1)
    params = models.JSONField(default=dict)
    actor = models.CharField(max_length=192)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=128, default="")
    taken_at = models.DateTimeField(null=True)  # by the database's clock, like the two after it
    heartbeat_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    scheduled_for = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    reason = models.JSONField(default=dict)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "key"], name="job_once"),
            models.CheckConstraint(
                condition=~Q(state="working") | Q(lease_until__isnull=False), name="job_at_work_has_lease"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "scheduled_for", "id"],
                condition=Q(state__in=["queued", "working", "failed"]),
                name="job_waiting",
            )
        ]


class Schedule(TenantRow):
    """Work that comes again. `rule` as in "hourly 05", "daily 02:30", "monthly 31 23:50"; clock time of the tenant.

    `next_at` is the next instant it is due; what was missed while nobody worked is made good once, for the latest.
    """

    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    rule = models.CharField(max_length=32)
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="schedule_name_once")]
