"""Runs and their tasks: what is done stays done, the first failure stops the rest, one at a time works on a subject."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests import forks, installations

from yidian.platform.jobs import engine
from yidian.platform.jobs.engine import Task, UnableToRun, _commit, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.operations import forget_tasks, supersede
from yidian.platform.jobs.queries import done, task_results

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOLD = (
    "import sys, pathlib, django; django.setup()\n"
    "from yidian.platform.locks import exclusive\n"
    "with exclusive('operator/cycle 2026-10', folder=pathlib.Path(sys.argv[1])):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)


def opened(tenant: Any, digest: str = "a", kind: str = "rate") -> Run:
    return open_run(tenant=tenant, kind=kind, subject="2026-10", input_digest=digest, now=NOW)


def test_the_same_inputs_resume_other_inputs_abandon(tenant: Any) -> None:
    first = opened(tenant)
    assert opened(tenant).pk == first.pk
    other = opened(tenant, "b")
    first.refresh_from_db()
    assert other.pk != first.pk
    assert (first.state, first.finished_at) == (Run.State.ABANDONED, NOW)


@pytest.mark.parametrize("threads", [1, 3])
def test_tasks_that_are_done_are_not_done_again(tenant: Any, threads: int) -> None:
    run, worked, steps = opened(tenant), [], []

    def work(n: int) -> dict[str, int]:
        worked.append(n)
        return {"n": n}

    tasks = [Task(f"part {n}", lambda n=n: work(n)) for n in range(7)]  # type: ignore[misc]
    RunTask.objects.create(tenant=tenant, run=run, name="part 2", result={"n": 200})
    found = run_tasks(run, tasks, threads=threads, advance=steps.append)
    assert [one["n"] for one in found] == [0, 1, 200, 3, 4, 5, 6]
    assert sorted(worked) == [0, 1, 3, 4, 5, 6]
    assert steps == [1] * 7
    assert run_tasks(run, tasks, threads=threads, advance=steps.append) == found
    assert len(worked) == 6
    assert steps[7:] == [7]


def test_threads_work_at_the_same_time_and_the_caller_commits(tenant: Any) -> None:
    together = threading.Barrier(3, timeout=20)

    def work() -> dict[str, int]:
        together.wait()  # falls over unless three are at work at once
        return {"thread": threading.get_ident()}

    run = opened(tenant)
    found = run_tasks(run, [Task(str(n), work) for n in range(6)], threads=3)
    assert threading.get_ident() not in {one["thread"] for one in found}
    assert run.tasks.count() == 6


def test_nobody_waits_for_a_commit(tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started, at_work = [], threading.Event()

    def work(n: int) -> dict[str, int]:
        started.append(n)
        if len(started) == 4:
            at_work.set()
        return {"n": n}

    def slowly(run: Run, name: str, result: dict[str, int]) -> dict[str, int]:
        assert at_work.wait(20), "two threads have four tasks at hand while the first is being committed"
        return _commit(run, name, result)

    monkeypatch.setattr(engine, "_commit", slowly)
    run = opened(tenant)
    tasks = [Task(str(n), lambda n=n: work(n)) for n in range(9)]  # type: ignore[misc]
    assert [one["n"] for one in run_tasks(run, tasks, threads=2)] == list(range(9))
    assert run.tasks.count() == 9


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_failure_stops_the_rest_and_keeps_what_was_done(tenant: Any, threads: int) -> None:
    run, worked, mended = opened(tenant), [], []

    def work(n: int) -> dict[str, int]:
        worked.append(n)
        if n == 3 and not mended:
            raise ArithmeticError("part 3")
        return {"n": n}

    tasks = [Task(f"part {n}", lambda n=n: work(n)) for n in range(40)]  # type: ignore[misc]
    with pytest.raises(ArithmeticError, match="part 3"):
        run_tasks(run, tasks, threads=threads)
    kept = set(run.tasks.values_list("name", flat=True))
    assert "part 3" not in kept
    assert len(kept) < len(worked) < 40
    mended.append(True)
    worked.clear()
    assert [one["n"] for one in run_tasks(run, tasks, threads=threads)] == list(range(40))
    assert sorted(worked) == [n for n in range(40) if f"part {n}" not in kept]


@pytest.mark.django_db(transaction=True)
def test_a_run_is_finished_inside_a_transaction_only(tenant: Any) -> None:
    run = opened(tenant)
    with pytest.raises(RuntimeError):
        finish(run, counts={}, now=NOW)
    with transaction.atomic():
        finish(run, counts={"taken": 3}, now=NOW)
    assert [(one.pk, one.counts) for one in done(tenant=tenant, kind="rate", subject="2026-10")] == [
        (run.pk, {"taken": 3})
    ]
    assert done(tenant=tenant, kind="rate", subject="2026-10", after=run.pk) == []


def test_only_finished_runs_of_the_named_kinds_are_superseded(tenant: Any) -> None:
    runs = {kind: opened(tenant, kind=kind) for kind in ("rate", "rerate", "bill", "classify")}
    for kind in ("rate", "rerate", "bill"):
        finish(runs[kind], counts={}, now=NOW)
    found = supersede(tenant=tenant, kinds=("rate", "rerate", "classify"), subject="2026-10")
    assert sorted(found) == sorted(runs[kind].pk for kind in ("rate", "rerate"))
    states = dict(Run.objects.values_list("kind", "state"))
    assert states == {"rate": "superseded", "rerate": "superseded", "bill": "done", "classify": "working"}


def test_forgotten_tasks_are_done_again_and_the_latest_result_counts(tenant: Any) -> None:
    for digest in ("a", "b"):
        run = opened(tenant, digest, kind="classify")
        run_tasks(run, [Task(name, lambda d=digest: {"of": d}) for name in ("x", "y", "z")], threads=1)  # type: ignore[misc]
    named = {"tenant": tenant, "kind": "classify", "subject": "2026-10"}
    assert task_results(**named) == {name: {"of": "b"} for name in "xyz"}
    forget_tasks(**named, names=["x", *map(str, range(1200))])
    assert sorted(task_results(**named)) == ["y", "z"]
    forget_tasks(**named, names=[])
    assert sorted(task_results(**named)) == ["y", "z"]
    forget_tasks(**named)
    assert task_results(**named) == {}


def test_another_process_at_work_is_told_and_a_killed_one_holds_nothing(tenant: Any, tmp_path: Path) -> None:
    ours: dict[str, Any] = {"tenant": tenant, "folder": tmp_path / "locks"}
    command = [sys.executable, "-c", HOLD, str(tmp_path / "locks")]
    world = {name: value for name, value in os.environ.items() if name != "YIDIAN_HOME"}
    world |= installations.of_this_test()
    with forks.start(command, env=world, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            with pytest.raises(UnableToRun) as refused, alone(**ours, subject="cycle 2026-10"):
                pass
            assert refused.value.code == "RUN_AT_WORK"
            assert refused.value.params["subject"] == "cycle 2026-10"
            assert f"process {other.pid}:" in refused.value.params["holder"]
            with alone(**ours, subject="cycle 2026-11"):
                pass
        finally:
            other.kill()
    with alone(**ours, subject="cycle 2026-10"), pytest.raises(UnableToRun), alone(**ours, subject="cycle 2026-10"):
        pass
    with alone(**ours, subject="cycle 2026-10"):
        pass
