"""How long a counter waits while a bill run books: `make bench CASES=locks`.

Two processes on one installation: one bills a month of 20,000 subscribers, the other takes a number every 20 ms, the
smallest write there is (frame, audit, key). Printed are the waits beyond what the same write takes alone.
`python -m bench.locks HOME` is the counter: it writes until its stdin ends, and prints its seconds as JSON.
"""

from __future__ import annotations

import json
import select
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GOAL_S = 0.2
EVERY_S = 0.02
ALONE = 100  # writes before the run begins


def counter(home: Path) -> None:
    from yidian.config.start import start

    start(home)
    from yidian.platform.numbering.operations import next_number
    from yidian.platform.tenancy.queries import serving
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    def work(frame: Any) -> dict[str, Any]:
        return {"number": next_number(frame=frame, series="bench", form="B-{:08d}")}

    taken: list[float] = []
    began = time.time_ns()
    with serving(code="operator") as tenant:
        while not select.select([sys.stdin], [], [], EVERY_S)[0]:
            now = datetime.now(UTC)
            at = time.perf_counter()
            perform(tenant=tenant, actor=Actor("staff", "counter"), operation="bench.take", key=f"{began} {len(taken)}",
                    request={}, now=now, work=work)  # fmt: skip
            taken.append(time.perf_counter() - at)
            if len(taken) == ALONE:
                print(json.dumps(taken), flush=True)
    print(json.dumps(taken[ALONE:]), flush=True)


def measure(home: Path) -> None:
    """The case: the month is rated already; bill it while the counter writes."""
    line = [sys.executable, "-m", "bench.locks", str(home)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        alone = json.loads(desk.stdout.readline())
        bill = [sys.executable, "-m", "bench.month", str(home), "1", "bill"]
        billed = json.loads(subprocess.run(bill, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        told, _ = desk.communicate("stop\n")
    during = sorted(json.loads(told))
    usual = statistics.median(alone)
    held = [max(0.0, one - usual) for one in during]
    late = sum(one > GOAL_S for one in held)
    within = during[len(during) * 99 // 100]
    print(
        f"locks: {len(during):,} writes, {billed['accounts']:,} accounts billed: alone {usual * 1000:.1f} ms, "
        f"then {statistics.median(during) * 1000:.1f} ms, 99 of 100 within {within * 1000:.0f} ms"
    )
    print(f"locks longest_wait_ms: {max(held) * 1000:.0f} (goal {GOAL_S * 1000:.0f}; beyond it: {late})", flush=True)


if __name__ == "__main__":
    counter(Path(sys.argv[1]))
