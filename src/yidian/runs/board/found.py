"""What a board is made of, read once: the cycle and the one before it, runs, jobs, what is parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from yidian.domains.customer_bill import queries as bills
from yidian.domains.customer_bill.types import Cycle, Step
from yidian.domains.usage.queries import sources
from yidian.kernel.calendar import to_ms
from yidian.platform.jobs.queries import jobs_about, runs_of
from yidian.platform.jobs.types import JobFacts, RunFacts
from yidian.platform.tenancy.models import Tenant
from yidian.runs.board.types import KINDS
from yidian.runs.collect.inbox import waiting

CUTS = ("cut", "rate")  # after the first of them later files are late


@dataclass(frozen=True)
class Found:
    """`now` is what the month is looked at with."""

    tenant: Tenant
    lake: Path
    cycle: Cycle
    before: Cycle | None
    now: datetime

    @cached_property
    def history(self) -> list[Step]:
        return bills.steps(tenant=self.tenant, cycle=self.cycle.name)

    @cached_property
    def runs(self) -> list[RunFacts]:
        return runs_of(tenant=self.tenant, subject=self.cycle.name)

    @cached_property
    def runs_before(self) -> list[RunFacts]:
        return runs_of(tenant=self.tenant, subject=self.before.name) if self.before else []

    @cached_property
    def jobs(self) -> list[JobFacts]:
        return jobs_about(tenant=self.tenant, params={"cycle": self.cycle.name})

    @cached_property
    def parked(self) -> list[tuple[str, int]]:
        return bills.parked_counts(tenant=self.tenant, cycle=self.cycle.name)

    @cached_property
    def has_later_usage(self) -> bool:
        """Whether files came after the month was rated that rating would read."""
        cycle = self.cycle
        newest = bills.newest_usage_file(tenant=self.tenant, from_ms=cycle.from_ms, to_ms=cycle.to_ms)
        return cycle.rate_run is not None and not cycle.cut_fixed and newest > cycle.cutoff_file

    @cached_property
    def inbox(self) -> dict[str, int]:
        """How many files wait in the inbox of each source that has some."""
        found = {
            one: len(waiting(tenant=self.tenant, lake=self.lake, source=one)) for one in sources(tenant=self.tenant)
        }
        return {source: count for source, count in found.items() if count}

    @property
    def is_over(self) -> bool:
        return to_ms(self.now) >= self.cycle.to_ms

    def run(self, kind: str) -> RunFacts | None:
        """The newest finished run of a kind; of rating and billing the one that counts."""
        counts = {"rate": self.cycle.rate_run, "bill": self.cycle.bill_run}
        if kind in counts:
            return next((one for one in self.runs if one.id == counts[kind]), None)
        return next((one for one in self.runs if one.kind == kind and one.state == "done"), None)

    def run_before(self, kind: str) -> RunFacts | None:
        """The finished run of a kind of the month before."""
        return next((one for one in self.runs_before if one.kind == kind and one.state == "done"), None)

    def job(self, step: str) -> JobFacts | None:
        """The newest job of a step."""
        return next((one for one in self.jobs if one.kind in KINDS[step]), None)

    @cached_property
    def billed_again(self) -> list[RunFacts]:
        """Bill runs of some accounts only, after the one of all that counts."""
        whole = self.cycle.bill_run or 0
        return [one for one in self.runs if one.kind == "bill" and one.state == "done" and one.id > whole > 0]

    @cached_property
    def at_work(self) -> JobFacts | None:
        """The job that works or waits to, the one at work first."""
        going = [one for one in self.jobs if one.goes_on]
        return min(going, key=lambda one: (one.state != "working", one.id), default=None)


def cut_at(history: list[Step]) -> datetime | None:
    """When it was fixed which usage belongs to a month, for the first time."""
    return next((one.at for one in history if one.event in CUTS), None)


def find(*, tenant: Tenant, lake: Path, name: str, now: datetime) -> Found:
    """UnableToFindCycle."""
    cycle = bills.cycle_named(tenant=tenant, name=name)
    earlier = [one for one in bills.cycles(tenant=tenant) if one.to_ms <= cycle.from_ms]
    return Found(tenant, lake, cycle, earlier[-1] if earlier else None, now)
