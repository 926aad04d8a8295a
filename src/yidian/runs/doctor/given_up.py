"""I6: what was given up is told: jobs that wait for a person, events that a subscriber was not told of."""

from __future__ import annotations

from django.db.models import Count, Min

from yidian.platform.jobs.models import Job
from yidian.platform.outbox.models import Delivery
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def parked_jobs(on: Visit) -> Finding:
    """Every parked job, for a person to look into. One that ended must say when, a parked one why."""
    look = Look("I6", "PARKED_JOBS")
    look.checked = Job.objects.filter(tenant=on.tenant).count()
    for job in Job.objects.filter(tenant=on.tenant, state=Job.State.PARKED).order_by("id"):
        why = str(job.reason.get("code", "")) if isinstance(job.reason, dict) else ""
        look.alarm("JOB_IS_PARKED", job=job.pk, kind=job.kind, attempts=job.attempts, reason=why)
        if not why:
            look.violation("JOB_PARKED_WITHOUT_REASON", job=job.pk, kind=job.kind)
    for job in Job.objects.filter(tenant=on.tenant, state=Job.State.DONE, finished_at=None).order_by("id"):
        look.violation("JOB_DONE_WITHOUT_INSTANT", job=job.pk, kind=job.kind)
    return look.finding()


def dead_deliveries(on: Visit) -> Finding:
    """Subscriptions with events that were given up, and since when. A dead one is not due: else it would go twice."""
    look = Look("I6", "DEAD_DELIVERIES")
    rows = Delivery.objects.filter(tenant=on.tenant)
    look.checked = rows.count()
    dead = rows.filter(state=Delivery.State.DEAD)
    by_name = dead.order_by("subscription__name").values_list("subscription__name")
    for name, count, first in by_name.annotate(n=Count("id"), first=Min("number")):
        look.alarm("DELIVERIES_DEAD", subscription=name, count=count, first=first)
    for name, number in dead.exclude(next_at=None).order_by("id").values_list("subscription__name", "number"):
        look.violation("DEAD_DELIVERY_DUE", subscription=name, number=number)
    return look.finding()
