"""Clear a cycle, or one account, from balance books: in the operator's order, itemised where a book is choosy.

Whatever was done before, a run clears what is open when it comes to it: cut off, it is typed again and goes on.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from yidian.domains.charging.queries import available, choosy
from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment.operations import UnableToPay, clear_from_books, clear_many_from_books
from yidian.domains.payment.queries import accounts_owing, owed_by
from yidian.platform.jobs.engine import alone, finish, open_run, record
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk, perform
from yidian.platform.writing.types import Actor, Outcome
from yidian.runs.clear.items import Items, items_of_cycle, of_receivables

CHUNK, FEWEST, MOST = 10, 40, 500  # accounts in one transaction: the first, then by the time it took
RUN: Final = "clear"


@dataclass(frozen=True, slots=True)
class ClearReport:
    """`accounts` had something to clear with and were cleared of `cleared_minor`."""

    run: int
    accounts: int
    cleared_minor: int
    open_minor: int


def clear_cycle(
    *, tenant: Tenant, actor: Actor, cycle: str, now: datetime, lake: Path, locks: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> ClearReport:  # fmt: skip
    """Clear what is owed of a cycle. UnableToFindCycle, UnableToRun."""
    cycle_named(tenant=tenant, name=cycle)
    with alone(tenant=tenant, subject=f"clear {cycle}", folder=locks):
        run = open_run(tenant=tenant, kind=RUN, subject=cycle, input_digest=cycle, now=now)
        accounts = accounts_owing(tenant=tenant, cycle=cycle)
        able = sorted(account for account, minor in available(tenant=tenant, accounts=accounts).items() if minor > 0)
        items = items_of_cycle(tenant=tenant, cycle=cycle, accounts=choosy(tenant=tenant, accounts=able), lake=lake)
        done: list[dict[str, Any]] = list(
            RunTask.objects.filter(tenant=tenant, run=run).values_list("result", flat=True)
        )
        start = bisect_right(able, max((one.get("last", "") for one in done), default=""))
        advance(len(accounts) - len(able) + start)
        pace = Pace(first=CHUNK, fewest=FEWEST, most=MOST)
        while part := able[start : start + pace.size]:
            done.append(_clear_part(tenant, actor, run, part, items, now, pace))
            start += len(part)
            advance(len(part))
        return _end(tenant, actor, run, done, now)


def _clear_part(
    tenant: Tenant, actor: Actor, run: Run, accounts: Sequence[str], items: Items, now: datetime, pace: Pace
) -> dict[str, Any]:
    digest = hashlib.sha256(repr(accounts).encode()).hexdigest()
    name = f"{accounts[0]} {accounts[-1]} {len(accounts)}"[:128]
    owed = owed_by(tenant=tenant, accounts=accounts, cycle=run.subject)
    itemised = of_receivables([one for rows in owed.values() for one in rows], {run.subject: items})
    with pace.chunk(len(accounts)), chunk(
        tenant=tenant, actor=actor, operation="payment.clear", now=now, digest=digest, count=len(accounts),
        subject=f"clear {run.pk} {name}",
    ) as frame:  # fmt: skip
        found = clear_many_from_books(frame=frame, accounts=accounts, cycle=run.subject, items=itemised)
        cleared = {account: minor for account, minor in found.items() if minor}
        frame.emit_many("payment.cleared", told=[
            (f"account/{account}", {"cleared_minor": minor}) for account, minor in cleared.items()
        ])  # fmt: skip
        result = {"last": accounts[-1], "accounts": len(cleared), "cleared_minor": sum(cleared.values())}
        record(run, name, result)
        point("clear.chunk")
    point("clear.chunk.committed")
    return result


def _end(tenant: Tenant, actor: Actor, run: Run, results: Sequence[dict[str, Any]], now: datetime) -> ClearReport:
    accounts, cleared = (sum(one[name] for one in results) for name in ("accounts", "cleared_minor"))
    left = sum(
        one.open_minor
        for rows in owed_by(
            tenant=tenant, accounts=accounts_owing(tenant=tenant, cycle=run.subject), cycle=run.subject
        ).values()
        for one in rows
    )
    counts = {"accounts": accounts, "cleared_minor": cleared, "open_minor": left}
    with chunk(
        tenant=tenant, actor=actor, operation="payment.clear.end", now=now, digest="", count=accounts,
        subject=f"clear {run.pk}",
    ):  # fmt: skip
        finish(run, counts=counts, now=now)
        point("clear.end")
    point("clear.ended")
    return ClearReport(run=run.pk, **counts)


def clear_account(*, tenant: Tenant, actor: Actor, key: str, now: datetime, account: str, lake: Path) -> Outcome:
    """Clear everything that one account owes, of whatever cycle. UnableToPay ACCOUNT_UNKNOWN."""
    if account not in accounts_by_code(tenant=tenant, codes=[account]):
        raise UnableToPay("ACCOUNT_UNKNOWN", account=account)
    owed = owed_by(tenant=tenant, accounts=[account]).get(account, [])
    asked = choosy(tenant=tenant, accounts=[account]) if owed else frozenset()
    cycles = sorted({one.cycle for one in owed if one.kind == "bill"})
    items = {cycle: items_of_cycle(tenant=tenant, cycle=cycle, accounts=asked, lake=lake) for cycle in cycles}

    def work(frame: Any) -> dict[str, Any]:
        return {"cleared_minor": clear_from_books(frame=frame, account=account, items=of_receivables(owed, items))}

    return perform(
        tenant=tenant, actor=actor, operation="payment.clear", key=key, request={"account": account}, now=now,
        work=work,
    )  # fmt: skip
