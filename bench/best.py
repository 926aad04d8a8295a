"""What the best plan costs: `make bench CASES=best`; one subscription × 200 offers × 3 months, then everybody's.

`python -m bench.best HOME make SUBSCRIBERS` makes an operator of 200 plans and rates three months of it (150 events a
subscription and month); `python -m bench.best HOME` measures it in one process, on one thread. *computed*: everything
is read and the tariff compiled; *whole*: with the database, and usage that the process has seen; *cold*: with usage
that it has not, out of the worker's copies by number; *looked through*: where there are none. One plain rating and
billing of the months stands beside everybody's best plan.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

PLANS = 200
MONTHS = ("2026-08", "2026-09", "2026-10")
FIRST_DAY, LAST_DAY = -61, 31  # from the first of October
EVENTS = 150  # of a subscription in a month
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
LOOKS = 40
BULK_OFFERS = 20  # of everybody's best plan
GOAL_MS = 50


def make(home: Path, subscribers: int) -> None:
    """An operator whose three months are rated."""
    from bench import synthetic

    synthetic.PLANS = PLANS
    if (home / "made").exists():
        return
    yidian = str(Path(sys.executable).with_name("yidian"))
    subprocess.run([yidian, "init", str(home), "--cycle", MONTHS[0]], check=True)
    for month in MONTHS[1:]:
        subprocess.run([yidian, "--home", str(home), "cycle", "open", month], check=True)
    tenant = _started(home)
    from django.db import transaction
    from django_scopes import scope

    from yidian.domains.product_catalog.operations import load_tariff
    from yidian.platform.lake.operations import register, write_file
    from yidian.runs.rate.inputs import Places
    from yidian.runs.rate.run import rate

    rng = np.random.default_rng(1)
    table = synthetic.tariff(rng)
    msisdn, area = synthetic.numbers(rng, table, subscribers)
    others = synthetic.numbers(np.random.default_rng(11), table, 1_000_000)[0]
    with scope(tenant=tenant):
        load_tariff(tenant=tenant, tariff=table, source="bench", now=synthetic.NOW)
        synthetic.write_customers(home / "customers.csv", synthetic.customers(rng, msisdn, area))
        subprocess.run([yidian, "--home", str(home), "import", "customers", str(home / "customers.csv")], check=True)
        for day in range(FIRST_DAY, LAST_DAY):
            chance = np.random.default_rng(2_000 + day)
            part = synthetic.usage(chance, msisdn, area, others, table, day, subscribers * EVENTS // 31)
            file = write_file(
                tenant=tenant, kind="usage", subject="bench", table=part, name=f"{day - FIRST_DAY:02d}",
                lake=home / "lake",
            )  # fmt: skip
            with transaction.atomic():
                register(tenant=tenant, files=[file])
        for month in MONTHS:
            rate(tenant=tenant, places=Places(home / "lake", home / "work"), cycle=month, now=NOW, threads=1)
    (home / "made").write_text("")


def _started(home: Path) -> Any:
    from yidian.config.start import start

    start(home)
    from yidian.platform.tenancy.queries import tenant_by_code

    return tenant_by_code(code="operator")


def measure(home: Path) -> None:
    """p50 and p95 of one subscription, and how many subscriber-offer-months a second everybody's best plan prices."""
    tenant = _started(home)
    from django_scopes import scope

    from yidian.runs.rate.inputs import Places
    from yidian.runs.warm import warm

    warm()
    places = Places(home / "lake", home / "work")
    with scope(tenant=tenant):
        _one(tenant, places)
        _everybody(tenant, places)


