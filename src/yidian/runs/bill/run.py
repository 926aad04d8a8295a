"""The bill run: gather, compute in parts, book in chunks, publish at once, sweep what no longer counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django_scopes import scope

from yidian.domains.customer_bill import bulk, operations, queries
from yidian.domains.customer_bill.types import BillHeader, Cycle, Parked
from yidian.kernel.billing.book import compile_billing
from yidian.kernel.billing.compiled import machine
from yidian.kernel.calendar import Period
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.money import micro_per_minor
from yidian.platform.clock import elapsed_s
from yidian.platform.jobs.engine import Task, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run
from yidian.platform.jobs.pace import Pace
from yidian.platform.lake.operations import PendingFile, delete_files, register, write_file
from yidian.platform.memory import keep_freed_memory
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill import extras, lake
from yidian.runs.bill.facts import facts
from yidian.runs.bill.inputs import Inputs, Ints, UnableToBill, gather
from yidian.runs.bill.parts import book_headers, compute, part_of_accounts, parts_for, usage_left_out
from yidian.runs.bill.report import BillReport, check
from yidian.runs.bill.tariffs import tariffs_of
from yidian.runs.differences.lines import EXTRA
from yidian.runs.rate import results as rated
from yidian.runs.rate.inputs import Places
from yidian.runs.reference import reference

KIND: Final = lake.RUN
Advance = Callable[[int], None]
Progress = Callable[[int], Advance]  # told the number of steps once, answers what to call for each


def bill(
    *,
    tenant: Tenant,
    place: Places,
    cycle_name: str,
    now: datetime,
    threads: int,
    accounts: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> BillReport:
    """Bill a cycle, or some accounts of it by code. Repeating it on the same inputs does nothing.

    UnableToFindCycle, UnableToChangeCycle, UnableToRun (somebody works on the cycle), UnableToBill (CYCLE_NOT_RATED,
    CYCLE_NOT_BILLED, RATED_MEANWHILE), BadInput ACCOUNT_NOT_FOUND.
    """
    keep_freed_memory()
    with alone(tenant=tenant, subject=f"cycle {cycle_name}", folder=place.locks), scope(tenant=tenant):
        return _BillRun(tenant, place, cycle_name, now, threads, accounts, progress or _nothing).do()


RATING_ALONE: Final = ("zones", "prefixes", "places", "days", "bands", "rules", "prices", "allowances", "caps")


def _nothing(_total: int) -> Advance:
    return lambda _steps: None


class _BillRun:
    def __init__(
        self, tenant: Tenant, place: Places, cycle_name: str, now: datetime, threads: int,
        accounts: Sequence[str] | None, progress: Progress,
    ) -> None:  # fmt: skip
        self.tenant, self.place, self.now, self.threads = tenant, place, now, threads
        self.accounts, self.progress = accounts, progress
        self.cycle: Cycle = operations.expect(tenant=tenant, name=cycle_name, event="bill")
        if accounts is not None and self.cycle.bill_run is None:
            raise UnableToBill("CYCLE_NOT_BILLED", cycle=cycle_name)

    def do(self) -> BillReport:
        inputs = self._gather()
        chosen = self._chosen(inputs)
        extra = self._extras(inputs, chosen)
        digest = inputs.digest(self.cycle.name, self.accounts is None, chosen.tobytes(), *extra.told)
        done = self._done_before(digest)
        if done is not None:
            self._sweep(done.run)  # it may have been cut off between its publication and its sweeping
            return done
        run = open_run(tenant=self.tenant, kind=KIND, subject=self.cycle.name, input_digest=digest, now=self.now)
        parts = self._parts(inputs, chosen)
        advance = self.progress(2 * len(parts))
        machine()
        begin = elapsed_s()
        results = run_tasks(run, self._tasks(run, inputs, parts), threads=self.threads, advance=advance)
        computed = elapsed_s()
        extra = self._billable(extra, results)
        results += run_tasks(run, [Task("extras", lambda: self._write_extras(run, extra))], threads=1)
        booked_now = self._book(run, inputs, parts, extra, advance)
        booked = elapsed_s()
        report = self._report(run, inputs, chosen, results, extra)
        check(report, micro_per_minor(inputs.book.currency))
        self._publish(run, report, inputs, results, chosen, extra)
        self._sweep(run.pk)
        return replace(
            report,
            computed_per_s=round(report.billed / max(computed - begin, 1e-6)),
            booked_per_s=round(booked_now / max(booked - computed, 1e-6)),
        )

    def _gather(self) -> Inputs:
        tariff, before = tariffs_of(tenant=self.tenant, cycle=self.cycle, without=RATING_ALONE)
        return gather(
            book=compile_billing(tariff, Period(self.cycle.from_ms, self.cycle.to_ms), before),
            reference=reference(tenant=self.tenant, cycle=self.cycle, work=self.place.work),
            facts=facts(tenant=self.tenant, cycle=self.cycle),
            totals=rated.rated_totals(tenant=self.tenant, cycle=self.cycle.name, lake=self.place.lake),
            parked_units=[
                one.unit_id for one in queries.parked(tenant=self.tenant, cycle=self.cycle.name)
                if one.unit_id is not None
            ],
        )  # fmt: skip

    def _extras(self, inputs: Inputs, chosen: Ints) -> extras.Extras:
        """Lines of other cycles: of all accounts or of those asked for, but not of parked ones: theirs wait."""
        found = extras.gather(
            tenant=self.tenant, places=self.place, cycle=self.cycle, now=self.now, threads=self.threads,
            micro_per_minor=micro_per_minor(inputs.book.currency),
        )  # fmt: skip
        ids = np.asarray(inputs.reference.account_id, np.int64)
        if self.accounts is not None:
            return found.only(ids[(chosen == 1) & (inputs.aside == 0)].tolist())
        return found.only(found.accounts - set(ids[inputs.aside == 1].tolist()))

    def _billable(self, found: extras.Extras, results: Sequence[dict[str, Any]]) -> extras.Extras:
        """Without those of the accounts whose amounts were too large."""
        lost = {account for result in results for account in result["too_large"]}
        return found.only(found.accounts - lost) if lost else found

    def _write_extras(self, run: Run, found: extras.Extras) -> dict[str, Any]:
        if not found.lines.num_rows:
            return {"sums": {}, "too_large": []}
        pending = write_file(
            tenant=self.tenant, kind=EXTRA, subject=self.cycle.name, table=found.lines,
            name=lake.items_name(run.pk, 0), lake=self.place.lake,
        )  # fmt: skip
        return {"file": pending.to_json(), "sums": found.sums(), "too_large": []}

    def _chosen(self, inputs: Inputs) -> Ints:
        """1 for each account this run is about. BadInput ACCOUNT_NOT_FOUND for one that gets no bill in this cycle."""
        if self.accounts is None:
            return inputs.has_bill
        place = {code: n for n, code in enumerate(inputs.reference.account_code) if inputs.has_bill[n]}
        missing = [code for code in self.accounts if code not in place]
        if missing:
            raise BadInput(
                [Fault("ACCOUNT_NOT_FOUND", value=code, params={"cycle": self.cycle.name}) for code in missing[:100]]
            )
        chosen = np.zeros_like(inputs.has_bill)
        chosen[[place[code] for code in self.accounts]] = 1
        return chosen

    def _done_before(self, digest: str) -> BillReport | None:
        """The report of a run on the same inputs whose bills count still."""
        if self.cycle.bill_run is None:
            return None
        whole = {"pk": self.cycle.bill_run} if self.accounts is None else {"pk__gt": self.cycle.bill_run}
        done = Run.objects.filter(kind=KIND, subject=self.cycle.name, state=Run.State.DONE, **whole)
        newest = done.filter(input_digest=digest).order_by("-id").first()
        if newest is None:
            return None
        return BillReport(cycle=self.cycle.name, run=newest.pk, again=True, **newest.counts)

    def _parts(self, inputs: Inputs, chosen: Ints) -> list[Ints]:
        """The accounts of each part, as 0 or 1 per account; parked ones are in none."""
        wanted = chosen & (1 - inputs.aside)
        parts = parts_for(int(chosen.sum()))
        part = part_of_accounts(np.asarray(inputs.reference.account_id, np.int64), parts)
        return [np.where(part == n, wanted, 0) for n in range(parts)]

    def _tasks(self, run: Run, inputs: Inputs, parts: Sequence[Ints]) -> list[Task]:
        def work(n: int) -> Callable[[], dict[str, Any]]:
            return lambda: self._compute(run, inputs, parts[n], n)

        return [Task(f"bills-{n:03d}", work(n)) for n in range(len(parts))]

    def _compute(self, run: Run, inputs: Inputs, wanted: Ints, part: int) -> dict[str, Any]:
        made = compute(inputs, wanted)
        point("bill.computed")
        account_ids = np.asarray(inputs.reference.account_id, np.int64)
        pending = write_file(
            tenant=self.tenant, kind=lake.ITEMS, subject=self.cycle.name, table=made.items,
            name=lake.items_name(run.pk, part), lake=self.place.lake, part=part,
        )  # fmt: skip
        lake.write_headers(lake.headers_path(self.place.work, run.pk, part), made.headers)
        return {"file": pending.to_json(), "sums": made.sums, "too_large": account_ids[made.too_large].tolist()}

    def _book(self, run: Run, inputs: Inputs, parts: Sequence[Ints], extra: extras.Extras, advance: Advance) -> int:
        """Book what is not booked yet; how many bills that was. Headers lost with the scratch are computed again."""
        booked = 0
        pace = Pace(first=bulk.CHUNK, fewest=bulk.CHUNK, most=bulk.CHUNK)  # the chunks are named: one size
        rates = inputs.book.rates_ppm.tolist()
        more = extra.headers(inputs.book.currency.code)
        for n in range(len(parts)):
            path = lake.headers_path(self.place.work, run.pk, n)
            table = lake.read_headers(path) if path.is_file() else compute(inputs, parts[n]).headers
            for start in range(0, table.num_rows, bulk.CHUNK):
                chunk = table.slice(start, bulk.CHUNK)
                headers = book_headers(
                    chunk, currency=inputs.book.currency.code, classes=inputs.book.tax_classes, rates_ppm=rates
                )
                if more:
                    headers = [extras.joined(header, more.pop(header.account_id, None)) for header in headers]
                booked += self._book_chunk(run, f"book-{n:03d}-{start // bulk.CHUNK:03d}", headers, pace)
            advance(1)
        left = [more[account] for account in sorted(more)]  # bills of nothing but lines of other cycles
        for start in range(0, len(left), bulk.CHUNK):
            some = left[start : start + bulk.CHUNK]
            booked += self._book_chunk(run, f"book-extra-{start // bulk.CHUNK:03d}", some, pace)
        return booked

    def _book_chunk(self, run: Run, task: str, headers: Sequence[BillHeader], pace: Pace) -> int:
        with pace.chunk(len(headers)):
            new = bulk.book_chunk(
                tenant=self.tenant, cycle=self.cycle, run=run, task=task, headers=headers, whole=self.accounts is None
            )
        return len(headers) if new else 0

    def _report(
        self, run: Run, inputs: Inputs, chosen: Ints, results: Sequence[dict[str, Any]], extra: extras.Extras
    ) -> BillReport:
        alone = len(extra.accounts - set(np.asarray(inputs.reference.account_id, np.int64)[chosen == 1].tolist()))
        sums: Counter[str] = Counter({"billed": alone})
        for result in results:
            sums.update(result["sums"])
        parked = {
            "UNIT_PARKED": int((chosen & inputs.aside).sum()),
            "AMOUNT_OVERFLOW": sum(len(result["too_large"]) for result in results),
        }
        return BillReport(
            cycle=self.cycle.name,
            run=run.pk,
            currency=inputs.book.currency.code,
            accounts=int(chosen.sum()) + alone,
            parked={code: count for code, count in parked.items() if count},
            rated_micro=inputs.rated_micro,
            unbilled_micro=self._unbilled(inputs, chosen, results),
            billed=sums["billed"],
            items=sums["items"],
            usage_micro=sums["usage_micro"],
            fee_micro=sums["fee_micro"],
            discount_micro=sums["discount_micro"],
            minimum_micro=sums["minimum_micro"],
            total_minor=sums["total_minor"],
            tax_minor=sums["tax_minor"],
            remainder_micro=sums["remainder_micro"],
            late_micro=sums["late_micro"],
            adjusted_micro=sums["adjusted_micro"],
            extras=next(iter(extra.told), ""),
        )

    def _unbilled(self, inputs: Inputs, chosen: Ints, results: Sequence[dict[str, Any]]) -> int:
        """Rated money on accounts this run does not bill: parked, too large, or not asked for."""
        lost = np.array([account for result in results for account in result["too_large"]], np.int64)
        out = (chosen == 0) | (inputs.aside == 1) | np.isin(inputs.reference.account_id, lost)
        return usage_left_out(inputs, out)

    def _publish(
        self, run: Run, report: BillReport, inputs: Inputs, results: Sequence[dict[str, Any]], chosen: Ints,
        extra: extras.Extras,
    ) -> None:  # fmt: skip
        """One transaction: files, what is parked, the run, and the cycle that points at it. Then dead files go."""
        tenant, name = self.tenant, self.cycle.name
        dead: list[str] = []
        with transaction.atomic():
            if queries.cycle_named(tenant=tenant, name=name).rate_run != self.cycle.rate_run:
                raise UnableToBill("RATED_MEANWHILE", cycle=name)
            register(tenant=tenant, files=[PendingFile(**r["file"]) for r in results if "file" in r], run=run)
            ids = np.asarray(inputs.reference.account_id, np.int64)[chosen == 1].tolist()
            operations.resolve(
                tenant=tenant, name=name, kind=KIND, now=self.now, accounts=None if self.accounts is None else ids
            )
            operations.park(tenant=tenant, name=name, run=run, found=self._too_large(run, inputs, results))
            if self.accounts is None:
                dead = lake.supersede(tenant=tenant, cycle=name)
                operations.take_bills(tenant=tenant, name=name, run=run)
            else:
                operations.take_some_bills(tenant=tenant, name=name, run=run)
            operations.mark_billed(tenant=tenant, ids=extra.adjustments, run=run)
            finish(run, counts=report.counts(), now=self.now)
            point("run.publish")
        point("run.published")
        delete_files(self.place.lake, dead)

    def _too_large(self, run: Run, inputs: Inputs, results: Sequence[dict[str, Any]]) -> list[Parked]:
        code_of = dict(zip(inputs.reference.account_id.tolist(), inputs.reference.account_code, strict=True))
        return [
            Parked(code="AMOUNT_OVERFLOW", run=run.pk, account_id=account, params={"account": code_of[account]})
            for result in results
            for account in result["too_large"]
        ]

    def _sweep(self, run_id: int) -> None:
        """Remove what no longer counts: bills and items of earlier runs, the scratch of this one."""
        bulk.remove_superseded(tenant=self.tenant, cycle=self.cycle)
        lake.sweep_items(tenant=self.tenant, cycle=self.cycle.name, lake=self.place.lake)
        lake.forget_headers(self.place.work, run_id)
