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
