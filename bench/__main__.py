"""`make bench`: what the main job costs, as ratios to the floor in the same run. Figures are printed, never asserted.

make bench                      every case
make bench CASES="rate-3m"      one case
BENCH_DATABASE=URL              an empty PostgreSQL database (cases locks, post, pages, orders, customers)
BENCH_CUSTOMERS=N               subscribers of the case pages (default: 24,000, in some 20,000 accounts)
BENCH_MILLION=N                 customers of the case customers (default: 1,000,000)
BENCH_HOME=DIR                  where the synthetic operators are kept between runs (default: a temporary folder)
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.synthetic import CYCLE, PLAIN

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "24000"))
MILLION = os.environ.get("BENCH_MILLION", "1000000")
SIZES = {"3m": (20_000, 3_000_000, 3), "30m": (200_000, 30_000_000, 1),
         "locks": (25_000, 250_000, 1),
         "post": (100_000, 200_000, 1),
         "features": (20_000, 3_000_000, 3),
         "orders": (2_000, 40_000, 1),
         "customers": (2_000, 40_000, 1),
         "pages": (CUSTOMERS, CUSTOMERS * (20 if CUSTOMERS <= 100_000 else 3), 1),
         }  # subscribers, events, repetitions  # fmt: skip
CASES = ("rate-3m", "rate-30m", "rate-30m-all", "rerate-30m", "features", "locks", "post", "pages", "tariff", "best",
         "first-bill", "orders", "customers")  # fmt: skip
GOALS = "goals: ratio_to_floor <= 3; 30 M <= 11 x 3 M; RSS <= 2 GB at 30 M; re-rating 1 % <= 10 % of the full run"


def job(home: Path, module: str, *arguments: object) -> dict[str, Any]:
    """Run a measured job in its own process."""
    command = [sys.executable, "-m", module, str(home), *map(str, arguments)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def operator(root: Path, size: str) -> Path:
    subscribers, events, _ = SIZES[size]
    home = root / size
    if not (home / "made").exists():
        print(f"# making an operator of {subscribers:,} subscribers and {events:,} events", flush=True)
        subprocess.run([sys.executable, "-m", "bench.synthetic", str(home), str(subscribers), str(events)], check=True)
    return home


def forget(home: Path) -> None:
    """Take the installation back to where nothing was rated."""
    database = sqlite3.connect(home / "yidian.sqlite3")
    with database:
        database.execute("UPDATE customer_bill_billingcycle SET rate_run_id = NULL, bill_run_id = NULL")
        for table in (
            "customer_bill_parkedunit",
            "customer_bill_billtax",
            "customer_bill_customerbill",
            "jobs_runtask",
        ):
            database.execute(f"DELETE FROM {table}")
        database.execute("DELETE FROM lake_lakefile WHERE kind <> 'usage'")
        database.execute("DELETE FROM jobs_run")
    database.close()
    for path in (home / "work").rglob("*"):
        if path.is_file() and path.suffix != ".lock":
            path.unlink()
    for kind in ("rated", "rated_total", "reject", "left", "mark", "bill_item"):
        for path in (home / "lake").glob(f"*/{kind}/**/*.parquet"):
            path.unlink()


def told(rated: dict[str, Any], billed: dict[str, Any], floor: dict[str, Any]) -> str:
    """One run in words."""
    seconds = rated["wall_s"] + billed["computed_s"]
    processor = rated["cpu_s"] + billed["cpu_s"]
    return (
        f"{rated['events']:,} events rated in {rated['wall_s']:.2f} s, {billed['accounts']:,} accounts billed in "
        f"{billed['computed_s']:.2f} s and durably booked in {billed['booked_s']:.2f} s more "
        f"(computed {billed['computed_per_s']:,}/s, booked {billed['booked_per_s']:,}/s); "
        f"floor {floor['read_s']:.2f} + {floor['write_s']:.2f} s; {rated['events'] / seconds:,.0f} events/s; "
        f"RSS {max(rated['rss_mb'], billed['rss_mb'])} MB; rated alone {rated['wall_s'] / floor['seconds']:.2f}, "
        f"with booking {(seconds + billed['booked_s']) / floor['seconds']:.2f} times the floor; of processors "
        f"{processor:.2f} s with booking, {processor / floor['cpu_s']:.2f} times the floor's {floor['cpu_s']:.2f}"
    )


def rate(root: Path, size: str) -> None:
    """Events in the lake → rated events and bills, on 1 and on 2 threads, each beside its floor.

    A size "…-all": by a tariff of which somebody uses every feature.
    """
    size, _, every = size.partition("-")
    home = operator(root, size)
    use(home, every or PLAIN)
    size = f"{size}-{every}" if every else size
    for threads in (1, 2):
        ratios, runs = [], []
        for _ in range(SIZES[size.partition("-")[0]][2]):
            forget(home)
            rated, billed = job(home, "bench.month", threads, "rate"), job(home, "bench.month", threads, "bill")
            floor = job(home, "bench.floor", threads)
            seconds = rated["wall_s"] + billed["computed_s"]
            ratios.append(seconds / floor["seconds"])
            runs.append(seconds)
            print(f"rate-{size} threads={threads}: {told(rated, billed, floor)}", flush=True)
        print(f"rate-{size}-threads-{threads} seconds {statistics.median(runs):.2f}")
        print(f"rate-{size}-threads-{threads} ratio_to_floor: {statistics.median(ratios):.2f}", flush=True)


def use(home: Path, variant: str) -> None:
    """Let a variant of the synthetic tariff be the newest edition, with the facts that it asks for."""
    module = [sys.executable, "-m", "bench.features", str(home)]
    subprocess.run([*module, "use", variant], check=True)
    if variant != PLAIN:
        subprocess.run([*module, "facts"], check=True)


def rerate(root: Path, size: str) -> None:
    """1 % of the accounts change their offer in the month and are rated again, against the whole cycle."""
    home = operator(root, size)
    use(home, PLAIN)
    forget(home)
    full = job(home, "bench.month", 2, "rate")
    subprocess.run([sys.executable, "-m", "bench.synthetic", str(home), "change"], check=True)
    ratios = []
    for _ in range(3):
        again = job(home, "bench.month", 2, "rerate")
        ratios.append(again["wall_s"] / full["wall_s"])
        print(f"rerate-{size}: {again['events']:,} events of {again['accounts']:,} accounts in {again['wall_s']:.2f} s")
    print(f"rerate-{size} ratio_to_full: {statistics.median(ratios):.3f}", flush=True)


def locks(root: Path, size: str) -> None:
    """A counter's write while a month is brought to its end: what is booked stays, so each time an operator is made."""
    from bench.locks import measure

    shutil.rmtree(root / size, ignore_errors=True)
    home = operator(root, size)
    job(home, "bench.month", 2, "rate")
    measure(home)


