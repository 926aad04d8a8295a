"""Runs as graphs of tasks that take references: what is done stays done, what was cut off is done again.

A task's work returns a small dict (names of files, counts). The dict is committed as the task's row; a later attempt at
the same run finds the row and does not work again. Tasks are independent within one call; stages follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context  # a task works in the scope of whoever runs it
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from yidian.platform.clock import elapsed_s
from yidian.platform.database.statistics import refresh_after_run
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.locks import UnableToLock, exclusive
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant

Result = dict[str, Any]
_began_s: dict[int, float] = {}  # when this process took up a run, for showing how long it worked


class UnableToRun(Exception):
    """RUN_AT_WORK: another process works on the same thing; `params` names it and its holder."""

    code = "RUN_AT_WORK"

    def __init__(self, subject: str, holder: str) -> None:
        self.params = {"subject": subject, "holder": holder}
        super().__init__(f"{subject}: at work: {holder}")


@contextmanager
def alone(*, tenant: Tenant, subject: str, folder: Path) -> Iterator[None]:
    """Be the only one who works on a subject of a tenant; UnableToRun at once when somebody else is.

    The lock dies with its holder.
    """
    try:
        with exclusive(f"{tenant.code}/{subject}", folder=folder):
            yield
    except UnableToLock as error:
        raise UnableToRun(subject, error.holder) from error


@dataclass(frozen=True, slots=True)
class Task:
    """A named piece of a run. `work` runs on any thread, touches no database, and may be repeated."""

    name: str
    work: Callable[[], Result]


def open_run(*, tenant: Tenant, kind: str, subject: str, input_digest: str, now: datetime) -> Run:
    """The unfinished run on the same inputs, to be resumed, or a new one. The caller holds the lock of (kind, subject).

    An unfinished run on other inputs is abandoned: its files were never visible.
    """
    with transaction.atomic():
        at_work = Run.objects.filter(tenant=tenant, kind=kind, subject=subject, state=Run.State.WORKING)
        same: Run | None = at_work.filter(input_digest=input_digest).first()
        if same is not None:
            _began_s[same.pk] = elapsed_s()
            return same
        at_work.update(state=Run.State.ABANDONED, finished_at=now)
        run: Run = Run.objects.create(
            tenant=tenant, kind=kind, subject=subject, input_digest=input_digest, started_at=now
        )
    _began_s[run.pk] = elapsed_s()
    point("run.opened")
    return run


def run_tasks(
    run: Run, tasks: Sequence[Task], *, threads: int, advance: Callable[[int], None] | None = None
) -> list[Result]:
    """Do the tasks that have no row yet, `threads` at a time; results in the order of `tasks`.

    Results are committed on the calling thread, so the database has one writer. The first failure stops the rest.
    """
    done: dict[str, Result] = dict(RunTask.objects.filter(run=run).values_list("name", "result"))
    if advance is not None:
        advance(sum(task.name in done for task in tasks))
    missing = [task for task in tasks if task.name not in done]
    if threads <= 1 or len(missing) <= 1:
        for task in missing:
            done[task.name] = _commit(run, task.name, task.work())
            if advance is not None:
                advance(1)
    else:
        _in_threads(run, missing, threads, done, advance)
    return [done[task.name] for task in tasks]


def _in_threads(
    run: Run, tasks: Iterable[Task], threads: int, done: dict[str, Result], advance: Callable[[int], None] | None
) -> None:
    queue = iter(tasks)
    with ThreadPoolExecutor(threads, thread_name_prefix="run") as pool:
        # Each thread has its next task at hand: a commit waits for the disk, and nobody needs to wait for the commit.
        first = [task for _, task in zip(range(2 * threads), queue, strict=False)]
        working = {pool.submit(copy_context().run, task.work): task.name for task in first}
        try:
            while working:
                ready, _ = wait(working, return_when=FIRST_COMPLETED)
                for future in ready:
                    name = working.pop(future)
                    done[name] = _commit(run, name, future.result())
                    if advance is not None:
                        advance(1)
                    following = next(queue, None)
                    if following is not None:
                        working[pool.submit(copy_context().run, following.work)] = following.name
        finally:
            for future in working:
                future.cancel()


def _commit(run: Run, name: str, result: Result) -> Result:
    point("run.task")
    with transaction.atomic():
        RunTask.objects.create(tenant_id=run.tenant_id, run=run, name=name, result=result)
    point("run.task.committed")
    return result


def record(run: Run, name: str, result: Result) -> None:
    """A task is done, inside the caller's transaction: its row is committed with what the task wrote, or not at all."""
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs into the transaction of what the task wrote")
    RunTask.objects.create(tenant_id=run.tenant_id, run=run, name=name, result=result)


def finish(run: Run, *, counts: Result, now: datetime) -> None:
    """Mark the run done, inside the caller's transaction: whatever the caller makes visible becomes so with it.

    `now` is the command's instant; the run is finished as much later as it has worked in this process.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("finish() belongs into the transaction that publishes the result")
    worked = timedelta(seconds=elapsed_s() - _began_s.get(run.pk, elapsed_s()))
    run.state, run.counts, run.finished_at = Run.State.DONE, counts, now + worked
    run.save(update_fields=["state", "counts", "finished_at"])
    refresh_after_run()
