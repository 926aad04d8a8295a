"""The log of a month: who asked for what, what was cut off and went on, what people did to it."""

from __future__ import annotations

from collections.abc import Iterator

from yidian.platform.jobs.types import JobFacts
from yidian.runs.board.found import Found
from yidian.runs.board.types import LogLine

MOST = 20
BY_RUNS = "system/run"  # a step that a run made is told with the run
BENEATH = ("classify", "late")  # runs that another run begins by itself
TONES = {"done": "ok", "working": "act", "queued": "act", "failed": "wait", "parked": "bad"}


def log_lines(found: Found) -> tuple[LogLine, ...]:
    """Newest first."""
    lines = [*_steps(found), *reversed([*_runs(found)]), *reversed([*_jobs(found)])]
    return tuple(sorted(lines, key=lambda line: line.at)[::-1][:MOST])


def _jobs(found: Found) -> Iterator[LogLine]:
    for job in found.jobs:
        told = {"job": job.id, "kind": job.kind, "who": job.actor, "reason": dict(job.reason)}
        yield LogLine(
            job.finished_at or job.asked_at, TONES[job.state], f"MONTH_LOG_JOB_{job.state.upper()}", told, job.id
        )
        if job.attempts > 1:
            yield _went_on(job)


def _went_on(job: JobFacts) -> LogLine:
    """It was cut off or failed, and went on where it was: nothing is lost or doubled."""
    told = {"job": job.id, "kind": job.kind, "times": job.attempts - 1}
    return LogLine(job.finished_at or job.asked_at, "wait", "MONTH_LOG_WENT_ON", told, job.id)


def _runs(found: Found) -> Iterator[LogLine]:
    for run in found.runs:
        if run.kind in BENEATH:
            continue
        told = {"run": run.id, "kind": run.kind}
        if run.state == "abandoned":
            yield LogLine(run.finished_at or run.started_at, "wait", "MONTH_LOG_RUN_ABANDONED", told)
        elif run.finished_at is not None:
            yield LogLine(run.finished_at, "ok", "MONTH_LOG_RUN_DONE", told)
        else:
            yield LogLine(run.started_at, "wait", "MONTH_LOG_RUN_UNFINISHED", told)


def _steps(found: Found) -> Iterator[LogLine]:
    for step in found.history:
        if not step.actor.startswith(BY_RUNS):
            told = {"event": step.event, "who": step.actor, "reason": step.reason}
            yield LogLine(step.at, "", "MONTH_LOG_STEP", told)
