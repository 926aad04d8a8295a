"""Everybody's best plan: the same comparison for all who hold a main offer, as a list for marketing.

One classification a month; then block by block, copies of all its people are priced in which one of each family holds
a candidate: nobody is moved together with somebody whose bill depends on them. Killed anywhere it may be called again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
from django.db import transaction

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.queries import versions
from yidian.kernel.calendar import BEGINNING_MS, FOREVER_MS, local_date, to_ms
from yidian.kernel.compiling import sources_hash
from yidian.kernel.money import currency
from yidian.kernel.rating.engine import fast
from yidian.platform.jobs.engine import Result, Task, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run
from yidian.platform.lake import operations as lake
from yidian.platform.lake.operations import PendingFile
from yidian.platform.lake.queries import Stored, files, read_stored, whole
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.beside import Beside
from yidian.runs.best.block import LIST_SCHEMA, Month, Work, block_of
from yidian.runs.best.blocks import Everybody, everybody, in_blocks, numbers_of
from yidian.runs.best.lines import lines_of
from yidian.runs.best.offers import base_offers, on_sale
from yidian.runs.best.one import MONTHS, last_months
from yidian.runs.best.summary import summed_up
from yidian.runs.best.today import tariff_today, today
from yidian.runs.best.types import BestPlans
from yidian.runs.bill.facts import facts
from yidian.runs.rate.classify import classify_file, stage
from yidian.runs.rate.inputs import Places, digest_of, parts_for
from yidian.runs.rate.left import asks_for, left_files, read_left
from yidian.runs.rate.others import known
from yidian.runs.rate.spill import Spilled
from yidian.runs.reference import reference

KIND: Final = "best_plans"
LIST: Final = "best_plan"  # the kind of its files in the lake
KEPT_LISTS: Final = 5  # of how many runs the lists are kept; what they came to is kept of all
Progress = Callable[[int], Callable[[int], None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many months up to `upto` ("": the last that is over); `offers`: codes, empty: every main offer on sale."""

    months: int = MONTHS
    upto: str = ""
    offers: tuple[str, ...] = ()


def best_plans(
    *, tenant: Tenant, places: Places, now: datetime, asked: Asked, threads: int, progress: Progress | None = None
) -> tuple[int, BestPlans]:
    """Compare everybody and keep it: the run, and what it comes to.

    UnableToCompare, UnableToRun (another comparison is at work); BadInput OFFER_NOT_COMPARED, TARIFF_NOT_LOADED.
    """
    with alone(tenant=tenant, subject=KIND, folder=places.locks):
        return _Bulk(tenant, places, now, asked, threads, progress or _nothing).do()


def _nothing(_total: int) -> Callable[[int], None]:
    return lambda _steps: None


