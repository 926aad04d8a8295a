"""Changes to the record of runs that are not a run's own progress."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.tenancy.models import Tenant


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
