"""`python -m tests.postgres.writer HOW TIMES`: one of several processes that write the same rows at the same time.

Ready, it prints a line; at a line on its stdin it begins. HOW: `numbers` takes business numbers, `ledger` books into
one account, `planted` is how it must not be done: it reads where a counter stands, and writes what it has computed.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def main(how: str, times: int) -> None:
    from yidian.config.start import start

    start(Path(os.environ["YIDIAN_HOME"]))
    from yidian.platform.tenancy import queries
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    with queries.serving(code="operator") as tenant:
        work = {"numbers": numbers, "ledger": ledger, "planted": planted}[how]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for n in range(times):
            told = perform(
                tenant=tenant, actor=Actor("system", "test"), operation=f"test.{how}", key=f"{os.getpid()}-{n}",
                request={"n": n}, now=NOW, work=work,
            )  # fmt: skip
            sys.stdout.write(f"{told.answer['told']}\n")


def numbers(frame: Any) -> dict[str, Any]:
    from yidian.platform.numbering.operations import next_number

    return {"told": next_number(frame=frame, series="test", form="T-{:06d}")}


def ledger(frame: Any) -> dict[str, Any]:
    from yidian.domains.ledger.operations import post
    from yidian.domains.ledger.types import AccountKey, Leg

    legs = [Leg(AccountKey("deposit", owner="A1", code="test"), -3), Leg(AccountKey("cash", code="counter"), 3)]
    return {"told": post(frame=frame, kind="test", legs=legs, refers="test", on=date(2026, 11, 2))}


def planted(frame: Any) -> dict[str, Any]:
    """Check, then write: the lost update that the barrier is there to find."""
    from yidian.platform.numbering.models import NumberSeries

    row = NumberSeries.objects.get(series="planted")
    time.sleep(0.01)
    NumberSeries.objects.filter(pk=row.pk).update(last=row.last + 1)
    return {"told": row.last + 1}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
