"""Opening, rating, billing and closing cycles: what may change them, and when it may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django_scopes import scope

from yidian.domains.customer_bill import lifecycle
from yidian.domains.customer_bill.models import BillingCycle, CustomerBill, ParkedUnit
from yidian.domains.customer_bill.queries import UnableToFindCycle, cycle_named, newest_usage_file, parked
from yidian.domains.customer_bill.types import Cycle, Parked
from yidian.kernel.calendar import month_period
from yidian.kernel.faults import BadInput, refuse
from yidian.platform.jobs.models import Run
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant


def open_cycle(*, tenant: Tenant, name: str, now: datetime) -> Cycle:
    """Open the cycle of a calendar month ("2026-10") in the tenant's zone.

    Refuses CYCLE_NAME_INVALID, and CYCLE_OVERLAP where a cycle holds a part of the month already.
    """
    try:
        period = month_period(name, tenant.zone)
    except BadInput as error:
        raise refuse("CYCLE_NAME_INVALID", value=name, cycle=name[:40]) from error
    with transaction.atomic(), scope(tenant=tenant):
        other = BillingCycle.objects.filter(from_ms__lt=period.end_ms, to_ms__gt=period.start_ms).first()
        if other is not None:
            raise refuse("CYCLE_OVERLAP", value=name, cycle=name, other=other.name)
        BillingCycle.objects.create(
            tenant=tenant, name=name, from_ms=period.start_ms, to_ms=period.end_ms, zone=tenant.zone, opened_at=now
        )
    return cycle_named(tenant=tenant, name=name)


class UnableToCloseCycle(Exception):
    """A cycle is not ready to close: CYCLE_NOT_RATED, CYCLE_NOT_BILLED, UNITS_PARKED or USAGE_AFTER_RATING."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def close_cycle(*, tenant: Tenant, name: str, now: datetime, leave_parked: bool = False) -> Cycle:
    """Close a cycle: its bills become final. With `leave_parked` what is parked stays unbilled.

    UnableToFindCycle, UnableToChangeCycle (closed already), UnableToCloseCycle.
    """
    with transaction.atomic(), scope(tenant=tenant):
        row = _held(tenant, name)
        state = lifecycle.after(cycle=name, state=row.state, event="close")
        _refuse_unready(tenant, row, leave_parked)
        CustomerBill.objects.filter(cycle=row, published=row.bill_run_id).update(state=CustomerBill.State.FINAL)
        row.state, row.closed_at = state, now
        row.save(update_fields=["state", "closed_at"])
        point("close.commit")
    return cycle_named(tenant=tenant, name=name)


def _refuse_unready(tenant: Tenant, row: BillingCycle, leave_parked: bool) -> None:
    if row.rate_run_id is None:
        raise UnableToCloseCycle("CYCLE_NOT_RATED", cycle=row.name)
    if newest_usage_file(tenant=tenant, from_ms=row.from_ms, to_ms=row.to_ms) > row.cutoff_file:
        raise UnableToCloseCycle("USAGE_AFTER_RATING", cycle=row.name)
    if row.bill_run_id is None or _newest_run(tenant, row.name, "rerate") > _newest_run(tenant, row.name, "bill"):
        raise UnableToCloseCycle("CYCLE_NOT_BILLED", cycle=row.name)
    aside = len(parked(tenant=tenant, cycle=row.name))
    if aside and not leave_parked:
        raise UnableToCloseCycle("UNITS_PARKED", cycle=row.name, count=aside)


def _newest_run(tenant: Tenant, name: str, kind: str) -> int:
    """The highest id of a finished run of a kind on the cycle; 0: none."""
    done = Run.objects.filter(tenant=tenant, kind=kind, subject=name, state=Run.State.DONE)
    return int(done.order_by("-id").values_list("id", flat=True).first() or 0)


