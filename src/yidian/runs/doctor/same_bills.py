"""I13 of billing: the bills of a cycle are computed again from what is rated, and compared with those that count."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.queries import bills, parked
from yidian.domains.customer_bill.types import Bill, Cycle
from yidian.domains.product_inventory.bulk import load_reference
from yidian.kernel.billing.book import compile_billing
from yidian.kernel.calendar import Period
from yidian.kernel.money import micro_per_minor
from yidian.platform.jobs.models import Run
from yidian.platform.lake.operations import write_file
from yidian.platform.lake.queries import files
from yidian.runs.bill import lake
from yidian.runs.bill.extras import billed_by, tax_of
from yidian.runs.bill.facts import facts
from yidian.runs.bill.inputs import Inputs, gather
from yidian.runs.bill.parts import compute, part_of_accounts, parts_for
from yidian.runs.bill.tariffs import tariffs_of
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.results import rated_totals

AMOUNTS = ("total_minor", "tax_minor", "remainder_micro", "items")


def same_bills(on: Visit) -> Finding:
    """A sample of the parts of each bill run: the bytes of the items, and the amounts of every bill."""
    look = Look("I13", "SAME_BILLS")
    for cycle in on.rated_cycles():
        run = Run.objects.filter(tenant=on.tenant, pk=cycle.bill_run, state=Run.State.DONE).first()
        if run is None or cycle.bill_run is None:
            continue
        inputs = _inputs(on, cycle)
        told = filter(None, [run.counts.get("extras")])  # lines of other cycles are not computed again
        if inputs.digest(cycle.name, True, inputs.has_bill.tobytes(), *told) != run.input_digest:
            look.alarm("INPUTS_CHANGED", cycle=cycle.name, run=run.pk)
            continue
        _compare(on, look, cycle, run, inputs)
    return look.finding()


def _inputs(on: Visit, cycle: Cycle) -> Inputs:
    tariff, before = tariffs_of(tenant=on.tenant, cycle=cycle)
    return gather(
        book=compile_billing(tariff, Period(cycle.from_ms, cycle.to_ms), before),
        facts=facts(tenant=on.tenant, cycle=cycle),
        reference=load_reference(tenant=on.tenant, period_start_ms=cycle.from_ms, period_end_ms=cycle.to_ms),
        totals=rated_totals(tenant=on.tenant, cycle=cycle.name, lake=on.places.lake),
        parked_units=[
            one.unit_id for one in parked(tenant=on.tenant, cycle=cycle.name) if one.unit_id is not None
        ],
    )  # fmt: skip


def _compare(on: Visit, look: Look, cycle: Cycle, run: Run, inputs: Inputs) -> None:
    stored = {f.part: f for f in files(tenant=on.tenant, kind=lake.ITEMS, subject=cycle.name, run_id=run.pk)}
    part_of = part_of_accounts(np.asarray(inputs.reference.account_id, np.int64), parts := _parts(inputs))
    unit = micro_per_minor(inputs.book.currency)
    extra = billed_by(tenant=on.tenant, lake=on.places.lake, cycle=cycle.name, run=run.pk, micro_per_minor=unit)
    booked = {
        bill.account_id: _own(bill, extra.get(bill.account_id, {}))
        for bill in bills(tenant=on.tenant, cycle=cycle.name)
        if bill.run == run.pk
    }
    chosen = on.sample(parts, on.parts, f"run {run.pk}")
    for part in chosen:
        made = compute(inputs, np.where(part_of == part, inputs.has_bill & (1 - inputs.aside), 0))
        if part not in stored or stored[part].sha256 != _sha256(on, cycle, run, part, made.items):
            look.violation("BILL_ITEMS_DIFFER", cycle=cycle.name, run=run.pk, part=part)
        for account, *amounts in zip(*(made.headers[n].to_pylist() for n in ("account", *AMOUNTS)), strict=True):
            look.checked += 1
            if account in booked and booked[account] != tuple(amounts):
                look.violation("BILL_DIFFERS", cycle=cycle.name, account=int(account))
    look.note("PARTS_AGAIN", cycle=cycle.name, parts=", ".join(map(str, chosen)), of=parts)


def _own(bill: Bill, extra: dict[str, int]) -> tuple[int, ...]:
    """AMOUNTS of a bill without its lines of other cycles."""
    less = {**extra, "tax_minor": tax_of(bill.taxes)}
    return tuple(getattr(bill, name) - less.get(name, 0) for name in AMOUNTS)


def _parts(inputs: Inputs) -> int:
    return parts_for(int(inputs.has_bill.sum()))


def _sha256(on: Visit, cycle: Cycle, run: Run, part: int, table: pa.Table) -> Any:
    with TemporaryDirectory(dir=on.places.work, prefix="doctor-") as folder:
        return write_file(
            tenant=on.tenant, kind=lake.ITEMS, subject=cycle.name, table=table, name=lake.items_name(run.pk, part),
            lake=Path(folder), part=part,
        ).sha256  # fmt: skip
