"""A rate run of a cycle: classify every usage file, rate every part, make the result visible at once.

Killed anywhere it may be called again: tasks that are done stay done, what was not published was never visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
from django.db import transaction

from yidian.domains.customer_bill import operations as bills
from yidian.domains.customer_bill.types import Parked
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.engine import fast
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rowlaw import signed
from yidian.platform.clock import elapsed_s
from yidian.platform.jobs.engine import Result, Task, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run
from yidian.platform.lake import operations as lake
from yidian.platform.lake.operations import PendingFile
from yidian.platform.memory import keep_freed_memory
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate import classified, results
from yidian.runs.rate.ahead import ReadAhead
from yidian.runs.rate.classify import Stage, stage
from yidian.runs.rate.inputs import Inputs, Places, gather
from yidian.runs.rate.left import read_left
from yidian.runs.rate.others import known
from yidian.runs.rate.people import people
from yidian.runs.rate.rate_part import RatedPart, rate_part
from yidian.runs.rate.spill import ScratchLost, Spilled, read_part
from yidian.runs.reference import reference

KIND = "rate"
Advance = Callable[[int], None]


class LawBroken(Exception):
    """in ≠ good + rejected + parked: a row was lost or doubled. Nothing is published."""


@dataclass(frozen=True, slots=True)
class RateReport:
    """The row law of a run: events in = good + parked + rejected (by reason); money in micro-units."""

    cycle: str
    edition: int
    taken: int
    elsewhere: int
    good: int
    rejected: dict[str, int]
    parked_events: int
    parked_units: int
    amount_micro: int
    seconds: float
    again: bool = False  # nothing had changed: the earlier result stands

    @property
    def balanced(self) -> bool:
        return self.taken == self.good + self.parked_events + sum(self.rejected.values())


def rate(
    *, tenant: Tenant, places: Places, cycle: str, now: datetime, threads: int, advance: Advance | None = None
) -> RateReport:
    """Rate a cycle. UnableToRun: somebody else is at it; UnableToChangeCycle: closed; BadInput: the tariff."""
    began = elapsed_s()
    keep_freed_memory()
    with alone(tenant=tenant, subject=f"cycle {cycle}", folder=places.locks):
        found = bills.expect(tenant=tenant, name=cycle, event="rate")
        inputs = gather(tenant=tenant, cycle=found)
        same = results.current_run(tenant=tenant, cycle=cycle)
        if (
            same is not None
            and same.input_digest == inputs.digest
            and not results.has_partials(tenant=tenant, base=same)
        ):
            results.sweep(tenant=tenant, lake=places.lake, cycle=cycle, run=same)
            return report(inputs, same.counts, seconds=elapsed_s() - began, again=True)
        try:
            run = _work(tenant, places, inputs, now, threads, advance)
        except ScratchLost:
            classified.forget(tenant=tenant, cycle=cycle)
            run = _work(tenant, places, inputs, now, threads, advance)
    return report(inputs, run.counts, seconds=elapsed_s() - began)


def report(inputs: Inputs, counts: dict[str, Any], *, seconds: float, again: bool = False) -> RateReport:
    names = ("taken", "elsewhere", "good", "rejected", "parked_events", "parked_units", "amount_micro")
    return RateReport(
        cycle=inputs.cycle.name, edition=inputs.edition, seconds=seconds, again=again, **{n: counts[n] for n in names}
    )


def prepare(tenant: Tenant, places: Places, inputs: Inputs) -> tuple[Stage, Programs]:
    """Everything the tasks refer to: the compiled tariff, the people, the table of identifiers."""
    compiled = compile_tariff(inputs.tariff, inputs.period)
    who = reference(tenant=tenant, cycle=inputs.cycle, work=places.work)
    everybody = people(who, parts=inputs.parts)
    scratch = places.scratch(tenant, inputs.cycle)
    told = known(tenant=tenant, tariff=inputs.tariff, period=inputs.period)
    ready = stage(classifier=Classifier(compiled), people=everybody, engine=fast(), scratch=scratch, known=told)
    return ready, Programs(compiled)


def _work(tenant: Tenant, places: Places, inputs: Inputs, now: datetime, threads: int, advance: Advance | None) -> Run:
    missing = classified.missing(tenant=tenant, places=places, inputs=inputs)
    with ReadAhead(missing, lake=places.lake, threads=threads) as ahead:
        ready, programs = prepare(tenant, places, inputs)
        spilled = classified.classify(
            tenant=tenant, places=places, inputs=inputs, on=ready, now=now, threads=threads, advance=advance,
            ahead=ahead,
        )  # fmt: skip
    run = open_run(tenant=tenant, kind=KIND, subject=inputs.cycle.name, input_digest=inputs.digest, now=now)
    results.sweep(tenant=tenant, lake=places.lake, cycle=inputs.cycle.name, run=run)
    before = read_left(inputs.left, places.lake) if inputs.left else None
    tasks = [
        Task(
            f"part {part}", partial(_rate_task, tenant, places, inputs, run.pk, ready, programs, spilled, part, before)
        )
        for part in range(inputs.parts)
    ]
    tasks.append(Task("rejects", lambda: _rejects_task(tenant, places, inputs, run.pk, ready, spilled)))
    done = run_tasks(run, tasks, threads=threads, advance=advance)
    counts = _counts(inputs, spilled, done)
    point("run.publish")
    stale = _publish(tenant, inputs, run, done, counts, now)
    point("run.published")
    lake.delete_files(places.lake, stale)
    return run


def _rate_task(
    tenant: Tenant,
    places: Places,
    inputs: Inputs,
    run: int,
    ready: Stage,
    programs: Programs,
    spilled: list[Spilled],
    part: int,
    before: pa.Table | None,
) -> Result:
    own = Programs(programs.compiled, like=programs)
    made = rate_part(
        compiled=programs.compiled, programs=own, people=ready.people, part=part, fast=ready.engine,
        records=read_part(ready.scratch, spilled, part), before=before,
    )  # fmt: skip
    return store_part(tenant, places, inputs.cycle.name, run, part, made)


def store_part(tenant: Tenant, places: Places, cycle: str, run: int, part: int, made: RatedPart) -> Result:
    """Write the tables of a part; answers their files and the terms of the row law."""
    tables = {"rated": made.rated, "rated_total": made.totals, "reject": results.worded(made.rejects)}
    tables |= {"left": made.left, "mark": made.marks}
    written = [
        lake.write_file(
            tenant=tenant,
            kind=kind,
            subject=cycle,
            table=table,
            name=f"{run:06d}-{part:03d}",
            lake=places.lake,
            part=part,
        ).to_json()
        for kind, table in tables.items()
        if table.num_rows
    ]
    terms = (
        "taken",
        "taken_sum",
        "good",
        "good_sum",
        "rejected_sum",
        "parked_events",
        "parked_sum",
        "amount_micro",
        "reasons",
        "parked",
    )
    return {"files": written, **{name: getattr(made, name) for name in terms}}


def _rejects_task(
    tenant: Tenant, places: Places, inputs: Inputs, run: int, ready: Stage, spilled: list[Spilled]
) -> Result:
    """What classification rejected, as one file of the lake."""
    table = results.spilled_rejects(ready.scratch, spilled)
    if not table.num_rows:
        return {"files": []}
    file = lake.write_file(
        tenant=tenant,
        kind="reject",
        subject=inputs.cycle.name,
        table=table,
        name=f"{run:06d}-classify",
        lake=places.lake,
    )
    return {"files": [file.to_json()]}


def _counts(inputs: Inputs, spilled: list[Spilled], done: list[Result]) -> Result:
    """The row law of the whole run, in count and in the order-free sum of event ids; LawBroken if it does not hold."""
    parts = done[:-1]
    rejected: Counter[str] = Counter()
    for reasons in (*(f.reasons for f in spilled), *(p["reasons"] for p in parts)):
        rejected.update(reasons)
    counts = {
        "taken": sum(f.taken for f in spilled),
        "elsewhere": sum(f.elsewhere for f in spilled),
        "good": sum(p["good"] for p in parts),
        "rejected": dict(sorted(rejected.items())),
        "parked_events": sum(p["parked_events"] for p in parts),
        "parked_units": sum(len(p["parked"]) for p in parts),
        "amount_micro": sum(p["amount_micro"] for p in parts),
        "edition": inputs.edition,
        "reference_digest": inputs.reference_digest,
        "usage_digest": inputs.usage_digest,
    }
    sum_in = sum(f.taken_sum for f in spilled)
    sum_out = sum(f.rejected_sum for f in spilled) + sum(map(_sum_out, parts))
    return lawful(counts, sum_in, sum_out)


def _sum_out(part: Result) -> int:
    return int(part["good_sum"] + part["rejected_sum"] + part["parked_sum"])


def lawful(counts: Result, sum_in: int, sum_out: int) -> Result:
    """The counts with their sums, if they obey the row law; LawBroken otherwise."""
    out = counts["good"] + counts["parked_events"] + sum(counts["rejected"].values())
    if counts["taken"] != out or signed(sum_in) != signed(sum_out):
        raise LawBroken(f"{counts}, sums {signed(sum_in)} and {signed(sum_out)}")
    return {**counts, "sum_in": signed(sum_in), "sum_out": signed(sum_out)}


def _publish(tenant: Tenant, inputs: Inputs, run: Run, done: list[Result], counts: Result, now: datetime) -> list[str]:
    """One transaction: the new files and parked units are seen, the old are not. Answers the paths to delete."""
    name = inputs.cycle.name
    with transaction.atomic():
        stale = results.supersede(tenant=tenant, cycle=name)
        lake.register(tenant=tenant, files=[PendingFile(**f) for d in done for f in d["files"]], run=run)
        finish(run, counts=counts, now=now)
        bills.take_rating(tenant=tenant, name=name, run=run, cutoff_file=inputs.cutoff_file)
        bills.resolve(tenant=tenant, name=name, kind=KIND, now=now)
        aside = [p for d in done[:-1] for p in d["parked"]]
        bills.park(
            tenant=tenant, name=name, run=run,
            found=[Parked(code=p["code"], run=run.pk, unit_id=p["unit"]) for p in aside],
        )  # fmt: skip
    return stale


__all__ = ["LawBroken", "RateReport", "rate"]
