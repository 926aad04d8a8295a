"""Opening, cutting, posting, closing and reopening a cycle: what people do to it, each as one write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django_scopes import scope

from yidian.domains.customer_bill import lifecycle
from yidian.domains.customer_bill.models import Adjustment, BillingCycle, CustomerBill, CycleStep
from yidian.domains.customer_bill.operations._steps import first_step, held, step
from yidian.domains.customer_bill.queries import cycle_named, newest_usage_file, parked
from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.calendar import month_period
from yidian.kernel.faults import BadInput, refuse
from yidian.platform.access.approvals import approved, ask, consume
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system

CONSOLE = system("console")
REOPEN = "cycle.reopen"


class UnableToCloseCycle(Exception):
    """A cycle is not ready for the books: CYCLE_NOT_BILLED, UNITS_PARKED, USAGE_AFTER_RATING, CYCLE_NOT_POSTED,
    MONTH_DOES_NOT_BALANCE; or REOPEN_NOT_APPROVED: no second person has agreed."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def open_cycle(*, tenant: Tenant, name: str, now: datetime, actor: Actor = CONSOLE) -> Cycle:
    """Open the cycle of a calendar month ("2026-10") in the tenant's zone.

    Refuses CYCLE_NAME_INVALID, and CYCLE_OVERLAP where a cycle holds a part of the month already.
    """
    try:
        period = month_period(name, tenant.zone)
    except BadInput as error:
        raise refuse("CYCLE_NAME_INVALID", value=name, cycle=name[:40]) from error

    def refuse_overlap() -> None:
        other = BillingCycle.objects.filter(from_ms__lt=period.end_ms, to_ms__gt=period.start_ms).first()
        if other is not None:
            raise refuse("CYCLE_OVERLAP", value=name, cycle=name, other=other.name)

    def work(frame: Frame) -> dict[str, Any]:
        refuse_overlap()
        row = BillingCycle.objects.create(
            tenant=tenant, name=name, from_ms=period.start_ms, to_ms=period.end_ms, zone=tenant.zone, opened_at=now
        )
        first_step(row, at=now, actor=actor)
        frame.changed("cycle", name, before=None, after={"state": row.state, "zone": row.zone})
        frame.emit("cycle.opened", aggregate=f"cycle/{name}", payload={"cycle": name})
        return {"cycle": name}

    with scope(tenant=tenant):
        refuse_overlap()  # said as such also of the cycle that this very call once opened
    perform(
        tenant=tenant, actor=actor, operation="cycle.open", key=f"cycle/{name}/open", request={"cycle": name},
        now=now, work=work,
    )  # fmt: skip
    return cycle_named(tenant=tenant, name=name)


def cut_cycle(*, tenant: Tenant, name: str, now: datetime, actor: Actor = CONSOLE) -> Cycle:
    """Fix which usage files belong: those registered by now, of a rated cycle those that rating has read.

    Later ones are late. UnableToFindCycle, UnableToChangeCycle (posted, closed).
    """

    def work(frame: Frame) -> dict[str, Any]:
        row = held(tenant, name)
        rated = row.state in (lifecycle.RATED, lifecycle.BILLED)
        cutoff = row.cutoff_file if rated else _newest_file(tenant)
        _told(frame, row, *step(row, "cut", at=now, actor=actor, cutoff_file=cutoff, cut_fixed=True))
        return {"cycle": name, "cutoff_file": cutoff}

    return _perform(tenant, name, "cut", now, actor, work)


def begin_posting(
    *, tenant: Tenant, name: str, now: datetime, actor: Actor = CONSOLE, leave_parked: bool = False
) -> Cycle:
    """Fix a billed cycle's bills for good; from now on they go into the books. With `leave_parked` what is parked stays
    unbilled. A cycle that is posted already stays so.

    UnableToFindCycle, UnableToChangeCycle (not billed, closed), UnableToCloseCycle.
    """
    cycle = cycle_named(tenant=tenant, name=name)
    if cycle.state == lifecycle.POSTED:
        return cycle

    def work(frame: Frame) -> dict[str, Any]:
        row = held(tenant, name)
        lifecycle.after(cycle=name, state=row.state, event="post")
        _refuse_unready(tenant, row, leave_parked)
        _told(frame, row, *step(row, "post", at=now, actor=actor))
        billed = CustomerBill.objects.filter(cycle=row, published=row.bill_run_id)
        lines = Adjustment.objects.filter(taken=None, billed_by__in=billed.values("run"))
        lines.filter(account__in=billed.values("account")).update(taken=row)
        return {"cycle": name}

    return _perform(tenant, name, "post", now, actor, work)


