"""Rating some accounts of a cycle again, after what they hold has changed: their units take the place of theirs before.

Everything else a cycle's rating depends on (numbers, tariff, usage files) must be as it was; otherwise the whole cycle
is to be rated, and this says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from django.db import transaction

from yidian.domains.customer_bill import operations as bills
from yidian.domains.customer_bill.types import Parked
from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.queries import unit_ids_of, units_priced_with
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.rating.arrays import I64
from yidian.kernel.rating.batch import RECORD
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.engine import fast
from yidian.kernel.rating.programs import Programs
from yidian.platform.clock import elapsed_s
from yidian.platform.jobs.engine import Result, Task, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run
from yidian.platform.jobs.queries import task_results
from yidian.platform.lake import operations as lake
from yidian.platform.lake.operations import PendingFile
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate import classified, results
from yidian.runs.rate.inputs import Inputs, Places, digest_of, gather
from yidian.runs.rate.left import read_left
from yidian.runs.rate.people import people
from yidian.runs.rate.rate_part import RatedPart, rate_part
from yidian.runs.rate.run import RateReport, lawful, report, store_part
from yidian.runs.rate.spill import Records, ScratchLost, Spilled, intact, read_people

KIND = results.PARTIAL


class UnableToRerate(Exception):
    """RERATE_NEEDS_ALL: what has changed since concerns everybody; CYCLE_NOT_RATED: there is nothing to renew."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def rerate(
    *, tenant: Tenant, places: Places, cycle: str, accounts: Sequence[str], now: datetime, threads: int
) -> RateReport:
    """Rate the units of these accounts again. UnableToRun, UnableToRerate, BadInput ACCOUNT_NOT_FOUND."""
    began = elapsed_s()
    with alone(tenant=tenant, subject=f"cycle {cycle}", folder=places.locks):
        inputs = gather(tenant=tenant, cycle=bills.expect(tenant=tenant, name=cycle, event="rate"))
        base = _base(tenant, inputs)
        units = _units(tenant, accounts)
        digest = digest_of([inputs.digest, base.pk, units])
        run = open_run(tenant=tenant, kind=KIND, subject=cycle, input_digest=digest, now=now)
        spilled = _spilled(tenant, places, inputs)
        results.sweep(tenant=tenant, lake=places.lake, cycle=cycle, run=run)
        task = Task("units", lambda: _work(tenant, places, inputs, run.pk, units, spilled, threads))
        [done] = run_tasks(run, [task], threads=1)
        counts = _counts(inputs, done, units)
        point("run.publish")
        _publish(tenant, inputs, run, done, counts, units, now)
        point("run.published")
    return report(inputs, counts, seconds=elapsed_s() - began)


def _base(tenant: Tenant, inputs: Inputs) -> Run:
    base = results.current_run(tenant=tenant, cycle=inputs.cycle.name)
    if base is None:
        raise UnableToRerate("CYCLE_NOT_RATED", cycle=inputs.cycle.name)
    same = {"reference_digest": inputs.reference_digest, "usage_digest": inputs.usage_digest}
    if any(base.counts.get(name) != value for name, value in same.items()):
        raise UnableToRerate("RERATE_NEEDS_ALL", cycle=inputs.cycle.name)
    return base


def _units(tenant: Tenant, accounts: Sequence[str]) -> list[int]:
    found = unit_ids_of(tenant=tenant, account_codes=accounts)
    if not found:
        raise BadInput([Fault("ACCOUNT_NOT_FOUND", value=code) for code in accounts[:100]])
    return units_priced_with(tenant=tenant, unit_ids=found)


def _spilled(tenant: Tenant, places: Places, inputs: Inputs) -> list[Spilled]:
    """What the base run classified; UnableToRerate when its scratch is gone."""
    known = task_results(tenant=tenant, kind=classified.KIND, subject=inputs.cycle.name)
    names = [classified.name_of(inputs, file) for file in inputs.files]
    found = [Spilled(**known[name]) for name in names if name in known]
    if len(found) < len(names) or not all(intact(scratch_of(tenant, places, inputs), f) for f in found):
        raise UnableToRerate("RERATE_NEEDS_ALL", cycle=inputs.cycle.name)
    return found


