"""Jobs: one owner at a time, each asked for once, tried again with patience, parked with a reason, never in the way."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yidian.kernel.faults import refuse
from yidian.platform.clock import VirtualClock
from yidian.platform.jobs import lifecycle, queue
from yidian.platform.jobs.hold import Hold
from yidian.platform.jobs.models import Job
from yidian.platform.jobs.operations import enqueue, retry
from yidian.platform.jobs.queue import UnableToHold
from yidian.platform.jobs.turns import run_once
from yidian.platform.jobs.worker import Kind, Worker
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ABLE = {"count": (1, 3)}
LEASE = timedelta(seconds=60)
numbers = itertools.count()


def ask(tenant: Any, key: str = "one", *, at: datetime | None = None, kind: str = "count", version: int = 1) -> int:
    def work(frame: Frame) -> dict[str, Any]:
        job = enqueue(frame=frame, kind=kind, params={"of": key}, key=key, at=at, version=version)
        return {"job": job}

    told = perform(
        tenant=tenant, actor=Actor("staff", "zhang"), operation="test.ask", key=f"ask {next(numbers)}", request={},
        now=NOW, work=work,
    )  # fmt: skip
    return int(told.answer["job"])


def take(tenant: Any, owner: str = "first", *, lease: timedelta = LEASE, now: datetime = NOW) -> Any:
    return queue.take(tenant=tenant, kinds=ABLE, owner=owner, lease=lease, now=now)


def worker(tenant: Any, work: Any, clock: VirtualClock | None = None, **more: Any) -> Worker:
    told: list[tuple[str, Mapping[str, object]]] = more.pop("told", [])
    return Worker(
        tenant=tenant, kinds={"count": Kind(work, attempts=3)}, clock=clock or VirtualClock(NOW), owner="test",
        tell=lambda code, params: told.append((code, params)), beats=False, **more,
    )  # fmt: skip


def test_every_pair_of_state_and_event() -> None:
    may = {
        ("queued", "take"), ("failed", "take"), ("working", "take"), ("working", "finish"), ("working", "release"),
        ("working", "fail"), ("working", "give_up"), ("parked", "retry"), ("failed", "retry"),
    }  # fmt: skip
    for state, event in itertools.product(lifecycle.STATES, lifecycle.EVENTS):
        if (state, event) in may:
            assert lifecycle.following(job=1, state=state, event=event) in lifecycle.STATES
        else:
            with pytest.raises(lifecycle.UnableToMoveJob) as refused:
                lifecycle.following(job=1, state=state, event=event)
            assert refused.value.params == {"job": 1, "state": state, "event": event}
    assert {"done"} == {s for s in lifecycle.STATES if not any((s, e) in lifecycle.NEXT for e in lifecycle.EVENTS)}


def test_asked_five_times_it_is_one_job(tenant: Any) -> None:
    assert len({ask(tenant) for _ in range(5)}) == 1
    assert ask(tenant, "another") != ask(tenant)


def test_a_job_is_there_only_if_the_write_is_that_asked_for_it(tenant: Any) -> None:
    def work(frame: Frame) -> dict[str, Any]:
        enqueue(frame=frame, kind="count", params={}, key="lost")
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        perform(
            tenant=tenant, actor=Actor("staff", "zhang"), operation="test.ask", key="k", request={}, now=NOW, work=work
        )
    assert not Job.objects.exists()


def test_a_job_has_one_owner_until_the_lease_ends(tenant: Any) -> None:
    ask(tenant)
    first = take(tenant)
    assert take(tenant, "second") is None
    Job.objects.update(lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    second = take(tenant, "second")
    assert (second.fence, second.attempt) == (first.fence + 1, 2)


def test_who_lost_the_lease_can_write_nothing_more(tenant: Any) -> None:
    ask(tenant)
    first = take(tenant)
    Job.objects.update(lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    second = take(tenant, "second")
    for late in (
        lambda: queue.keep(first),
        lambda: queue.finish(first, result={}, done=1, total=1, now=NOW),
    ):
        with pytest.raises(UnableToHold) as refused:
            late()
        assert refused.value.code == "JOB_LOST"
    assert not queue.heartbeat(first, lease=LEASE, done=9, total=9)
    queue.release(first, at=NOW)
    queue.fail(first, reason={"code": "X"}, attempts=99, now=NOW)
    queue.give_up(first, reason={"code": "X"}, now=NOW)
    row = Job.objects.get()
    assert (row.state, row.owner, row.done, row.reason) == ("working", "second", 0, {})
    queue.keep(second)
    queue.finish(second, result={"n": 1}, done=1, total=1, now=NOW)


def test_a_write_behind_the_fence_is_refused_whole(tenant: Any) -> None:
    ask(tenant)
    first = take(tenant)
    Job.objects.update(lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    take(tenant, "second")
    hold = Hold(first, tenant=tenant, now=NOW, stop=worker(tenant, None).stop)

    def work(frame: Frame) -> dict[str, Any]:
        frame.emit("never", aggregate="a/1", payload={})
        return {}

    with pytest.raises(UnableToHold):
        perform(
            tenant=tenant, actor=Actor("system", "worker"), operation="test.effect", key=hold.key, request={}, now=NOW,
            work=hold.fenced(work),
        )  # fmt: skip
    assert not OutboxEvent.objects.filter(event="never").exists()


def test_a_job_waits_for_its_time_and_the_earlier_goes_first(tenant: Any) -> None:
    ask(tenant, "later", at=NOW + timedelta(hours=2))
    ask(tenant, "sooner", at=NOW + timedelta(hours=1))
    assert take(tenant) is None
    done: list[str] = []
    clock = VirtualClock(NOW + timedelta(hours=3))
    assert run_once([worker(tenant, lambda hold: done.append(hold.params["of"]) or {}, clock)]) == 2
    assert done == ["sooner", "later"]


def test_a_worker_leaves_to_others_what_its_program_does_not_know(tenant: Any) -> None:
    ask(tenant, "new kind", kind="next year's")
    ask(tenant, "new parameters", version=2)
    assert take(tenant) is None
    assert queue.take(tenant=tenant, kinds={"count": (2, 3)}, owner="newer", lease=LEASE, now=NOW) is not None


def test_a_job_that_always_fails_is_parked_with_its_reason_and_the_queue_moves(tenant: Any) -> None:
    poison, clock, tried = ask(tenant, "poison"), VirtualClock(NOW), []
    for n in range(3):
        ask(tenant, f"good {n}")

    def work(hold: Hold) -> dict[str, Any]:
        tried.append(hold.params["of"])
        if hold.params["of"] == "poison":
            raise ZeroDivisionError("by nought")
        return {}

    one = worker(tenant, work, clock)
    run_once([one])
    assert tried == ["poison", "good 0", "good 1", "good 2"]
    row = Job.objects.get(pk=poison)
    assert row.state == "failed"
    pauses = []
    while Job.objects.get(pk=poison).state == "failed":
        pauses.append(Job.objects.get(pk=poison).scheduled_for - clock.now())
        clock.push(pauses[-1])
        run_once([one])
    assert tried.count("poison") == 3
    assert pauses[0] < pauses[1]
    row.refresh_from_db()
    assert (row.state, row.reason["code"], row.reason["kind"]) == ("parked", "UNFORESEEN", "ZeroDivisionError")
    told = OutboxEvent.objects.get(event="job.parked")
    assert told.payload["key"] == "poison"
    clock.push(timedelta(days=30))
    assert run_once([one]) == 0, "a person has to look"


def test_a_person_lets_a_parked_job_be_tried_again(tenant: Any) -> None:
    job, mended = ask(tenant), []

    def work(hold: Hold) -> dict[str, Any]:
        if not mended:
            raise refuse("MONTH_UNKNOWN", value="2026-13")
        return {"n": 7}

    one = worker(tenant, work)
    run_once([one])
    assert Job.objects.get().state == "parked", "bad input is not tried again: it would be as bad"
    assert Job.objects.get().reason["code"] == "MONTH_UNKNOWN"
    mended.append(True)
    for frame_key in ("first", "second"):

        def again(frame: Frame) -> dict[str, Any]:
            retry(frame=frame, job=job)
            return {}

        who = Actor("staff", "zhang")
        if frame_key == "first":
            perform(tenant=tenant, actor=who, operation="t", key=frame_key, request={}, now=NOW, work=again)
            run_once([one])
            continue
        with pytest.raises(lifecycle.UnableToMoveJob):
            perform(tenant=tenant, actor=who, operation="t", key=frame_key, request={}, now=NOW, work=again)
    row = Job.objects.get()
    assert (row.state, row.result, row.reason) == ("done", {"n": 7}, {})


def test_a_job_whose_owners_die_again_and_again_is_parked(tenant: Any) -> None:
    ask(tenant, "killer")
    ask(tenant, "good")
    for n in range(3):
        assert take(tenant, f"owner {n}").key == "killer"
        Job.objects.filter(key="killer").update(lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    assert take(tenant, "next").key == "good"
    row = Job.objects.get(key="killer")
    assert (row.state, row.reason) == ("parked", {"code": "JOB_OWNER_DIED", "owner": "owner 2"})


def test_somebody_else_at_work_on_the_same_is_no_failure(tenant: Any) -> None:
    from yidian.platform.jobs.engine import UnableToRun

    ask(tenant)
    clock = VirtualClock(NOW)

    def work(hold: Hold) -> dict[str, Any]:
        raise UnableToRun("cycle 2026-10", "process 7")

    one = worker(tenant, work, clock)
    for _ in range(10):
        run_once([one])
        row = Job.objects.get()
        assert (row.state, row.attempts) == ("queued", 0)
        assert row.scheduled_for > clock.now()
        clock.push(timedelta(minutes=1))


def test_told_to_end_a_job_ends_at_its_edge_and_is_given_back(tenant: Any) -> None:
    ask(tenant)
    steps: list[int] = []

    def work(hold: Hold) -> dict[str, Any]:
        hold.expect(10)
        for n in range(10):
            steps.append(n)
            if n == 3:
                one.stop.set()
            hold.advance()
        return {}

    one = worker(tenant, work)
    run_once([one])
    row = Job.objects.get()
    assert steps == [0, 1, 2, 3]
    assert (row.state, row.attempts) == ("queued", 0)


def test_effect_once_though_the_job_is_tried_five_times(tenant: Any) -> None:
    """Killed after the effect, before the record of it: as if the worker had vanished there, five times."""
    ask(tenant)

    def work(hold: Hold) -> dict[str, Any]:
        def effect(frame: Frame) -> dict[str, Any]:
            frame.emit("counted", aggregate="a/1", payload={})
            return {"n": 1}

        return perform(
            tenant=tenant, actor=Actor("system", "worker"), operation="test.effect", key=hold.key, request={}, now=NOW,
            work=hold.fenced(effect),
        ).answer  # fmt: skip

    able = {"count": (1, 99)}
    for n in range(5):
        held = queue.take(tenant=tenant, kinds=able, owner=f"owner {n}", lease=LEASE, now=NOW)
        assert held is not None
        hold = Hold(held, tenant=tenant, now=NOW, stop=worker(tenant, None).stop)
        assert work(hold) == {"n": 1}
        Job.objects.update(lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    assert OutboxEvent.objects.filter(event="counted").count() == 1


def test_jobs_out_of_order_come_to_the_same(tenant: Any) -> None:
    for order in itertools.permutations("abc"):
        name = "".join(order)
        for letter in order:
            ask(tenant, f"{name} {letter}")
        found: set[str] = set()
        run_once([worker(tenant, lambda hold, found=found: found.add(hold.params["of"][-1]) or {})])
        assert found == set("abc")
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
