"""One measured job in its own process: `python -m bench.month HOME THREADS rate|bill|rerate|post`: a line of JSON.

The program and its compiled functions are loaded before the clock starts; references, lake files and the database are
read within it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.synthetic import CYCLE


def main(home: Path, threads: int, job: str) -> dict[str, Any]:
    from yidian.config.start import start

    start(home)
    from django_scopes import scope

    from yidian.platform.tenancy.queries import tenant_by_code
    from yidian.runs.warm import warm

    warm()
    import yidian.runs.bill.run
    import yidian.runs.post.run
    import yidian.runs.rate.partial
    import yidian.runs.rate.run  # noqa: F401

    tenant = tenant_by_code(code="operator")
    with scope(tenant=tenant):
        began, cpu = time.perf_counter(), time.process_time()
        told = {"rate": rate_month, "bill": bill_month, "rerate": rerate_some, "post": post_month}[job](
            tenant, home, threads
        )
        told["wall_s"], told["cpu_s"] = time.perf_counter() - began, time.process_time() - cpu
    told["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return told


def rate_month(tenant: Any, home: Path, threads: int) -> dict[str, Any]:
    from yidian.runs.rate.inputs import Places
    from yidian.runs.rate.run import rate

    places = Places(home / "lake", home / "work")
    done = rate(tenant=tenant, places=places, cycle=CYCLE, now=datetime.now(UTC), threads=threads)
    return {"seconds": done.seconds, "events": done.taken, "good": done.good, "again": done.again}


def bill_month(tenant: Any, home: Path, threads: int) -> dict[str, Any]:
    from yidian.runs.bill.run import Places, bill

    place = Places(home / "lake", home / "work")
    began = time.perf_counter()
    done = bill(tenant=tenant, place=place, cycle_name=CYCLE, now=datetime.now(UTC), threads=threads)
    booked_s = done.billed / max(done.booked_per_s, 1)
    return {
        "computed_s": time.perf_counter() - began - booked_s,
        "booked_s": booked_s,
        "accounts": done.billed,
        "computed_per_s": done.computed_per_s,
        "booked_per_s": done.booked_per_s,
        "again": done.again,
    }


def post_month(tenant: Any, home: Path, _: int) -> dict[str, Any]:
    """The whole command, its breaks for a counter's writes included; `longest_ms`: the longest hold of the lock."""
    from yidian.runs.post.run import post
    from yidian.runs.rate.inputs import Places

    places = Places(home / "lake", home / "work")
    began = time.perf_counter()
    done = post(tenant=tenant, places=places, cycle=CYCLE, now=datetime.now(UTC))
    took = time.perf_counter() - began
    return {"seconds": took, "accounts": done.bills, "per_s": round(done.bills / took), "longest_ms": done.longest_ms}


def rerate_some(tenant: Any, home: Path, threads: int) -> dict[str, Any]:
    """1 % of the accounts, evenly spread, after their holdings changed."""
    from yidian.runs.rate.inputs import Places
    from yidian.runs.rate.partial import rerate

    accounts = json.loads((home / "changed.json").read_text())
    places = Places(home / "lake", home / "work")
    done = rerate(tenant=tenant, places=places, cycle=CYCLE, accounts=accounts, now=datetime.now(UTC), threads=threads)
    return {"seconds": done.seconds, "events": done.taken, "accounts": len(accounts)}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