def scratch_of(tenant: Tenant, places: Places, inputs: Inputs) -> Path:
    return places.scratch(tenant, inputs.cycle)


def _work(
    tenant: Tenant,
    places: Places,
    inputs: Inputs,
    run: int,
    units: Collection[int],
    spilled: list[Spilled],
    threads: int,
) -> Result:
    try:
        everybody = read_people(scratch_of(tenant, places, inputs), inputs.reference_digest)
    except ScratchLost as error:
        raise UnableToRerate("RERATE_NEEDS_ALL", cycle=inputs.cycle.name) from error
    made = rate_units(
        tenant=tenant, places=places, inputs=inputs, units=units, spilled=spilled, everybody=everybody, threads=threads
    )
    return store_part(tenant, places, inputs.cycle.name, run, 0, made)


def rate_units(
    *,
    tenant: Tenant,
    places: Places,
    inputs: Inputs,
    units: Collection[int],
    spilled: list[Spilled],
    everybody: I64,
    threads: int,
) -> RatedPart:
    """Rate some units with all their events. `units`: whole groups of what is priced together.

    `everybody`: which subscriber each number of the records stands for.
    """
    compiled = compile_tariff(inputs.tariff, inputs.period)
    reference = load_reference(
        tenant=tenant, period_start_ms=inputs.cycle.from_ms, period_end_ms=inputs.cycle.to_ms, unit_ids=sorted(units)
    )
    some = people(reference, parts=1)
    wanted = np.full(len(everybody), -1, np.int64)
    order = np.argsort(everybody)
    wanted[order[np.searchsorted(everybody[order], some.ids)]] = np.arange(len(some.ids))
    records = _picked(scratch_of(tenant, places, inputs), spilled, wanted, fast(), threads)
    before = read_left(inputs.left, places.lake) if inputs.left else None
    return rate_part(
        compiled=compiled, programs=Programs(compiled), people=some, records=records, part=0, fast=fast(), before=before
    )


def _picked(scratch: Path, spilled: list[Spilled], wanted: I64, engine: SimpleNamespace, threads: int) -> Records:
    """The records of the wanted subscribers, in the order of the files."""

    def of_file(file: Spilled) -> Records:
        records = np.fromfile(scratch / file.name, RECORD)
        found = np.empty(engine.pick(records, wanted, np.empty(0, RECORD)), RECORD)
        if len(found):
            engine.pick(records, wanted, found)
        return found

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        return np.concatenate([np.empty(0, RECORD), *pool.map(of_file, spilled)])


def _counts(inputs: Inputs, done: Result, units: list[int]) -> Result:
    counts = {
        "taken": done["taken"],
        "elsewhere": 0,
        "good": done["good"],
        "rejected": done["reasons"],
        "parked_events": done["parked_events"],
        "parked_units": len(done["parked"]),
        "amount_micro": done["amount_micro"],
        "edition": inputs.edition,
        "units": units,
    }
    return lawful(counts, done["taken_sum"], done["good_sum"] + done["rejected_sum"] + done["parked_sum"])


def _publish(
    tenant: Tenant, inputs: Inputs, run: Run, done: Result, counts: Result, units: list[int], now: datetime
) -> None:
    name = inputs.cycle.name
    with transaction.atomic():
        lake.register(tenant=tenant, files=[PendingFile(**f) for f in done["files"]], run=run)
        finish(run, counts=counts, now=now)
        for kind in (results.BASE, KIND):
            bills.resolve(tenant=tenant, name=name, kind=kind, now=now, units=units)
        bills.park(
            tenant=tenant, name=name, run=run,
            found=[Parked(code=p["code"], run=run.pk, unit_id=p["unit"]) for p in done["parked"]],
        )  # fmt: skip
