"""How long a counter waits while a month is brought to its end: `make bench CASES=locks`.

One process does what an operator does at night (money comes in, bills are made, posted, cleared, paid, dunned), each as
a command of its own; another takes a number every 20 ms, the smallest write there is (frame, audit, key). Printed are,
for each command, the waits beyond what the same write takes alone.
`python -m bench.locks HOME` is the counter: it writes until its stdin ends, and prints when and how long as JSON.
`python -m bench.locks HOME file NAME SHARE` writes a payment file of so many in ten accounts.
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

from bench.synthetic import CYCLE

GOAL_S = 0.2
EVERY_S = 0.02
ALONE = 100  # writes before the first command begins
MAPPING = """
format = 1
channel = "bank"
[fields]
txn = "id"
payer = "account"
amount = "amount"
when = "at"
"""


def counter(home: Path) -> None:
    from yidian.config.start import start

    start(home)
    from yidian.platform.numbering.operations import next_number
    from yidian.platform.tenancy.queries import serving
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    def work(frame: Any) -> dict[str, Any]:
        return {"number": next_number(frame=frame, series="bench", form="B-{:08d}")}

    taken: list[tuple[float, float]] = []
    began = time.time_ns()
    with serving(code="operator") as tenant:
        while not select.select([sys.stdin], [], [], EVERY_S)[0]:
            now = datetime.now(UTC)
            at = time.monotonic()
            perform(tenant=tenant, actor=Actor("staff", "counter"), operation="bench.take", key=f"{began} {len(taken)}",
                    request={}, now=now, work=work)  # fmt: skip
            taken.append((at, time.monotonic() - at))
            if len(taken) == ALONE:
                print(json.dumps([seconds for _, seconds in taken]), flush=True)
    print(json.dumps(taken[ALONE:]), flush=True)


def payment_file(home: Path, name: str, share: int) -> None:
    """A file of payments of `share` accounts in ten, between 20 and 199 yuan."""
    from yidian.config.start import start

    start(home)
    from yidian.domains.party.models import BillingAccount
    from yidian.platform.tenancy.queries import serving

    with serving(code="operator") as tenant:
        codes = list(BillingAccount.objects.filter(tenant=tenant).order_by("code").values_list("code", flat=True))
    lines = [
        f"{name}{n},{code},{20 + n * 37 % 180}.00,2026-11-03 10:00:00"
        for n, code in enumerate(codes)
        if n * 7 % 10 < share
    ]
    (home / f"{name}.csv").write_text("\n".join(["id,account,amount,at", *lines]) + "\n")
    (home / "payments.toml").write_text(MAPPING)


def commands(home: Path) -> list[tuple[str, list[str]]]:
    """What is done meanwhile, in order: name and words."""
    yidian = [str(Path(sys.executable).with_name("yidian")), "--home", str(home)]
    files = ["--mapping", str(home / "payments.toml")]
    return [
        ("import payments (ahead)", [*yidian, "import", "payments", str(home / "ahead.csv"), *files]),
        ("bill", [sys.executable, "-m", "bench.month", str(home), "1", "bill"]),
        ("post", [*yidian, "post", CYCLE]),
        ("clear", [*yidian, "clear", CYCLE]),
        ("import payments (owed)", [*yidian, "import", "payments", str(home / "owed.csv"), *files]),
        ("dun", [*yidian, "dun", datetime.now(UTC).date().isoformat()]),
    ]


def measure(home: Path) -> None:
    """The case: the month is rated already; bring it to its end while the counter writes."""
    for name, share in (("ahead", 4), ("owed", 8)):
        subprocess.run([sys.executable, "-m", "bench.locks", str(home), "file", name, str(share)], check=True)
    line = [sys.executable, "-m", "bench.locks", str(home)]
    times: list[tuple[str, float, float]] = []
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        alone = statistics.median(json.loads(desk.stdout.readline()))
        for name, words in commands(home):
            began = time.monotonic()
            subprocess.run(words, check=True, capture_output=True, text=True)
            times.append((name, began, time.monotonic()))
        told, _ = desk.communicate("stop\n")
    writes: list[tuple[float, float]] = json.loads(told)
    for name, began, ended in times:
        report(name, [max(0.0, took - alone) for at, took in writes if began <= at < ended], ended - began)
    print(f"locks: {len(writes):,} writes of {alone * 1000:.1f} ms alone (goal: no wait over {GOAL_S * 1000:.0f} ms)")


def report(name: str, waits: list[float], took_s: float) -> None:
    """One command's line."""
    held = sorted(waits) or [0.0]
    within = held[len(held) * 99 // 100]
    print(
        f"locks {name}: {took_s:.1f} s, longest wait {held[-1] * 1000:.0f} ms; 99 in 100 within {within * 1000:.0f}; "
        f"over {GOAL_S * 1000:.0f} ms: {sum(wait > GOAL_S for wait in held)} of {len(held):,}",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[2:3] == ["file"]:
        payment_file(Path(sys.argv[1]), sys.argv[3], int(sys.argv[4]))
    else:
        counter(Path(sys.argv[1]))
