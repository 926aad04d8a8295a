"""`yidian dun DATE`: book the late fees of all days before a day, and list who is overdue on it.

Typed again it books nothing twice; of a day that was listed before, the list is made anew.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from yidian.domains.credit.operations import book_late_fees, list_accounts, publish_list
from yidian.domains.credit.types import Held
from yidian.domains.customer_bill.queries import cycles
from yidian.domains.dispute.queries import held_of
from yidian.domains.payment.queries import cleared_late, overdue, owed_by, receivables_of
from yidian.domains.payment.types import Owed
from yidian.kernel.calendar import day_start_ms, local_date, to_ms
from yidian.platform.jobs.engine import alone, finish, open_run, record
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor

CHUNK, FEWEST, MOST = 40, 40, 500  # accounts in one transaction: the first, then by the time it took
RUN: Final = "dun"


class UnableToDun(Exception):
    """DUN_DAY_AHEAD: a day that is not over yet on the operator's calendar has no arrears."""

    code = "DUN_DAY_AHEAD"

    def __init__(self, *, on: date, today: date) -> None:
        self.params = {"on": on.isoformat(), "today": today.isoformat()}
        super().__init__(f"{on} is after {today}")


@dataclass(frozen=True, slots=True)
class DunReport:
    """`listed` accounts are overdue on the day; `fees` late fees of `fee_minor` together were booked now."""

    run: int
    listed: int
    fees: int
    fee_minor: int


def dun(
    *, tenant: Tenant, actor: Actor, on: date, now: datetime, locks: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> DunReport:  # fmt: skip
    """Late fees of the days before `on`, then the list of `on`. UnableToDun, UnableToRun."""
    today = local_date(to_ms(now), tenant.zone)
    if on > today:
        raise UnableToDun(on=on, today=today)
    with alone(tenant=tenant, subject=RUN, folder=locks):
        run = open_run(tenant=tenant, kind=RUN, subject=on.isoformat(), input_digest=RUN, now=now)
        found = _candidates(tenant, on)
        cycle = _cycle_of(tenant, on)
        done: list[dict[str, Any]] = list(
            RunTask.objects.filter(tenant=tenant, run=run).values_list("result", flat=True)
        )
        accounts = sorted(found)
        start = bisect_right(accounts, max((one.get("last", "") for one in done), default=""))
        advance(start)
        pace = Pace(first=CHUNK, fewest=FEWEST, most=MOST)
        while part := accounts[start : start + pace.size]:
            done.append(_part(tenant, actor, run, {one: found[one] for one in part}, on, cycle, now, pace))
            start += len(part)
            advance(len(part))
        return _end(tenant, actor, run, done, on, now)


def _candidates(tenant: Tenant, on: date) -> dict[str, list[Owed]]:
    """By account: what is overdue, and what was paid late since the last list and may still owe a fee."""
    late = cleared_late(tenant=tenant, booked_from=_last_before(tenant, on))
    found: defaultdict[str, list[Owed]] = defaultdict(list)
    rows = {one.id: one for one in overdue(tenant=tenant, on=on)} | receivables_of(tenant=tenant, ids=late)
    for _, one in sorted(rows.items()):
        found[one.account].append(one)
    return found


def _last_before(tenant: Tenant, on: date) -> date:
    """The last day before `on` whose list was made; what was booked on it may have come after."""
    days = Run.objects.filter(tenant=tenant, kind=RUN, state=Run.State.DONE, subject__lt=on.isoformat())
    last = days.order_by("-subject").values_list("subject", flat=True).first()
    return date.fromisoformat(last) if last else date.min


def _cycle_of(tenant: Tenant, on: date) -> str:
    """The cycle whose charges fees of the day become: the open one it lies in, else an open one, else its month."""
    start_ms = day_start_ms(on, tenant.zone)
    opened = [one for one in cycles(tenant=tenant) if one.state == "open"]
    within = [one.name for one in opened if one.from_ms <= start_ms < one.to_ms]
    return (within or [one.name for one in opened] or [f"{on:%Y-%m}"])[0]


def _part(
    tenant: Tenant, actor: Actor, run: Run, found: dict[str, list[Owed]], on: date, cycle: str, now: datetime,
    pace: Pace,
) -> dict[str, Any]:  # fmt: skip
    digest = hashlib.sha256(repr(found).encode()).hexdigest()
    first, last = next(iter(found)), next(reversed(found))
    name = f"{first} {last} {len(found)}"[:128]
    with pace.chunk(len(found)), chunk(
        tenant=tenant, actor=actor, operation="credit.dun", now=now, digest=digest, count=len(found),
        subject=f"dun {run.pk} {name}",
    ) as frame:  # fmt: skip
        rows = [one for owed in found.values() for one in owed]
        held = _held(tenant, rows)
        fees, fee_minor = book_late_fees(frame=frame, receivables=rows, to_on=on, cycle=cycle, held=held)
        owed = owed_by(tenant=tenant, accounts=found.keys())
        listed = list_accounts(
            frame=frame, on=on, run=run.pk, owed={one: owed.get(one, []) for one in found}, held=held
        )  # fmt: skip
        result = {"last": last, "listed": listed, "fees": fees, "fee_minor": fee_minor}
        record(run, name, result)
        point("dun.chunk")
    point("dun.chunk.committed")
    return result


def _held(tenant: Tenant, rows: Sequence[Owed]) -> dict[int, list[Held]]:
    """By receivable: what of it is disputed and therefore not asked for."""
    bills = {int(one.refers): one.id for one in rows if one.kind == "bill"}
    return {bills[bill]: parts for bill, parts in held_of(tenant=tenant, bills=bills.keys()).items()}


def _end(
    tenant: Tenant, actor: Actor, run: Run, results: Sequence[dict[str, Any]], on: date, now: datetime
) -> DunReport:
    counts = {name: sum(one[name] for one in results) for name in ("listed", "fees", "fee_minor")}
    with chunk(
        tenant=tenant, actor=actor, operation="credit.dun.end", now=now, digest="", count=counts["listed"],
        subject=f"dun {run.pk}",
    ) as frame:  # fmt: skip
        publish_list(frame=frame, on=on, run=run.pk)
        finish(run, counts=counts, now=now)
        point("dun.end")
    point("dun.ended")
    return DunReport(run=run.pk, **counts)
