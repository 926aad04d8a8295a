"""Jobs: one with its progress, the list, trying a parked one again; the worker's and the outbox's health."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import code_words, left, reason_words, shown, who
from yidian.platform.audit.queries import oldest_unsealed
from yidian.platform.jobs.kinds import NARROWED, RIGHTS
from yidian.platform.jobs.lifecycle import UnableToMoveJob
from yidian.platform.jobs.operations import retry
from yidian.platform.jobs.queries import job, job_counts, job_page, oldest_due, schedules
from yidian.platform.jobs.types import STALE_S, JobFacts
from yidian.platform.outbox.queries import subscriptions
from yidian.platform.writing.operations import perform

PAGE = 50
TONES = {"queued": "wait", "working": "act", "done": "ok", "failed": "wait", "parked": "bad"}
SLOW_AFTER_S = 300


def one(asked: Asked, *, job: int) -> HttpResponse:
    """A job: how far it is, or what came of it. It is shown to whoever asked for it or holds its right."""
    found = _seen(asked, job)
    return asked.page("desk/job.html", fragment="desk/_job.html", **_told(asked, found))


def listed(asked: Asked) -> HttpResponse:
    """All jobs, by state; and how worker and outbox are."""
    state = asked.request.GET.get("state", "")
    before = asked.request.GET.get("before", "")
    rows = job_page(tenant=asked.tenant, state=state, before=int(before) if before.isdecimal() else 0, limit=PAGE + 1)
    counts = job_counts(tenant=asked.tenant)
    return asked.page(
        "desk/jobs.html", jobs=[_told(asked, row) for row in rows[:PAGE]], more=rows[PAGE - 1].id if rows[PAGE:] else 0,
        state=state, counts=[(name, counts.get(name, 0)) for name in TONES], total=sum(counts.values()),
        due=oldest_due(tenant=asked.tenant, now=asked.now), unsealed=oldest_unsealed(tenant=asked.tenant),
        targets=subscriptions(tenant=asked.tenant), schedules=schedules(tenant=asked.tenant),
    )  # fmt: skip


def again(asked: Asked, *, job: int) -> HttpResponse:
    """A job that was parked is tried again."""
    try:
        perform(
            tenant=asked.tenant, actor=asked.actor, operation="job.retry", key=asked.key, request={"job": job},
            now=asked.now, work=lambda frame: {"state": retry(frame=frame, job=job)},
        )  # fmt: skip
    except UnableToMoveJob:
        asked.say_later("DESK_JOB_MOVED")
    return asked.go("desk:job", job=job)


def _seen(asked: Asked, id_: int) -> JobFacts:
    found = job(tenant=asked.tenant, id=id_)
    mine = found is not None and found.actor == f"{asked.actor.kind}/{asked.actor.id}"
    if found is None or not (mine or asked.holds("jobs.manage") or _everybodys(asked, found)):
        raise Http404
    return found


def _everybodys(asked: Asked, found: JobFacts) -> bool:
    """Whether the person's right is of all jobs of a kind: one that works branch by branch must reach them all."""
    right = RIGHTS.get(found.kind, "jobs.manage")
    return asked.reaches(right, "") if found.kind in NARROWED else asked.holds(right)


def _told(asked: Asked, found: JobFacts) -> dict[str, Any]:
    slow = (found.worked_s or 0) > SLOW_AFTER_S
    return {
        "job": found, "kind_words": code_words(f"JOB_KIND_{found.kind}", asked.lang), "who": who(found.actor),
        "state_words": f"JOB_STATE_{found.state.upper()}", "tone": TONES[found.state],
        "every": "" if not found.goes_on else "every 10s" if slow else "every 2s",
        "nobody": found.state == "queued" and (asked.now - found.scheduled_for).total_seconds() > STALE_S,
        "left": left(found.left_s, asked.lang), "worked": left(found.worked_s, asked.lang),
        "why": reason_words(asked, found.reason), "cycle": found.params.get("cycle", ""),
        "about": [(f"JOB_PARAM_{name.upper()}", shown(asked, name, value)) for name, value in found.params.items()],
        "result": [
            (f"JOB_RESULT_{name.upper()}", shown(asked, name, value)) for name, value in found.result.items()
            if name not in HIDDEN
        ],
    }  # fmt: skip


HIDDEN = frozenset({"cutoff_file", "chain", "cycle"})
