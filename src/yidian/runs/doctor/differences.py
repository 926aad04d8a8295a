"""Differences of months in the books, found again: from the same files, customers and corrections, the same lines.

So what a month has billed and what later bills have borne for it are together what its tariffs bill.
"""

from __future__ import annotations

from yidian.domains.customer_bill.queries import bill_runs, cycles
from yidian.domains.customer_bill.types import Cycle
from yidian.platform.jobs.engine import UnableToRun, alone
from yidian.platform.jobs.models import Run
from yidian.platform.jobs.queries import done
from yidian.runs.bill.extras import ADJUSTMENT
from yidian.runs.differences.difference import Difference, difference
from yidian.runs.differences.lines import EXTRA, LINES, billed_lines, of_accounts
from yidian.runs.differences.run import bearing_before, digest_of_sources, read
from yidian.runs.differences.sources import KIND, Source, sources
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

ORDER = [(name, "ascending") for name in LINES.names]


def differences_again(on: Visit) -> Finding:
    """Every late run whose bills count: do they bear what it found, and would it be found again?"""
    look = Look("I15", "DIFFERENCES")
    for cycle in cycles(tenant=on.tenant):
        for run in done(tenant=on.tenant, kind=KIND, subject=cycle.name):
            look.checked += len(run.counts["months"])
            _borne(on, look, cycle, run)
            _again(on, look, cycle, run)
    return look.finding()


def _borne(on: Visit, look: Look, cycle: Cycle, run: Run) -> None:
    """Bills that were made together after the run have its lines, each account its own; who has no bill waits."""
    made = bill_runs(tenant=on.tenant, cycle=cycle.name)
    if cycle.bill_run is None or cycle.bill_run < run.pk or set(made.values()) != {cycle.bill_run}:
        return
    found, _ = read(tenant=on.tenant, places=on.places, run=run)
    lines = billed_lines(tenant=on.tenant, cycle=cycle.name, lake=on.places.lake, kind=EXTRA)
    mine = [row for row in lines.sort_by(ORDER).to_pylist() if row["kind"] != ADJUSTMENT]
    if mine != of_accounts(found, made).sort_by(ORDER).to_pylist():
        look.violation("DIFFERENCES_NOT_BORNE", cycle=cycle.name, run=run.pk)


def _again(on: Visit, look: Look, cycle: Cycle, run: Run) -> None:
    earlier = [name for name in bearing_before(tenant=on.tenant) if name != cycle.name]
    found = sources(tenant=on.tenant, lake=on.places.lake, cycle=cycle, earlier=earlier)
    if digest_of_sources(tenant=on.tenant, found=found, earlier=earlier) != run.input_digest:
        look.note("DIFFERENCES_MOVED_ON", cycle=cycle.name, run=run.pk)
        return
    lines, taxes = read(tenant=on.tenant, places=on.places, run=run)
    for one in found:
        try:
            made = _made(on, one, earlier)
        except UnableToRun:
            look.note("DIFFERENCES_MOVED_ON", cycle=one.origin.name, run=run.pk)
            continue
        for new, old in ((made.lines, lines), (made.taxes, taxes)):
            kept = [row for row in old.to_pylist() if row["origin"] == one.origin.name]
            if sorted(map(str, new.to_pylist())) != sorted(map(str, kept)):
                look.violation("DIFFERENCES_DIFFER", cycle=cycle.name, origin=one.origin.name, run=run.pk)
                break


def _made(on: Visit, source: Source, earlier: list[str]) -> Difference:
    with alone(tenant=on.tenant, subject=f"cycle {source.origin.name}", folder=on.places.locks):
        return difference(
            tenant=on.tenant, places=on.places, source=source, now=on.now, threads=1,
            earlier=[name for name in earlier if name != source.origin.name],
        )  # fmt: skip
