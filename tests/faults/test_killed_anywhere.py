"""kill -9 at every named point of every command, and at moments nobody chose: typed again, the month is the same.

"The same" is the SHA-256 of the canonical export (bills, items, rated usage, suspense in natural keys), on 1 thread and
on 2, against a month that nobody interrupted. YIDIAN_FAULTS=all runs each point on both, else they take turns.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from tests import forks, installations
from tests.faults import whole
from tests.faults.small_operator import (
    HOME,
    STEPS,
    YIDIAN,
    Kept,
    Operator,
    canonical_sha256,
    environment,
    lake_of,
    manifest_of,
    state_of,
    yidian,
)

from yidian.platform.points import POINTS

ALL = os.environ.get("YIDIAN_FAULTS") == "all"
MADE_BEFORE = {"schema.migration", "schema.migrated"} if installations.ON_POSTGRESQL else set()  # from a template
MONEY = ("payment.", "payments.", "clear.", "dun.")
WRITE = ("write.commit", "write.committed")
IMPORT = ("import.commit", "import.committed", "answer")
LAKE = ("lake.written", "lake.synced", "lake.renamed")
COLLECT = ("collect.intent", *LAKE, "collect.read", "collect.commit", "collect.committed", "answer")
RUN = ("run.opened", "run.task", "run.task.committed", *LAKE, "run.publish", "run.published", "answer")
POSTING = ("run.opened", "post.chunk", "post.chunk.committed", "run.publish", "run.published")
PASSED: dict[str, tuple[str, ...]] = {
    "init": ("schema.migration", "schema.migrated", *WRITE, "answer"),
    "tariff": IMPORT,
    "customers": (*IMPORT, *WRITE),
    "calls": COLLECT,
    "sessions": COLLECT,
    "rate": (*RUN, "rate.classified", "rate.rated"),
    "bill": (*RUN, "bill.computed", "bill.chunk", "bill.chunk.committed"),
    "close": (*POSTING, "close.commit", *WRITE, "answer"),
    "canonical": (*LAKE, "answer"),
}
NEVER_PASSED: dict[str, str] = {  # a point no command of a month passes, and why that is right
    "upgrade.backed_up": "a month needs no upgrade; see tests/upgrade",
    **dict.fromkeys(("audit.seal", "audit.sealed"), "sealing is no part of a month; see tests/platform/test_audit"),
    **dict.fromkeys(("outbox.numbered", "outbox.sent"), "the relay passes them; see test_worker"),
    **{name: "money comes after the month; see test_payments_killed" for name in POINTS if name.startswith(MONEY)},
    **dict.fromkeys(("job.taken", "job.finish", "job.finished", "schedule.started"), "a worker's; see test_worker"),
    "resource.swap": "numbers and cards are no part of a month; see tests/postgres/test_resources_at_once",
    **dict.fromkeys(("order.sent", "order.complete"), "the worker passes them; see tests/orders/test_worker"),
}
LATER = {  # passed more than once in one command: killed at the first hit, and again at another
    "calls": tuple(name for name in COLLECT if name != "answer"),
    "rate": ("run.opened", "run.task", "run.task.committed", *LAKE, "rate.classified", "rate.rated"),
    "bill": ("run.task", "run.task.committed", *LAKE, "bill.computed", "bill.chunk", "bill.chunk.committed"),
}
SELDOM = () if ALL else ("sessions",)  # the same code as for calls, another reader
NUMBERED = [(step, name, "first") for step, names in PASSED.items() for name in names if step not in ("init", *SELDOM)]
NUMBERED += [(step, name, "first") for step in SELDOM for name in ("collect.commit", "lake.renamed")]
NUMBERED += [(step, name, "later") for step, names in LATER.items() for name in names]
# A month is killed once in each of its steps and typed on; what is left of longer lists is killed in shorter months.
LIVES = [
    pytest.param([case for case in life if case], threads, id=f"{n}-{threads}")
    for n, life in enumerate(
        zip_longest(*([case for case in NUMBERED if case[0] == step] for step in STEPS if step != "init")), 1
    )
    for threads in ((1, 2) if ALL else (1 + n % 2,))
]
SMALL_FILE, LARGER_THAN_THE_LAKES = 4_096, 100_000  # bytes


@pytest.fixture(scope="session")
def passed(kept: Kept, operator: Operator) -> dict[str, dict[str, int]]:
    """How often each point is passed in the kept process, where small batches make many of one."""
    found = {}
    operator.stand(kept, before="tariff", threads=2)
    for step in [name for name in STEPS if name != "init"]:
        log = kept.folder / f"{step}.points"
        ended = kept.step(step, log=log)
        assert ended.code == 0, (step, ended)
        found[step] = hits_in(log)
    assert canonical_sha256(ended) == operator.canonical
    for step in LATER:  # from where the tests begin
        log = kept.folder / f"{step}.alone.points"
        operator.stand(kept, before=step, threads=2)
        assert kept.step(step, log=log).code == 0
        found[step] = hits_in(log)
    return found


def hits_in(log: Path) -> dict[str, int]:
    return dict(Counter(log.read_text().split()))


def test_every_named_point_is_passed_by_a_month(operator: Operator) -> None:
    passed = {step: set(names) - MADE_BEFORE if step == "init" else set(names) for step, names in PASSED.items()}
    assert passed == {s: set(n) for s, n in operator.hits.items()}
    never = POINTS.keys() - MADE_BEFORE - {name for names in operator.hits.values() for name in names}
    assert never == NEVER_PASSED.keys()


@pytest.mark.parametrize(("life", "threads"), LIVES)
def test_killed_at_points_and_typed_again_nothing_is_lost_or_doubled(
    kept: Kept, operator: Operator, passed: dict[str, dict[str, int]], record_property: Callable[[str, Any], None],
    life: list[tuple[str, str, str]], threads: int,
) -> None:  # fmt: skip
    def kill(step: str) -> None:
        [(name, hit)] = [(name, hit) for at, name, hit in life if at == step]
        times = passed[step][name]
        number = 1 if hit == "first" else random.Random(f"{step} {name} {threads}").randint(2, times)
        ended = kept.step(step, plan=f"{name}:{number}=kill")
        assert ended.killed, (step, name, ended)
        record_property("killed_at", f"{step} {name}")
        nothing_half_visible(kept, doctor=hit == "later")

    whole.live_through(kept, operator, {step: kill for step, _, _ in life}, threads=threads)


def nothing_half_visible(kept: Kept, *, doctor: bool = True) -> None:
    """Whatever a row points at is there with its bytes, before anybody has repaired anything."""
    home = kept.folder / HOME
    present = lake_of(home)
    assert {name: present.get(name) for name in manifest_of(home)} == manifest_of(home)
    if doctor and whole.HAS_DOCTOR:
        told = kept.run("doctor")
        assert told.code == 0, told


MOMENTS = [("rate", 0), ("calls", 1), ("bill", 2), ("rate", 3), ("calls", 4), ("bill", 5), ("rate", 6), ("calls", 7),
           ("bill", 8), ("rate", 9)]  # fmt: skip


@pytest.mark.parametrize(("step", "seed"), MOMENTS)
def test_killed_at_a_moment_nobody_chose_nothing_is_lost_or_doubled(
    kept: Kept, operator: Operator, record_property: Callable[[str, Any], None], step: str, seed: int
) -> None:
    threads = 1 + seed % 2
    operator.stand(kept, before=step, threads=threads)
    begun = time.monotonic()
    assert kept.step(step).code == 0
    lasted = time.monotonic() - begun
    dice = random.Random(seed)
    for _ in range(10):
        operator.stand(kept, before=step, threads=threads)
        running, begun = kept.start(*STEPS[step]), time.monotonic()
        running.waiting(lasted * dice.uniform(0.05, 0.95))
        running.kill()
        if running.wait().killed:
            break
        lasted = min(lasted, time.monotonic() - begun)  # the machine has less to do than before
    else:
        pytest.fail("it always ended before it was killed")
    record_property("killed_at", f"{step} (a random moment)")
    nothing_half_visible(kept)
    whole.type_again_and_go_on(kept, operator, step)


@pytest.mark.parametrize("plan", ["calls collect.commit", "rate rate.rated:3", "bill bill.chunk"])
def test_the_command_as_it_is_installed_dies_at_a_point_and_is_typed_again(
    kept: Kept, operator: Operator, record_property: Callable[[str, Any], None], tmp_path: Path, plan: str
) -> None:
    """The same with the real executable in place of a forked process."""
    step, point = plan.split()
    operator.stand(kept, before=step)
    ended = yidian(kept.folder, *STEPS[step], really=True, YIDIAN_POINTS=f"{point}=kill")
    assert ended.killed, ended
    record_property("killed_at", plan.partition(":")[0])
    again = yidian(kept.folder, *STEPS[step], really=True)
    assert again.code == 0, again
    whole.type_again_and_go_on(kept, operator, step)


@pytest.mark.parametrize("when", ["answer", "0.4", "0.7"])
def test_an_installation_whose_making_was_killed_is_made_by_the_same_line(
    operator: Operator, tmp_path: Path, record_property: Callable[[str, Any], None], when: str
) -> None:
    """Killed at its answer, and at moments nobody chose: with or without a row in it, init can be typed again."""
    shutil.copytree(operator.folder / "files", tmp_path / "files")
    begun = time.monotonic()
    assert yidian(tmp_path, "init", "another", "--cycle", "2026-10").code == 0
    lasted = time.monotonic() - begun
    plan = {"YIDIAN_POINTS": "answer=kill"} if when == "answer" else {}
    process = forks.start([YIDIAN, *installations.typed(STEPS["init"], cwd=tmp_path)], cwd=tmp_path,
                          env=environment(**plan), start_new_session=True, stdout=subprocess.DEVNULL)  # fmt: skip
    if when == "answer":
        assert process.wait(60) == -signal.SIGKILL
    else:
        time.sleep(float(when) * lasted)
        process.kill()
        process.wait(60)
    record_property("killed_at", "init answer" if when == "answer" else "init (a random moment)")
    assert yidian(tmp_path, *STEPS["init"]).code == 0
    told = yidian(tmp_path, "tariff", "load", "files/tariff")
    assert told.code == 0, told


@pytest.mark.parametrize(
    "life",
    [
        {"tariff": "import.commit", "calls": "collect.commit", "rate": "run.task", "bill": "bill.chunk",
         "close": "close.commit"},
        {"customers": "import.committed", "calls": "lake.renamed", "rate": "rate.rated", "bill": "run.publish"},
        {"rate": "run.publish"},
    ],
)  # fmt: skip
def test_an_error_at_a_point_is_told_and_the_command_works_again(
    kept: Kept, operator: Operator, life: dict[str, str]
) -> None:
    def fail(step: str) -> None:
        ended = kept.step(step, plan=f"{life[step]}=raise")
        assert ended.code == 1, ended
        assert "PlantedFault" in ended.err, ended
        assert "Traceback" not in ended.err
        nothing_half_visible(kept)

    whole.live_through(kept, operator, dict.fromkeys(life, fail), threads=2)


def test_where_a_file_cannot_grow_nothing_becomes_visible_and_it_works_when_it_can(
    kept: Kept, operator: Operator
) -> None:
    """A disk that is full for the lake: every write beyond a few kilobytes fails (row 22 of the fault matrix)."""

    def fill(step: str) -> None:
        before = manifest_of(kept.folder / HOME), business(kept)
        ended = kept.step(step, largest_file=SMALL_FILE)
        assert ended.code == 1, ended
        assert "Traceback" not in ended.err
        assert "too large" in ended.err.lower() or "disk" in ended.err.lower(), ended.err
        assert (manifest_of(kept.folder / HOME), business(kept)) == before
        nothing_half_visible(kept)

    whole.live_through(kept, operator, dict.fromkeys(("calls", "sessions", "rate", "bill"), fill), threads=2)


@pytest.mark.skipif(installations.ON_POSTGRESQL, reason="the files of a server are not written by our process")
def test_where_the_database_cannot_grow_nothing_becomes_visible_and_it_works_when_it_can(
    kept: Kept, operator: Operator
) -> None:
    """The same for the database: pages beyond a limit cannot be written (row 3); no file of the lake is so large."""

    def fill(step: str) -> None:
        before = manifest_of(kept.folder / HOME), business(kept)
        ended = kept.step(step, largest_file=LARGER_THAN_THE_LAKES)
        assert ended.code == 1, ended
        assert "Traceback" not in ended.err
        assert (manifest_of(kept.folder / HOME), business(kept)) == before

    whole.live_through(kept, operator, dict.fromkeys(("customers", "calls", "rate", "bill"), fill), threads=2)


def business(kept: Kept) -> dict[str, int]:
    """Rows of everything but the record of runs and bills that no run has published."""
    rows, _, _ = state_of(kept.folder / HOME)
    hidden = ("customer_bill_customerbill", "customer_bill_billtax")
    return {name: count for name, count in whole.without_runs(rows).items() if name not in hidden}
