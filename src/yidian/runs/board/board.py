"""The board of a month, and the list of months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from yidian.domains.customer_bill import queries as bills
from yidian.platform.access.approvals import approvals_about
from yidian.platform.access.queries import names_of
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.jobs.queries import runs_with
from yidian.platform.tenancy.models import Tenant
from yidian.runs.board.found import Found, find
from yidian.runs.board.log import log_lines
from yidian.runs.board.next_step import acts, says
from yidian.runs.board.steps import minor, step_rows
from yidian.runs.board.types import Board, Compared, MonthLine, ParkedGroup

SUMS: Final = ("fee_micro", "usage_micro", "minimum_micro", "discount_micro", "late_micro", "adjusted_micro")


def board(*, tenant: Tenant, lake: Path, cycle: str, now: datetime) -> Board:
    """How a month stands. UnableToFindCycle."""
    found = find(tenant=tenant, lake=lake, name=cycle, now=now)
    steps = step_rows(found)
    code, params, tone = says(found, steps)
    approvals = approvals_about(tenant=tenant, subject=f"cycle/{cycle}")
    agreed_on = {one.params.get("job") for one in approvals}
    offered = tuple(one for one in acts(found, steps) if one.kind not in agreed_on)
    return Board(
        cycle=found.cycle, says=(code, params), tone=tone, steps=steps, acts=offered, at_work=found.at_work,
        parked=tuple(ParkedGroup(*row) for row in found.parked), compared=tuple(_compared(found)),
        before=found.before.name if found.before else "", log=log_lines(found),
        approvals=tuple(approvals), waiting=found.inbox, people=_people(found, approvals),
    )  # fmt: skip


def _people(found: Found, approvals: Sequence[ApprovalFacts]) -> Mapping[str, str]:
    """Names of those who did something to the month, by login."""
    told = [*(job.actor for job in found.jobs), *(step.actor for step in found.history)]
    logins = {actor.partition("/")[2] for actor in told if actor.startswith("staff/")}
    logins |= {actor.partition(":")[2] for one in approvals for actor in (one.asked_by, one.decided_by)}
    return names_of(tenant=found.tenant, logins=logins)


def _compared(found: Found) -> Iterator[Compared]:
    """This month's bills beside last month's, as their bill runs have summed them."""
    this, last = found.run("bill"), found.run_before("bill")
    if this is None or last is None:
        return
    for name in SUMS:
        yield _pair(f"MONTH_SUM_{name[:-6].upper()}", *(minor(found, run.counts.get(name, 0)) for run in (this, last)))
    yield _pair("MONTH_SUM_TOTAL", this.counts["total_minor"], last.counts["total_minor"])


def _pair(code: str, this: int, last: int) -> Compared:
    return Compared(code, this, last, (this - last) * 1000 // abs(last) if last else None)


def months(*, tenant: Tenant) -> list[MonthLine]:
    """Every month, newest first."""
    cycles = bills.cycles(tenant=tenant)
    counts = runs_with(tenant=tenant, ids=[one.bill_run for one in cycles if one.bill_run is not None])
    parked = bills.parked_by_cycle(tenant=tenant)
    none: dict[str, int | None] = {"billed": None, "total_minor": None}
    lines = []
    for one in reversed(cycles):
        told = counts[one.bill_run] if one.bill_run is not None else none
        lines.append(MonthLine(one, told["billed"], told["total_minor"], parked.get(one.name, 0)))
    return lines