def _one(tenant: Any, places: Any) -> None:
    from yidian.domains.product_inventory.models import Subscriber
    from yidian.runs.best.one import best_plan, compared, prepared
    from yidian.runs.rate.by_number import copies_of
    from yidian.runs.rate.few import forget_usage

    codes = list(Subscriber.objects.filter(tenant=tenant).order_by("code").values_list("code", flat=True))
    drawn = random.Random(1).sample(codes, LOOKS)
    asked = {"tenant": tenant, "places": places, "now": NOW, "months": len(MONTHS)}
    began = time.perf_counter()
    best_plan(subscriber=drawn[0], **asked)
    print(f"best first of a process: {(time.perf_counter() - began) * 1000:.0f} ms", flush=True)
    for code in drawn:
        best_plan(subscriber=code, **asked)
    ready = {code: prepared(subscriber=code, **asked) for code in drawn}
    events = sum(len(month.some.records) for one in ready.values() for _, month in one.months) / LOOKS
    people = sum(len(month.some.reference.subscriber_id) for one in ready.values() for _, month in one.months) / LOOKS
    print(
        f"# {events:.0f} events of {people / len(MONTHS):.1f} subscriptions a customer, x {PLANS + 1} copies",
        flush=True,
    )
    alone = [code for code in drawn if all(len(m.some.reference.subscriber_id) == 1 for _, m in ready[code].months)]
    _tell("computed", [partial(compared, ready[code]) for code in drawn])
    _tell("computed, alone in its account", [partial(compared, ready[code]) for code in alone])
    _tell("whole", [partial(best_plan, subscriber=code, **asked) for code in drawn])
    looks = [partial(best_plan, subscriber=code, **asked) for code in drawn]
    shutil.rmtree(copies_of(tenant=tenant, work=places.work), ignore_errors=True)
    forget_usage()
    _tell("cold, looked through", looks)
    _copy(tenant, places)
    forget_usage()
    _tell("cold", looks)


def _copy(tenant: Any, places: Any) -> None:
    """What the worker does once a month was rated."""
    from yidian.platform.lake.queries import files
    from yidian.runs.rate.by_number import copies_of, keep_by_number

    began_work, count = time.process_time(), 0
    while made := keep_by_number(tenant=tenant, places=places):
        count += made
    worked, usage = time.process_time() - began_work, files(tenant=tenant, kind="usage")
    size = sum(path.stat().st_size for path in copies_of(tenant=tenant, work=places.work).iterdir())
    print(
        f"best copies: {count} files of {sum(file.rows for file in usage):,} events in {worked:.1f} s of a processor, "
        f"{size / 1e6:.1f} MB beside {sum(file.bytes for file in usage) / 1e6:.1f} MB", flush=True,
    )  # fmt: skip


def _everybody(tenant: Any, places: Any) -> None:
    """The bulk run, beside one plain trial of each month: classified, rated and billed once."""
    from yidian.runs.best.many import Asked, best_plans
    from yidian.runs.best.one import last_months
    from yidian.runs.best.today import tariff_today
    from yidian.runs.trial.run import try_tariff

    asked = Asked(months=len(MONTHS), offers=tuple(f"plan{n:02d}" for n in range(BULK_OFFERS)))
    began, began_work = time.perf_counter(), time.process_time()
    _, told = best_plans(tenant=tenant, places=places, now=NOW, asked=asked, threads=1)
    seconds, worked = time.perf_counter() - began, time.process_time() - began_work
    print(
        f"best everybody: {told.compared:,} subscriber-offer-months in {seconds:.1f} s, processor {worked:.1f} s: "
        f"{told.compared / worked:,.0f} a processor second", flush=True,
    )  # fmt: skip
    tariff = tariff_today(tenant=tenant, on=NOW.date())
    began_work = time.process_time()
    for cycle in last_months(tenant=tenant, now=NOW, months=len(MONTHS)):
        try_tariff(tenant=tenant, places=places, cycle=cycle.name, draft=tariff, source="bench", threads=1)
    once = time.process_time() - began_work
    print(f"best everybody ratio_to_a_full_run_an_offer: {worked / once / BULK_OFFERS:.2f}", flush=True)


def _tell(name: str, work: list[Callable[[], Any]]) -> None:
    took, worked = [], []
    for one in work:
        began, began_work = time.perf_counter(), time.process_time()
        one()
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
    took.sort()
    p95 = took[min(len(took) - 1, len(took) * 95 // 100)]
    told = f"p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, processor {statistics.median(worked):.0f} ms"
    print(f"best {name}: {told} (goal {GOAL_MS})", flush=True)


if __name__ == "__main__":
    if sys.argv[2:3] == ["make"]:
        make(Path(sys.argv[1]), int(sys.argv[3]))
    else:
        measure(Path(sys.argv[1]))