class _Bulk:
    def __init__(
        self, tenant: Tenant, places: Places, now: datetime, asked: Asked, threads: int, progress: Progress
    ) -> None:
        self.tenant, self.places, self.now, self.threads, self.progress = tenant, places, now, threads, progress
        self.on = local_date(to_ms(now), tenant.zone)
        self.cycles = last_months(tenant=tenant, now=now, months=asked.months, upto=asked.upto)
        self.tariff = tariff_today(tenant=tenant, on=self.on)
        self.offers = on_sale(tenant=tenant, tariff=self.tariff, on=self.on, only=asked.offers)
        self.todays = [today(tenant=tenant, cycle=cycle, on=self.on).own() for cycle in self.cycles]
        self.usage = [self._usage(cycle) for cycle in self.cycles]
        self.blocks = parts_for(max(sum(file.rows for file in month) for month in self.usage))
        self.facts = [facts(tenant=tenant, cycle=cycle) for cycle in self.cycles]
        self.scratch = places.work / tenant.code / KIND

    def do(self) -> tuple[int, BestPlans]:
        advance = self.progress(sum(map(len, self.usage)) + self.blocks)
        subject = f"{self.cycles[0].name}..{self.cycles[-1].name}"
        run = open_run(tenant=self.tenant, kind=KIND, subject=subject, input_digest=self._digest(), now=self.now)
        try:
            work = self._work(advance)
            tasks = [Task(f"block {n}", partial(self._block, run.pk, work, n)) for n in range(self.blocks)]
            done = run_tasks(run, tasks, threads=self.threads, advance=advance)
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
        report = summed_up(
            [one["sums"] for one in done], cycles=[cycle.name for cycle in self.cycles], on=self.on.isoformat(),
            edition=self.todays[0].edition, currency=self.tariff.currency, offers=self.offers,
        )  # fmt: skip
        point("run.publish")
        stale = self._publish(run, report, done)
        point("run.published")
        lake.delete_files(self.places.lake, stale)
        return run.pk, report

    def _digest(self) -> str:
        return digest_of([
            [cycle.name for cycle in self.cycles], self.on.isoformat(), self.todays[0].edition, self.offers,
            versions(tenant=self.tenant), [[file.sha256 for file in month] for month in self.usage], sources_hash(),
        ])  # fmt: skip

    def _usage(self, cycle: Cycle) -> list[Stored]:
        found = files(tenant=self.tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
        return [file for file in found if file.id <= cycle.cutoff_file]

    def _work(self, advance: Callable[[int], None]) -> Work:
        """Everything the blocks refer to, read once."""
        ever = load_reference(tenant=self.tenant, period_start_ms=BEGINNING_MS, period_end_ms=FOREVER_MS)
        who = everybody(
            ever, base=base_offers(self.tariff), blocks=self.blocks, from_ms=self.cycles[0].from_ms,
            to_ms=self.cycles[-1].to_ms, by_accounts=self.facts if self.todays[0].by_accounts else (),
        )  # fmt: skip
        codes = dict(zip(np.asarray(ever.subscriber_id, np.int64).tolist(), ever.subscriber_code, strict=True))
        del ever
        months = [self._month(n, who, advance) for n in range(len(self.cycles))]
        return Work(
            everybody=who, codes=codes, numbers=numbers_of([month.reference for month in months]), months=months,
            offers=self.offers, unit=10 ** currency(self.tariff.currency).minor_digits,
            beside=Beside.of(self.tariff, base_offers(self.tariff)), lines=lines_of(self.tariff),
        )  # fmt: skip

    def _month(self, n: int, who: Everybody, advance: Callable[[int], None]) -> Month:
        """The month's usage classified by today's tariff, in blocks, on scratch."""
        cycle, now = self.cycles[n], self.todays[n]
        people_of = reference(tenant=self.tenant, cycle=cycle, work=self.places.work)
        numbered, group = in_blocks(people_of, who, self.blocks, self.facts[n : n + 1] if now.by_accounts else ())
        folder = self.scratch / cycle.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        told = known(tenant=self.tenant, tariff=now.tariff, period=now.compiled.cycle)
        on = stage(classifier=now.classifier, people=numbered, engine=fast(), scratch=folder, known=told)
        spilled: list[Spilled] = []
        for place, file in enumerate(self.usage[n]):
            spilled.append(classify_file(on, whole(file, self.places.lake), f"{place:05d}", file.id))
            advance(1)
        left = None
        if asks_for(now.tariff):
            left = read_left(left_files(tenant=self.tenant, cycle=cycle, tariff=now.tariff), self.places.lake)
        return Month(
            cycle=cycle, now=now, reference=people_of, people=numbered, group=group, folder=folder, spilled=spilled,
            facts=self.facts[n], left=left,
        )  # fmt: skip

    def _block(self, run: int, work: Work, block: int) -> Result:
        table, sums = block_of(work, block)
        file = lake.write_file(
            tenant=self.tenant, kind=LIST, subject=self.cycles[-1].name, table=table, name=f"{run:06d}-{block:03d}",
            lake=self.places.lake, part=block,
        )  # fmt: skip
        return {"file": file.to_json(), "sums": sums}

    def _publish(self, run: Run, report: BestPlans, done: Sequence[Result]) -> list[str]:
        """The list is seen from now on; those of runs long ago are not. Answers the paths to delete."""
        with transaction.atomic():
            lake.register(tenant=self.tenant, files=[PendingFile(**one["file"]) for one in done], run=run)
            finish(run, counts=report.to_json(), now=self.now)
            older = _runs(self.tenant)[KEPT_LISTS:]
            return lake.forget(tenant=self.tenant, run_ids=[one.pk for one in older])


def _runs(tenant: Tenant) -> list[Run]:
    return list(Run.objects.filter(tenant=tenant, kind=KIND, state=Run.State.DONE).order_by("-id"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison that was made. `listed`: its list is still there."""

    run: int
    at: datetime
    told: BestPlans
    listed: bool


def kept(*, tenant: Tenant, run: int | None = None, limit: int = 20) -> list[Kept]:
    """Comparisons, the newest first; `run`: that one alone."""
    found = [one for one in _runs(tenant) if run is None or one.pk == run][:limit]
    listed = {file.run_id for file in files(tenant=tenant, kind=LIST)}
    return [
        Kept(one.pk, one.finished_at or one.started_at, BestPlans.from_json(one.counts), one.pk in listed)
        for one in found
    ]


def plan_list(*, tenant: Tenant, places: Places, run: int) -> pa.Table:
    """The list of a run (block.LIST_SCHEMA), the largest saving first. UnableToUseFile."""
    found = files(tenant=tenant, kind=LIST, run_id=run)
    tables = [read_stored(file, places.lake) for file in found]
    tables.append(LIST_SCHEMA.empty_table())
    return pa.concat_tables(tables).sort_by([("saving_minor", "descending"), ("subscriber", "ascending")])
