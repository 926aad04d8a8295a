"""The posting run: bills go into the ledger, what is owed is opened, in chunks that hold the lock for a moment.

The cycle is posted, its bills fixed, before the first chunk: whatever a kill leaves half done can only be done to its
end. A chunk is one transaction with its task row; the next attempt goes on behind the last one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Final

from django.db import transaction
from django_scopes import scope

from yidian.domains.charging.operations import credit_many
from yidian.domains.charging.types import Credit
from yidian.domains.customer_bill import bulk, operations, queries
from yidian.domains.customer_bill.types import BillsToPost, Cycle
from yidian.domains.ledger.bulk import known_accounts, post_lot
from yidian.domains.ledger.types import AccountKey, Lot
from yidian.domains.payment.bulk import open_receivables
from yidian.domains.payment.types import NewReceivable
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.jobs.engine import alone, finish, open_run
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor
from yidian.runs.post.legs import Legs, grosses, legs_of
from yidian.runs.rate.inputs import Places, digest_of

KIND: Final = "post"
FIRST, FEWEST, MOST = 250, 100, 10_000  # bills in a chunk: the first, then by the time it took


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


@dataclass(frozen=True, slots=True)
class _Part:
    """What one chunk writes."""

    lot: Lot
    owed: list[NewReceivable]
    given_back: list[Credit]
    ids: list[int]
    digest: str
    result: dict[str, int]


class _Posting:
    def __init__(
        self, tenant: Tenant, places: Places, cycle: Cycle, run: Run, actor: Actor, advance: Callable[[int], None]
    ) -> None:
        self.tenant, self.places, self.cycle, self.run = tenant, places, cycle, run
        self.actor, self.advance = actor, advance
        self.on = local_date(to_ms(run.started_at), tenant.zone)  # of the first attempt, whenever the last one is
        self._accounts: dict[AccountKey, int] = {}  # ids that are known of the ledger's accounts
        self.due_on = due_on(tenant=tenant, cycle=cycle)

    def do(self) -> PostReport:
        results: list[dict[str, int]] = list(RunTask.objects.filter(run=self.run).values_list("result", flat=True))
        after = max((result["last"] for result in results), default=-1)
        legs = self._legs(after)
        pace, begin = Pace(first=FIRST, fewest=FEWEST, most=MOST), 0
        while begin < len(legs.bills.id):
            part = self._part(legs, begin, min(begin + pace.size, len(legs.bills.id)))
            self._write(part, pace)
            results.append(part.result)
            begin += len(part.ids)
            self.advance(len(part.ids))
        return self._finish(results, pace.longest_s)

    def _legs(self, after: int) -> Legs:
        bills = bulk.bills_to_post(tenant=self.tenant, cycle=self.cycle.name, after=after)
        return legs_of(bills=bills, items=grosses(tenant=self.tenant, cycle=self.cycle.name, lake=self.places.lake))

    def _part(self, legs: Legs, begin: int, end: int) -> _Part:
        """All that can be known of bills [begin, end) before their write begins: nobody waits for it."""
        lot = legs.lot(begin, end, cycle=self.cycle.name, on=self.on)
        self._accounts |= known_accounts(tenant=self.tenant, keys=set(lot.accounts) - self._accounts.keys())
        bills = legs.bills
        found = list(zip(
            bills.id[begin:end].tolist(), bills.account_code[begin:end], bills.total_minor[begin:end].tolist(),
            strict=True,
        ))  # fmt: skip
        owed = [
            NewReceivable(
                bill_id=id_, account=code, cycle=self.cycle.name, due_on=self.due_on, amount_minor=max(total, 0)
            )
            for id_, code, total in found
        ]
        given_back = [
            Credit(
                code, "general", -total, AccountKey("receivable", code), refers=f"bill/{id_}", cycle=self.cycle.name
            )
            for id_, code, total in found if total < 0
        ]  # fmt: skip
        return _Part(lot, owed, given_back, [id_ for id_, _, _ in found], digest(lot), _result(bills, begin, end))

    def _write(self, part: _Part, pace: Pace) -> None:
        """One transaction: ledger, what is owed, what is given back, finality, and the task that says it is done."""
        subject = f"cycle/{self.cycle.name}/bills/{part.ids[0]}"
        with pace.chunk(len(part.ids)), chunk(
            tenant=self.tenant, actor=self.actor, operation="bill.post", now=self.run.started_at,
            digest=part.digest, count=len(part.ids), subject=subject,
        ) as frame:  # fmt: skip
            post_lot(frame=frame, lot=part.lot, known=self._accounts)
            open_receivables(frame=frame, rows=part.owed)
            credit_many(frame=frame, on=self.on, kind="bill_credit", credits=part.given_back)
            bulk.make_final(
                frame=frame, cycle=self.cycle.name, run=self.run, task=f"bills-{part.ids[0]}", result=part.result,
                ids=part.ids,
            )  # fmt: skip
            point("post.chunk")
        point("post.chunk.committed")

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


def digest(lot: Lot) -> str:
    """SHA-256 over what goes into the books."""
    columns = (lot.refers, map(str, lot.legs), map("/".join, lot.accounts), map(str, lot.amounts_minor))
    return hashlib.sha256("\n".join(chain.from_iterable(columns)).encode()).hexdigest()


def _result(bills: BillsToPost, begin: int, end: int) -> dict[str, int]:
    totals = bills.total_minor[begin:end].tolist()
    taxes = slice(*bills.tax_bill.searchsorted([begin, end]).tolist())
    return {
        "last": int(bills.id[end - 1]),
        "bills": len(totals),
        "total_minor": sum(totals),
        "tax_minor": sum(bills.tax_minor[taxes].tolist()),
        "credited_minor": sum(max(-total, 0) for total in totals),
    }
