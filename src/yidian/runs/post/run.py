"""The posting run: bills go into the ledger, what is owed is opened, in chunks that hold the lock for a moment.

The cycle is posted, its bills fixed, before the first chunk: whatever a kill leaves half done can only be done to its
end. A chunk is one transaction with its task row; the next attempt goes on behind the last one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django_scopes import scope

from yidian.domains.charging.operations import credit_many
from yidian.domains.charging.types import Credit
from yidian.domains.customer_bill import bulk, operations, queries
from yidian.domains.customer_bill.types import BillToPost, Cycle
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import AccountKey, Entry
from yidian.domains.payment.bulk import open_receivables
from yidian.domains.payment.types import NewReceivable
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.jobs.engine import alone, finish, open_run
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor
from yidian.runs.post.legs import Grosses, entry, grosses
from yidian.runs.rate.inputs import Places, digest_of

KIND: Final = "post"
FIRST, FEWEST, MOST = 250, 100, 2_000  # bills in a chunk: the first, then by the time it took


@dataclass(frozen=True, slots=True)
class PostReport:
    """What stands in the books. `credited_minor`: of bills below zero, now money of the customers.

    `longest_ms`: the longest that a chunk held the database's lock.
    """

    cycle: str
    bills: int
    total_minor: int
    tax_minor: int
    credited_minor: int
    longest_ms: int = 0
    again: bool = False

    def counts(self) -> dict[str, int]:
        names = ("bills", "total_minor", "tax_minor", "credited_minor")
        return {name: getattr(self, name) for name in names}


def post(
    *, tenant: Tenant, places: Places, cycle: str, now: datetime, actor: Actor = operations.CONSOLE,
    leave_parked: bool = False, advance: Callable[[int], None] | None = None,
) -> PostReport:  # fmt: skip
    """Post a billed cycle, or go on where it was cut off. The same again changes nothing.

    UnableToFindCycle, UnableToChangeCycle, UnableToCloseCycle (UNITS_PARKED, USAGE_AFTER_RATING, CYCLE_NOT_BILLED),
    UnableToRun, BillsDoNotAgree.
    """
    with alone(tenant=tenant, subject=f"cycle {cycle}", folder=places.locks), scope(tenant=tenant):
        return post_alone(
            tenant=tenant, places=places, cycle=cycle, now=now, actor=actor, leave_parked=leave_parked, advance=advance
        )


def post_alone(
    *, tenant: Tenant, places: Places, cycle: str, now: datetime, actor: Actor, leave_parked: bool,
    advance: Callable[[int], None] | None = None,
) -> PostReport:  # fmt: skip
    """`post` for whoever works on the cycle alone already."""
    found = operations.begin_posting(tenant=tenant, name=cycle, now=now, actor=actor, leave_parked=leave_parked)
    done = Run.objects.filter(tenant=tenant, kind=KIND, subject=cycle, state=Run.State.DONE).first()
    if done is not None:
        return PostReport(cycle=cycle, again=True, **done.counts)
    run = open_run(tenant=tenant, kind=KIND, subject=cycle, input_digest=digest_of([cycle, found.bill_run]), now=now)
    return _Posting(tenant, places, found, run, actor, advance or _nothing).do()


def _nothing(_steps: int) -> None:
    return None


class _Posting:
    def __init__(
        self, tenant: Tenant, places: Places, cycle: Cycle, run: Run, actor: Actor, advance: Callable[[int], None]
    ) -> None:
        self.tenant, self.places, self.cycle, self.run = tenant, places, cycle, run
        self.actor, self.advance = actor, advance
        self.on = local_date(to_ms(run.started_at), tenant.zone)  # of the first attempt, whenever the last one is
        self.due_on = due_on(tenant=tenant, cycle=cycle)

    def do(self) -> PostReport:
        items = grosses(tenant=self.tenant, cycle=self.cycle.name, lake=self.places.lake)
        results: list[dict[str, int]] = list(RunTask.objects.filter(run=self.run).values_list("result", flat=True))
        after = max((result["last"] for result in results), default=-1)
        pace = Pace(first=FIRST, fewest=FEWEST, most=MOST)
        while bills := queries.bills_to_post(tenant=self.tenant, cycle=self.cycle.name, after=after, limit=pace.size):
            entries = self._entries(bills, items)
            result = _result(bills)
            self._write(bills, entries, result, pace)
            results.append(result)
            after = result["last"]
            self.advance(len(bills))
        return self._finish(results, pace.longest_s)

    def _entries(self, bills: Sequence[BillToPost], items: Grosses) -> list[Entry]:
        found = zip(bills, items.of([bill.account_id for bill in bills]), strict=True)
        made = [entry(bill=bill, items=mine, cycle=self.cycle.name, on=self.on) for bill, mine in found]
        return [one for one in made if one is not None]

    def _write(self, bills: Sequence[BillToPost], entries: Sequence[Entry], result: dict[str, int], pace: Pace) -> None:
        """One transaction: ledger, what is owed, what is given back, finality, and the task that says it is done."""
        subject = f"cycle/{self.cycle.name}/bills/{bills[0].id}"
        told, owed = digest(entries), [self._owed(bill) for bill in bills]
        with pace.chunk(len(bills)), chunk(
            tenant=self.tenant, actor=self.actor, operation="bill.post", now=self.run.started_at,
            digest=told, count=len(bills), subject=subject,
        ) as frame:  # fmt: skip
            post_many(frame=frame, entries=entries)
            open_receivables(frame=frame, rows=owed)
            self._give_back(frame, [bill for bill in bills if bill.total_minor < 0])
            bulk.make_final(
                tenant=self.tenant, run=self.run, task=f"bills-{bills[0].id}", result=result,
                ids=[bill.id for bill in bills],
            )  # fmt: skip
            point("post.chunk")
        point("post.chunk.committed")

    def _owed(self, bill: BillToPost) -> NewReceivable:
        return NewReceivable(
            bill_id=bill.id, account=bill.account_code, cycle=self.cycle.name, due_on=self.due_on,
            amount_minor=max(bill.total_minor, 0),
        )  # fmt: skip

    def _give_back(self, frame: Frame, bills: Sequence[BillToPost]) -> None:
        """A bill below zero is money of the customer: it moves from the receivable into the general book."""
        credit_many(frame=frame, on=self.on, kind="bill_credit", credits=[
            Credit(
                bill.account_code, "general", -bill.total_minor, AccountKey("receivable", bill.account_code),
                refers=f"bill/{bill.id}", cycle=self.cycle.name,
            )
            for bill in bills
        ])  # fmt: skip

    def _finish(self, results: Sequence[dict[str, int]], longest: float) -> PostReport:
        sums = {name: sum(r[name] for r in results) for name in ("bills", "total_minor", "tax_minor", "credited_minor")}
        report = PostReport(
            cycle=self.cycle.name, bills=sums["bills"], total_minor=sums["total_minor"], tax_minor=sums["tax_minor"],
            credited_minor=sums["credited_minor"], longest_ms=round(longest * 1000),
        )  # fmt: skip
        point("run.publish")
        with transaction.atomic():
            finish(self.run, counts=report.counts(), now=self.run.started_at)
        point("run.published")
        return report


def due_on(*, tenant: Tenant, cycle: Cycle) -> date:
    """The last day on which a bill of the cycle is not overdue: the day of the terms, in the month after the cycle."""
    month_after = local_date(cycle.to_ms, cycle.zone)
    return month_after.replace(day=queries.terms_on(tenant=tenant, on=month_after).due_day)


def digest(entries: Sequence[Entry]) -> str:
    """SHA-256 over what goes into the books."""
    return hashlib.sha256(repr([(one.refers, one.legs) for one in entries]).encode()).hexdigest()


def _result(bills: Sequence[BillToPost]) -> dict[str, Any]:
    return {
        "last": bills[-1].id,
        "bills": len(bills),
        "total_minor": sum(bill.total_minor for bill in bills),
        "tax_minor": sum(sum(bill.taxes.values()) for bill in bills),
        "credited_minor": sum(max(-bill.total_minor, 0) for bill in bills),
    }