def close_cycle(*, tenant: Tenant, name: str, now: datetime, actor: Actor = CONSOLE) -> Cycle:
    """Close a cycle whose bills all stand in the books. Asked again by the same actor it answers again.

    UnableToFindCycle, UnableToChangeCycle, UnableToCloseCycle (CYCLE_NOT_POSTED). Whether the month's books add up
    is the caller's to know.
    """

    def work(frame: Frame) -> dict[str, Any]:
        row = held(tenant, name)
        lifecycle.after(cycle=name, state=row.state, event="close")
        if not Run.objects.filter(tenant=tenant, kind="post", subject=name, state=Run.State.DONE).exists():
            raise UnableToCloseCycle("CYCLE_NOT_POSTED", cycle=name)
        _told(frame, row, *step(row, "close", at=now, actor=actor))
        point("close.commit")
        return {"cycle": name}

    return _perform(tenant, name, "close", now, actor, work)


def reopen_cycle(*, tenant: Tenant, name: str, now: datetime, actor: Actor, reason: str) -> Cycle:
    """Reopen a closed cycle: its bills stay as they are, but the month's books take entries again until it is closed.

    A second person has to agree first: without that it is asked for, and UnableToCloseCycle REOPEN_NOT_APPROVED names
    the approval. UnableToFindCycle, UnableToChangeCycle.
    """
    cycle = cycle_named(tenant=tenant, name=name)
    subject = f"cycle/{name}"
    if cycle.state == lifecycle.CLOSED:
        now_or_never = approved(tenant=tenant, action=REOPEN, subject=subject, params={}, now=now)
        if now_or_never is None:
            raise UnableToCloseCycle("REOPEN_NOT_APPROVED", cycle=name, approval=_ask(tenant, actor, now, subject))

    def work(frame: Frame) -> dict[str, Any]:
        row = held(tenant, name)
        lifecycle.after(cycle=name, state=row.state, event="reopen")
        consume(frame=frame, action=REOPEN, subject=subject, params={})
        _told(frame, row, *step(row, "reopen", at=now, actor=actor, reason=reason[:200]))
        return {"cycle": name}

    return _perform(tenant, name, "reopen", now, actor, work)


def _ask(tenant: Tenant, actor: Actor, now: datetime, subject: str) -> int:
    outcome = perform(
        tenant=tenant, actor=actor, operation="cycle.reopen.ask", key=f"{subject} {now.isoformat()}", request={},
        now=now, work=lambda frame: {"approval": ask(frame=frame, action=REOPEN, subject=subject, params={})},
    )  # fmt: skip
    return int(outcome.answer["approval"])


PAST = {"cut": "cut", "post": "posted", "close": "closed", "reopen": "reopened"}


def _perform(tenant: Tenant, name: str, event: str, now: datetime, actor: Actor, work: Any) -> Cycle:
    """One write on a cycle. The key counts how often the event's way was opened, so that a lost answer is given again.

    A cycle can be closed as often as it was reopened, and the other way round; cut as often as somebody likes.
    """
    with scope(tenant=tenant):
        steps = CycleStep.objects.filter(cycle__name=name)
        count = steps.filter(event={"close": "reopen", "reopen": "close"}.get(event, event)).count()
    key = f"cycle/{name}/{event}/{count}"
    perform(
        tenant=tenant, actor=actor, operation=f"cycle.{event}", key=key, request={"cycle": name}, now=now, work=work
    )
    return cycle_named(tenant=tenant, name=name)


def _told(frame: Frame, row: BillingCycle, before: dict[str, Any], after: dict[str, Any]) -> None:
    frame.changed("cycle", row.name, before=before, after=after)
    frame.emit(
        f"cycle.{PAST[frame.operation.removeprefix('cycle.')]}", aggregate=f"cycle/{row.name}",
        payload={"cycle": row.name},
    )  # fmt: skip


def _refuse_unready(tenant: Tenant, row: BillingCycle, leave_parked: bool) -> None:
    newest = newest_usage_file(tenant=tenant, from_ms=row.from_ms, to_ms=row.to_ms)
    if newest > row.cutoff_file and not row.cut_fixed:
        raise UnableToCloseCycle("USAGE_AFTER_RATING", cycle=row.name)
    if _newest_run(tenant, row.name, "rerate") > _newest_run(tenant, row.name, "bill"):
        raise UnableToCloseCycle("CYCLE_NOT_BILLED", cycle=row.name)
    aside = len(parked(tenant=tenant, cycle=row.name))
    if aside and not leave_parked:
        raise UnableToCloseCycle("UNITS_PARKED", cycle=row.name, count=aside)


def _newest_run(tenant: Tenant, name: str, kind: str) -> int:
    """The highest id of a finished run of a kind on the cycle; 0: none."""
    done = Run.objects.filter(tenant=tenant, kind=kind, subject=name, state=Run.State.DONE)
    return int(done.order_by("-id").values_list("id", flat=True).first() or 0)


def _newest_file(tenant: Tenant) -> int:
    files = LakeFile.objects.filter(tenant=tenant, kind="usage")
    return int(files.order_by("-id").values_list("id", flat=True).first() or 0)