def post(root: Path, size: str) -> None:
    """Bills into the ledger and what is owed, durably, beside what booking the same bills cost in the same run."""
    shutil.rmtree(root / size, ignore_errors=True)  # what is posted stays
    home = operator(root, size)
    job(home, "bench.month", 2, "rate")
    billed, posted = (job(home, "bench.month", 2, one) for one in ("bill", "post"))
    print(
        f"post: {posted['accounts']:,} accounts posted in {posted['seconds']:.2f} s ({posted['per_s']:,}/s), longest "
        f"hold {posted['longest_ms']} ms; their bills booked at {billed['booked_per_s']:,}/s"
    )
    print(f"post ratio_to_booking: {billed['booked_per_s'] / posted['per_s']:.2f}", flush=True)


def pages(root: Path, size: str) -> None:
    """Every page of hall and desk over customers drawn at random: a month billed and posted, payments come in."""
    home = operator(root, size)
    for one in ("rate", "bill"):
        job(home, "bench.month", 2, one)
    yidian = str(Path(sys.executable).with_name("yidian"))
    subprocess.run([sys.executable, "-m", "bench.pages", str(home), "payments"], check=True)
    paid = ["import", "payments", str(home / "paid.csv"), "--mapping", str(home / "payments.toml")]
    for words in (["post", CYCLE], paid):
        began = time.perf_counter()
        subprocess.run([yidian, "--home", str(home), *words], check=True, capture_output=True)
        print(f"# {' '.join(words[:2])}: {time.perf_counter() - began:.0f} s", flush=True)
    subprocess.run([sys.executable, "-m", "bench.pages", str(home)], check=True)


def tariff(root: Path, size: str) -> None:
    """200 plans and a rate deck from the command line, as CSV and as a workbook."""
    from bench.tariff import measure

    measure(root / size)


def features(root: Path, size: str) -> None:
    """Each feature of a tariff against the plain one."""
    from bench.features import measure

    home = operator(root, size)
    forget(home)
    measure(home, job, rounds=SIZES[size][2])


def best(root: Path, size: str) -> None:
    """The best plan of one subscription and of everybody, on an operator of 200 plans and three months."""
    home = root / size
    for words in (["make", "2000"], []):
        subprocess.run([sys.executable, "-m", "bench.best", str(home), *words], check=True)


def first(root: Path, size: str) -> None:
    """first-bill: what an order comes to on the next bills, on the operator of the case best."""
    assert size == "bill"
    home = root / "best"
    subprocess.run([sys.executable, "-m", "bench.best", str(home), "make", "2000"], check=True)
    subprocess.run([sys.executable, "-m", "bench.first_bill", str(home)], check=True)


def orders(root: Path, size: str) -> None:
    """Orders from an empty cart to a line that is open: what is ordered stays, so each time an operator is made."""
    shutil.rmtree(root / size, ignore_errors=True)
    home = operator(root, size)
    subprocess.run([sys.executable, "-m", "bench.orders", str(home)], check=True)


def customers(root: Path, size: str) -> None:
    """Finding one of a million customers, and everything of them on one page: the million is made here, in bulk."""
    home = operator(root, size)
    if not (home / "million").exists():
        for one in ("rate", "bill", "post"):
            job(home, "bench.month", 2, one)
        subprocess.run([sys.executable, "-m", "bench.customers", str(home), "make", MILLION], check=True)
        (home / "million").write_text("")
    subprocess.run([sys.executable, "-m", "bench.customers", str(home)], check=True)


def main(cases: list[str]) -> None:
    import numba
    import pyarrow

    print(f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"numba {numba.__version__}, pyarrow {pyarrow.__version__}")  # fmt: skip
    print(f"# {GOALS}")
    told = os.environ.get("BENCH_HOME")
    with tempfile.TemporaryDirectory(prefix="yidian-bench-") as temporary:
        root = Path(told or temporary)
        for case in cases or CASES:
            kind, _, size = case.partition("-")
            {
                "rate": rate, "rerate": rerate, "features": features, "locks": locks, "post": post, "pages": pages,
                "tariff": tariff, "best": best, "first": first, "orders": orders,
                "customers": customers,
            }[kind](root, size or kind)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
