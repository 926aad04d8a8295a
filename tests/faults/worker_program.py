"""A worker of its own process, with jobs made for faults: `worker_program.py OWNER LEASE_MS [KIND:KEY[@TENANT] ...]`.

It first asks for the jobs that are named. With YIDIAN_TEST_ONCE it does what is due and ends.

count   tells "counted" once per job, through a write with the job's key, behind the fence
slowly  goes on for a minute in steps of 50 ms, each an edge
wait    says "began", waits until a file named `go` appears beside the installation, then counts
poison  ends its process, at every attempt
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from yidian.config.start import start

HOME = Path(os.environ["YIDIAN_HOME"])


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - the test reads along


def ask(tenant: Any, jobs: tuple[str, ...]) -> None:
    from yidian.platform.clock import now
    from yidian.platform.jobs.operations import enqueue
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    def work(frame: Frame) -> dict[str, Any]:
        told = [job.partition(":") for job in jobs]
        return {"jobs": [enqueue(frame=frame, kind=kind, params={}, key=key) for kind, _, key in told]}

    perform(
        tenant=tenant, actor=Actor("staff", "zhang"), operation="test.ask", key=" ".join(jobs), request={}, now=now(),
        work=work,
    )  # fmt: skip


def kinds_of(owner: str) -> dict[str, Any]:
    from yidian.platform.jobs.hold import Hold
    from yidian.platform.jobs.worker import Kind
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import system

    def count(hold: Hold) -> dict[str, Any]:
        def effect(frame: Frame) -> dict[str, Any]:
            frame.emit("counted", aggregate=f"job/{hold.held.job}", payload={"owner": owner})
            return {"by": owner}

        return perform(
            tenant=hold.tenant, actor=system("worker"), operation="test.count", key=hold.key, request={}, now=hold.now,
            work=hold.fenced(effect),
        ).answer  # fmt: skip

    def slowly(hold: Hold) -> dict[str, Any]:
        hold.expect(1200)
        say("began", hold.held.job)
        for _ in range(1200):
            time.sleep(0.05)
            hold.advance()
        return {}

    def wait(hold: Hold) -> dict[str, Any]:
        say("began", hold.held.job)
        while not (HOME / "go").exists():
            time.sleep(0.02)
        return count(hold)

    def poison(hold: Hold) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    return {"count": Kind(count), "slowly": Kind(slowly), "wait": Kind(wait), "poison": Kind(poison, attempts=2)}


def main(owner: str, lease_ms: str, *jobs: str) -> None:
    place = start(HOME)
    from yidian.platform import points
    from yidian.platform.clock import MachineClock
    from yidian.platform.jobs.turns import Turns, run_once
    from yidian.platform.jobs.worker import Worker
    from yidian.platform.tenancy.queries import serving, tenants

    def tell(code: str, params: Mapping[str, object]) -> None:
        say(code, *params.values())

    kinds = kinds_of(owner)
    stop = threading.Event()

    def worker_of(tenant: Any) -> Worker:
        return Worker(
            tenant=tenant, kinds=kinds, clock=MachineClock(), owner=owner, tell=tell, stop=stop,
            lease=timedelta(milliseconds=int(lease_ms)),
        )  # fmt: skip

    turns = Turns(
        tenants=tenants, worker_of=worker_of, clock=MachineClock(), tell=tell, stop=stop, at_once=1, stuck_s=0.5
    )
    signal.signal(signal.SIGTERM, lambda *_: turns.end())
    for tenant in tenants():
        ours = tuple(job.partition("@")[0] for job in jobs if (job.partition("@")[2] or place.tenant) == tenant.code)
        with serving(code=tenant.code):
            if ours:
                ask(tenant, ours)
    points.configure(os.environ.get("YIDIAN_TEST_POINTS", ""))  # from here on: asking is no part of the fault
    say("ready")
    if os.environ.get("YIDIAN_TEST_ONCE"):
        run_once([worker_of(tenant) for tenant in tenants()])
    else:
        turns.run()
    say("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