def take_rating(*, tenant: Tenant, name: str, run: Run, cutoff_file: int) -> None:
    """Let a rate run's results count, inside the transaction that finishes it. Bills made before do not count any more.

    `cutoff_file` is the highest id of the usage files the run has read. UnableToChangeCycle when the cycle is closed.
    """
    with _publishing(), scope(tenant=tenant):
        row = _held(tenant, name)
        row.state = lifecycle.after(cycle=name, state=row.state, event="rate")
        row.rate_run, row.cutoff_file, row.bill_run = run, cutoff_file, None
        row.save(update_fields=["state", "rate_run", "cutoff_file", "bill_run"])


def take_bills(*, tenant: Tenant, name: str, run: Run) -> None:
    """Let a bill run of the whole cycle count, inside the transaction that finishes it."""
    with _publishing(), scope(tenant=tenant):
        row = _held(tenant, name)
        row.state = lifecycle.after(cycle=name, state=row.state, event="bill")
        row.bill_run = run
        row.save(update_fields=["state", "bill_run"])


def take_some_bills(*, tenant: Tenant, name: str, run: Run) -> None:
    """Let the bills of a run over some accounts take the place of those before, in the transaction that finishes it.

    UnableToCloseCycle(CYCLE_NOT_BILLED) while the cycle has no bill run they could join.
    """
    with _publishing(), scope(tenant=tenant):
        row = _held(tenant, name)
        row.state = lifecycle.after(cycle=name, state=row.state, event="bill")
        if row.bill_run_id is None:
            raise UnableToCloseCycle("CYCLE_NOT_BILLED", cycle=name)
        new = CustomerBill.objects.filter(cycle=row, run=run)
        before = CustomerBill.objects.filter(cycle=row, published=row.bill_run_id).exclude(run=run)
        before.filter(account_id__in=new.values("account_id")).update(published=None)
        new.update(published=row.bill_run_id)


def expect(*, tenant: Tenant, name: str, event: str) -> Cycle:
    """The cycle, if its state allows an event ("rate", "bill", "close"): asked before work begins."""
    cycle = cycle_named(tenant=tenant, name=name)
    lifecycle.after(cycle=name, state=cycle.state, event=event)
    return cycle


def park(*, tenant: Tenant, name: str, run: Run, found: Sequence[Parked]) -> None:
    """Set units or accounts aside in a cycle, inside the transaction that finishes the run that found them."""
    with _publishing(), scope(tenant=tenant):
        row = _held(tenant, name)
        ParkedUnit.objects.bulk_create(
            [
                ParkedUnit(
                    tenant=tenant, cycle=row, unit_id=one.unit_id, account_id=one.account_id, code=one.code,
                    params=dict(one.params), run=run,
                )
                for one in found
            ],
            batch_size=1_000,
        )  # fmt: skip


def resolve(
    *, tenant: Tenant, name: str, kind: str, now: datetime,
    units: Sequence[int] | None = None, accounts: Sequence[int] | None = None,
) -> None:  # fmt: skip
    """What runs of a kind ("rate", "bill") had parked is parked no longer: of these units or accounts, else all."""
    with _publishing(), scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(cycle__name=name, run__kind=kind, resolved_at=None)
        if units is not None or accounts is not None:
            wanted_units, wanted_accounts = frozenset(units or ()), frozenset(accounts or ())
            known = rows.values_list("id", "unit_id", "account_id")
            ids = [i for i, unit, account in known if unit in wanted_units or account in wanted_accounts]
            for start in range(0, len(ids), 500):
                ParkedUnit.objects.filter(id__in=ids[start : start + 500]).update(resolved_at=now)
        else:
            rows.update(resolved_at=now)


def _held(tenant: Tenant, name: str) -> BillingCycle:
    """The cycle's row, held until the transaction ends."""
    row: BillingCycle | None = (
        BillingCycle.objects.select_for_update(no_key=True).filter(tenant=tenant, name=name).first()
    )
    if row is None:
        raise UnableToFindCycle(cycle=name)
    return row


def _publishing() -> transaction.Atomic:
    if not connection.in_atomic_block:
        raise RuntimeError("belongs into the transaction that publishes the run")
    return transaction.atomic()
