"""The six steps of a month, each with its row law, from what its runs have stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from yidian.domains.customer_bill import queries as bills
from yidian.domains.customer_bill.types import CLOSED, FIXED, OPEN
from yidian.domains.usage.queries import taken_between
from yidian.kernel.money import currency, micro_per_minor
from yidian.platform.jobs.types import RunFacts
from yidian.runs.board.found import Found, cut_at
from yidian.runs.board.types import STEPS, Law, StepRow


def step_rows(found: Found) -> tuple[StepRow, ...]:
    """All six, in order."""
    rows = [ROWS[name](found) for name in STEPS]
    following = next((row.name for row in rows if row.state != "done"), "")
    return tuple(_stands(found, row, row.name == following) for row in rows)


def _stands(found: Found, row: StepRow, is_next: bool) -> StepRow:
    """A step with its state: what a job says of it, else whether it is the next one."""
    job = found.job(row.name)
    if job is not None and job.goes_on:
        return replace(row, state="working", job=job)
    if row.state in ("done", "open"):
        return row
    if job is not None and job.state == "parked":
        return replace(row, state="stopped", job=job)
    return replace(row, state="next" if is_next and found.at_work is None else "waits")


def _collect(found: Found) -> StepRow:
    before = bills.steps(tenant=found.tenant, cycle=found.before.name) if found.before else []
    taken = taken_between(tenant=found.tenant, after=cut_at(before), until=cut_at(found.history))
    other = {"REJECTED": taken["rejected"], "DUPLICATE": taken["duplicates"]}
    law = Law("record", taken["records"], taken["good"], taken["rejected"] + taken["duplicates"], other)
    state = "open" if found.cycle.state == OPEN else "done"
    return StepRow(1, "collect", state, law, note=("MONTH_NOTE_FILES", {"count": taken["files"]}))


def _rate(found: Found) -> StepRow:
    run, before = found.run("rate"), found.run_before("rate")
    row = StepRow(2, "rate", "done" if run else "waits", before_s=before.took_s if before else None)
    if run is None:
        return row
    counts = run.counts
    other = dict(counts["rejected"]) | ({"PARKED": counts["parked_events"]} if counts["parked_events"] else {})
    law = Law("event", counts["taken"], counts["good"], sum(other.values()), other)
    return _timed(replace(row, law=law, amount_minor=minor(found, counts["amount_micro"])), run, counts["taken"])


def _bill(found: Found) -> StepRow:
    run, before = found.run("bill"), found.run_before("bill")
    row = StepRow(3, "bill", "done" if run else "waits", before_s=before.took_s if before else None)
    if run is None:
        return row
    counts = run.counts
    law = Law("account", counts["accounts"], counts["billed"], sum(counts["parked"].values()), counts["parked"])
    note: tuple[str, Mapping[str, object]] | None = None
    total = counts["total_minor"]
    if found.billed_again:  # some accounts were billed once more: what counts now is asked of the bills
        count, total = bills.billed_sums(tenant=found.tenant, cycle=found.cycle.name)
        note = ("MONTH_NOTE_BILLED_AGAIN", {"times": len(found.billed_again), "count": count})
    return _timed(replace(row, law=law, amount_minor=total, note=note), run, counts["accounts"])


def _post(found: Found) -> StepRow:
    run, before = found.run("post"), found.run_before("post")
    state = "done" if run else "waits"
    row = StepRow(4, "post", state, before_s=before.took_s if before else None)
    if run is None:
        return row
    billed = found.run("bill")
    if billed is None or found.billed_again:
        count, _ = bills.billed_sums(tenant=found.tenant, cycle=found.cycle.name)
    else:
        count = int(billed.counts["billed"])
    law = Law("bill", count, run.counts["bills"], 0)
    return _timed(replace(row, law=law, amount_minor=run.counts["total_minor"]), run, count)


def _clear(found: Found) -> StepRow:
    run, before = found.run("clear"), found.run_before("clear")
    row = StepRow(5, "clear", "done" if run else "waits", before_s=before.took_s if before else None)
    if run is None:
        return row
    cleared = sum(one.counts["cleared_minor"] for one in found.runs if one.kind == "clear" and one.state == "done")
    note = ("MONTH_NOTE_CLEARED", {"count": run.counts["accounts"], "open_minor": run.counts["open_minor"]})
    return _timed(replace(row, amount_minor=cleared, note=note), run, run.counts["accounts"])


def _close(found: Found) -> StepRow:
    done = found.cycle.state == CLOSED
    note: tuple[str, Mapping[str, object]] | None = None
    if done:
        note = ("MONTH_NOTE_CLOSED", {"at": found.cycle.closed_at})
    elif found.cycle.state in FIXED:
        note = ("MONTH_NOTE_EQUATIONS", {})
    return StepRow(6, "close", "done" if done else "waits", note=note)


def _timed(row: StepRow, run: RunFacts, count: int) -> StepRow:
    took = run.took_s
    return replace(row, took_s=took, per_s=count // took if took else None)


def minor(found: Found, amount_micro: int) -> int:
    """Micro-units cut to minor ones, towards zero."""
    unit = micro_per_minor(currency(found.tenant.currency))
    return amount_micro // unit if amount_micro >= 0 else -(-amount_micro // unit)


ROWS: Final[Mapping[str, Callable[[Found], Any]]] = {
    "collect": _collect, "rate": _rate, "bill": _bill, "post": _post, "clear": _clear, "close": _close
}  # fmt: skip
