"""`python -m tests.postgres.holder HOW ROUNDS`: one of several processes that want the same numbers and the same port.

Ready, it prints a line; at a line on its stdin it begins. HOW: `numbers` reserves every number of the pool that it can,
in an order of its own; `port` reserves one port, uses it and retires it, over and over; `planted` is how it must not be
done: it looks whether a number is free, and then takes it. What it got is printed, a line each.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 2, tzinfo=UTC)
POOL = [f"1390077000{n}" for n in range(10)]
PORT = "P1"
ME = f"order/{os.getpid()}"


def main(how: str, rounds: int) -> None:
    from yidian.config.start import start

    start(Path(os.environ["YIDIAN_HOME"]))
    from yidian.domains.resource_inventory.operations import UnableToHold
    from yidian.platform.tenancy import queries
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    with queries.serving(code="operator") as tenant:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        work = {"numbers": number, "port": port, "planted": planted}[how]
        wanted = [PORT] if how == "port" else random.Random(os.getpid()).sample(POOL, len(POOL))
        for n in range(rounds):
            for id in wanted:
                try:
                    told = perform(
                        tenant=tenant, actor=Actor("system", "test"), operation=f"test.{how}", request={},
                        key=f"{os.getpid()}-{n}-{id}", now=NOW, work=lambda frame, id=id: work(frame, id),
                    )  # fmt: skip
                except UnableToHold as refused:
                    if refused.code == "RESOURCE_TAKEN":
                        continue
                    raise
                sys.stdout.write(f"{told.answer['told']}\n")


def number(frame: Any, id: str) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import reserve

    reserve(frame=frame, kind="number", id=id, holder=ME, until_ms=until_ms())
    return {"told": id}


def port(frame: Any, id: str) -> dict[str, Any]:
    """In one transaction: while it lasts nobody else may have it. What the history says is looked at afterwards."""
    from yidian.domains.resource_inventory.operations import reserve, retire, use

    reserve(frame=frame, kind="port", id=id, holder=ME, until_ms=until_ms())
    use(frame=frame, kind="port", id=id, holder=ME, subscriber=ME)
    retire(frame=frame, kind="port", id=id, subscriber=ME, quarantine_until_ms=0)
    return {"told": id}


def planted(frame: Any, id: str) -> dict[str, Any]:
    """Check, then write: what the barrier is there to find."""
    from yidian.domains.resource_inventory.models import Number
    from yidian.domains.resource_inventory.operations import UnableToHold

    row = Number.objects.get(tenant=frame.tenant, value=id)
    if row.state != "selectable":
        raise UnableToHold("RESOURCE_TAKEN", kind="number", resource=id)
    time.sleep(0.02)
    Number.objects.filter(pk=row.pk).update(state="reserved", holder=ME, until_ms=until_ms())
    return {"told": id}


def until_ms() -> int:
    return int((NOW + timedelta(minutes=30)).timestamp()) * 1000


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
