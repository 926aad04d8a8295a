"""A month's bills under some tariff: its real usage classified, rated and billed again in scratch; nothing is kept."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.billing.book import compile_billing
from yidian.kernel.calendar import Period
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.engine import fast
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import Stored, whole
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts
from yidian.runs.bill.inputs import Inputs as BillInputs
from yidian.runs.bill.inputs import Ints, gather
from yidian.runs.bill.parts import PartOfBills, compute, part_of_accounts, parts_for
from yidian.runs.bill.tariffs import tariffs_of
from yidian.runs.rate.classify import Stage, classify_file, stage
from yidian.runs.rate.inputs import Places
from yidian.runs.rate.left import left_files, read_left
from yidian.runs.rate.others import known
from yidian.runs.rate.people import people
from yidian.runs.rate.rate_part import rate_part
from yidian.runs.rate.results import EMPTY_TOTALS, current_run, rated_totals
from yidian.runs.rate.spill import Spilled, read_part
from yidian.runs.reference import reference
from yidian.runs.trial.watch import Watch

T = TypeVar("T")
FOLDER: Final = "trial"


@dataclass(frozen=True, slots=True)
class MonthUnder:
    """What a month would have billed. `rejected`: events by reason; `parked`: ids of units that could not be priced."""

    inputs: BillInputs
    items: pa.Table
    headers: pa.Table
    rejected: Mapping[str, int]
    parked: tuple[int, ...]


def as_rated(*, tenant: Tenant, places: Places, cycle: Cycle, tariff: Tariff, threads: int) -> MonthUnder:
    """The month's own bills, from what its rating made visible; `tariff` is that of its edition."""
    run = current_run(tenant=tenant, cycle=cycle.name)
    assert run is not None, "only a rated month is compared"
    aside = [one.unit_id for one in queries.parked(tenant=tenant, cycle=cycle.name) if one.unit_id is not None]
    totals = rated_totals(tenant=tenant, cycle=cycle.name, lake=places.lake)
    who = reference(tenant=tenant, cycle=cycle, work=places.work)
    former = tariffs_of(tenant=tenant, cycle=cycle)[1]
    book = compile_billing(tariff, Period(cycle.from_ms, cycle.to_ms), former)
    inputs = gather(
        book=book, reference=who, totals=totals, parked_units=aside, facts=facts(tenant=tenant, cycle=cycle)
    )
    return _billed(inputs, run.counts["rejected"], aside, threads)


def under(
    *, tenant: Tenant, places: Places, cycle: Cycle, tariff: Tariff, usage: Sequence[Stored],
    moves: Mapping[str, str], parts: int, threads: int, advance: Callable[[int], None], watch: Watch | None = None,
) -> MonthUnder:  # fmt: skip
    """The month's bills under another tariff. `moves`: whoever holds the one offer is taken to hold the other."""
    period = Period(cycle.from_ms, cycle.to_ms)
    compiled = compile_tariff(tariff, period)
    told = known(tenant=tenant, tariff=tariff, period=period)
    who = moved(reference(tenant=tenant, cycle=cycle, work=places.work), moves)
    everybody = people(who, parts=parts)
    programs = Programs(compiled)
    left = left_files(tenant=tenant, cycle=cycle, tariff=tariff)
    before = read_left(left, places.lake) if left else None
    with _scratch(places, tenant) as folder:
        on = stage(classifier=Classifier(compiled), people=everybody, engine=fast(), scratch=folder, known=told)
        spilled = _classified(on, [(file, whole(file, places.lake)) for file in usage], threads, advance)
        if watch is not None:
            watch.see_rejects(folder, [one.name for one in spilled])

        def one_part(part: int) -> tuple[pa.Table, dict[str, int], list[int]]:
            made = rate_part(
                compiled=compiled, programs=Programs(compiled, like=programs), people=everybody, part=part,
                fast=on.engine, records=read_part(folder, spilled, part), before=before,
            )  # fmt: skip
            advance(1)
            if watch is not None:
                watch.see_unpriced(made.rejects)
            return made.totals, made.reasons, [int(one["unit"]) for one in made.parked]

        rated = list(side_by_side(one_part, range(parts), threads))
    rejected = Counter[str]()
    for reasons in (*(one.reasons for one in spilled), *(reasons for _, reasons, _ in rated)):
        rejected.update(reasons)
    totals = [_plain(table) for table, _, _ in rated if table.num_rows]
    aside = [unit for _, _, units in rated for unit in units]
    inputs = gather(
        book=compile_billing(tariff, period), reference=who, totals=pa.concat_tables([EMPTY_TOTALS, *totals]),
        parked_units=aside, facts=facts(tenant=tenant, cycle=cycle),
    )  # fmt: skip
    return _billed(inputs, rejected, aside, threads)


def moved(who: Reference, moves: Mapping[str, str]) -> Reference:
    """The same people, holding other offers."""
    return replace(who, offer_codes=[moves.get(code, code) for code in who.offer_codes])


def _classified(
    on: Stage, usage: Sequence[tuple[Stored, Path]], threads: int, advance: Callable[[int], None]
) -> list[Spilled]:
    def one_file(which: int) -> Spilled:
        file, path = usage[which]
        found = classify_file(on, path, f"{which:05d}", file.id)
        advance(1)
        return found

    return list(side_by_side(one_file, range(len(usage)), threads))


def _billed(inputs: BillInputs, rejected: Mapping[str, int], aside: Sequence[int], threads: int) -> MonthUnder:
    wanted = inputs.has_bill & (1 - inputs.aside)
    parts = parts_for(int(wanted.sum()))
    part = part_of_accounts(np.asarray(inputs.reference.account_id, np.int64), parts)

    def some(n: int) -> PartOfBills:
        mine: Ints = np.where(part == n, wanted, 0)
        return compute(inputs, mine)

    made = list(side_by_side(some, range(parts), threads))
    return MonthUnder(
        inputs,
        items=pa.concat_tables([one.items for one in made]),
        headers=pa.concat_tables([one.headers for one in made]),
        rejected=dict(sorted(rejected.items())),
        parked=tuple(sorted(aside)),
    )


def _plain(totals: pa.Table) -> pa.Table:
    columns = {name: totals[name] for name in totals.column_names}
    return pa.table(columns | {"item": totals["item"].cast(pa.string())})


def side_by_side(work: Callable[[int], T], which: Sequence[int], threads: int) -> Iterator[T]:
    """The work of each, on so many threads, in order; each works in the scope of whoever asks."""
    if threads < 2:
        yield from map(work, which)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from [done.result() for done in [pool.submit(copy_context().run, work, n) for n in which]]


@contextmanager
def _scratch(places: Places, tenant: Tenant) -> Iterator[Path]:
    """A folder of our own; what an interrupted trial left in it goes first. The caller is alone."""
    folder = places.work / tenant.code / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
