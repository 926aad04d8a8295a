"""`python -m yidian.runs.warm`: fill the cache of compiled functions by rating and billing one call.

No run has to wait for it then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yidian.kernel.calendar import BEGINNING_MS, FOREVER_MS, month_period
from yidian.kernel.rating.tariff import (
    Allowance,
    Area,
    Fee,
    Item,
    Network,
    Offer,
    Place,
    Prefix,
    Price,
    Rule,
    Tariff,
    Tax,
    Zone,
)

START_MS = 1_790_900_000_000  # an instant of 2026-10
CYCLE = "2026-10"
ZONE = "Asia/Shanghai"


def small_tariff() -> Tariff:
    """One offer, one item, everything that a call meets on its way."""
    return Tariff(
        currency="CNY", zone=ZONE,
        zones=(Zone(code="cn", domestic=True),), prefixes=(Prefix(prefix="1", zone="cn", area="10"),),
        places=(Place(place="10", zone="cn", area="10"),),
        items=(
            Item(code="call", measure="duration", tax_class="basic"),
            Item(code="rent", kind="recurring", tax_class="basic"),
        ),
        networks=(Network(prefix="1", network="n", own=True),), areas=(Area(area="10", province="10"),),
        rules=(Rule(order=1, item="call", net="own", circle="none", relation="local"), Rule(order=2, item="call")),
        offers=(Offer(code="plan"),),
        fees=(Fee(offer="plan", item="rent", amount_micro=5_000_000),),
        prices=(Price(offer="plan", item="call", price_micro=150_000, per=60, block=60),),
        allowances=(Allowance(code="minutes", offer="plan", items=("call",), quantity=60, block=60),),
        taxes=(Tax(tax_class="basic", rate_ppm=90_000),),
    )  # fmt: skip


def small_usage() -> pa.Table:
    """One call of two minutes, as the lake keeps it."""
    one = {n: pa.array([v], pa.int64()) for n, v in (
        ("event_id", 1), ("event_check", 1), ("start_ms", START_MS), ("duration_s", 120), ("bytes_up", 0),
        ("bytes_down", 0), ("count", 1), ("file_id", 1), ("record_no", 1))}  # fmt: skip
    names = {"service": "voice", "direction": "out", "identifier_kind": "msisdn", "place": "10", "rating_group": ""}
    coded = {n: pa.array([v]).dictionary_encode() for n, v in names.items()}
    return pa.table(one | coded | {"identifier": ["13800000000"], "other_party": ["13900000000"]})


def small_reference() -> Any:
    """One subscriber with one of everything."""
    from yidian.domains.product_inventory.types import Reference

    one, nobody = np.array([1], np.int64), np.array([0], np.int32)
    since, until = np.array([BEGINNING_MS], np.int64), np.array([FOREVER_MS], np.int64)
    return Reference(
        subscriber_id=one, subscriber_code=["s"], home_area=["10"],
        id_kind=["msisdn"], id_value=["13800000000"], id_sub=nobody, id_from=since, id_to=until,
        offer_codes=["plan"], hold_sub=nobody, hold_offer=nobody, hold_from=since, hold_to=until,
        account_id=one, account_code=["a"], acc_sub=nobody, acc_index=nobody, acc_from=since, acc_to=until,
        unit_id=one, unit_code=["u"], mem_sub=nobody, mem_unit=nobody, mem_from=since, mem_to=until,
    )  # fmt: skip


def rate_a_call() -> None:
    """Classify and rate the call in memory."""
    from yidian.kernel.rating.batch import RECORD
    from yidian.kernel.rating.book import compile_tariff
    from yidian.kernel.rating.classifier import Classifier
    from yidian.kernel.rating.engine import fast
    from yidian.kernel.rating.programs import Programs
    from yidian.runs.rate.classify import classify_file, stage
    from yidian.runs.rate.people import people
    from yidian.runs.rate.rate_part import rate_part
    from yidian.runs.rate.spill import read_part

    compiled = compile_tariff(small_tariff(), month_period(CYCLE, ZONE))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.parquet"
        pq.write_table(small_usage(), path)
        everybody = people(small_reference(), parts=1)
        ready = stage(classifier=Classifier(compiled), people=everybody, engine=fast(), scratch=Path(folder))
        records = read_part(Path(folder), [classify_file(ready, path, "usage", 1)], 0)
    fast().pick(records, np.zeros(1, np.int64), np.empty(0, RECORD))
    rate_part(compiled=compiled, programs=Programs(compiled), people=everybody, part=0, fast=fast(), records=records)


def bill_a_call() -> None:
    """Bill the call in memory."""
    from yidian.kernel.billing.book import compile_billing
    from yidian.runs.bill.inputs import gather
    from yidian.runs.bill.parts import compute

    one = pa.array([1], pa.int64())
    names = ("unit", "account", "subscriber", "amount_micro", "quantity", "events", "cut_micro")
    totals = pa.table({**dict.fromkeys(names, one), "item": pa.array(["call"]).dictionary_encode()})
    book = compile_billing(small_tariff(), month_period(CYCLE, ZONE))
    inputs = gather(book=book, reference=small_reference(), totals=totals, parked_units=[])
    compute(inputs, inputs.has_bill)


def warm() -> None:
    """Both, in this process."""
    rate_a_call()
    bill_a_call()


def main(arguments: list[str]) -> int:
    """Without arguments both at once, each in a process of its own: compiling keeps one processor busy."""
    jobs = {"rate": rate_a_call, "bill": bill_a_call}
    if not arguments:
        started = [subprocess.Popen([sys.executable, "-m", "yidian.runs.warm", name]) for name in jobs]
        return max(process.wait() for process in started)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
    django.setup()
    for name in arguments:
        jobs[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
