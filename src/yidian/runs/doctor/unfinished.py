"""I6: what was begun and is not done can be known, and taken up again."""

from __future__ import annotations

from yidian.platform.jobs.engine import UnableToRun, alone
from yidian.platform.jobs.models import Run
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def unfinished(on: Visit) -> Finding:
    """Runs that are not done: whether a live process holds their cycle, or the command has to be typed again."""
    look = Look("I6", "UNFINISHED")
    for run in Run.objects.filter(tenant=on.tenant, state=Run.State.WORKING).order_by("id"):
        look.checked += 1
        holder = _holder(on, run.subject)
        if holder:
            look.alarm("RUN_UNDER_WAY", run=run.pk, kind=run.kind, subject=run.subject, holder=holder)
        else:
            look.alarm("RUN_UNFINISHED", run=run.pk, kind=run.kind, subject=run.subject)
    return look.finding()


def _holder(on: Visit, cycle: str) -> str:
    """Who holds the lock of a cycle; "" when nobody does. The lock is tried for an instant."""
    try:
        with alone(tenant=on.tenant, subject=f"cycle {cycle}", folder=on.places.locks):
            return ""
    except UnableToRun as error:
        return error.params["holder"]
