"""What runs publish on a cycle, inside the transaction that finishes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django_scopes import scope

from yidian.domains.customer_bill import lifecycle
from yidian.domains.customer_bill.models import CustomerBill, ParkedUnit
from yidian.domains.customer_bill.operations._steps import held, step
from yidian.domains.customer_bill.operations.cycles import UnableToCloseCycle
from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.customer_bill.types import Cycle, Parked
from yidian.platform.jobs.models import Run
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor, system


def take_rating(*, tenant: Tenant, name: str, run: Run, cutoff_file: int) -> None:
    """Let a rate run's results count, inside the transaction that finishes it. Bills made before do not count any more.

    `cutoff_file` is the highest id of the usage files the run has read; a cut that is fixed stays. UnableToChangeCycle.
    """
    with _publishing(), scope(tenant=tenant):
        row = held(tenant, name)
        cutoff = row.cutoff_file if row.cut_fixed else cutoff_file
        step(row, "rate", at=_at(run), actor=_actor(run), rate_run=run, cutoff_file=cutoff, bill_run=None)


def take_bills(*, tenant: Tenant, name: str, run: Run) -> None:
    """Let a bill run of the whole cycle count, inside the transaction that finishes it."""
    with _publishing(), scope(tenant=tenant):
        step(held(tenant, name), "bill", at=_at(run), actor=_actor(run), bill_run=run)


def take_some_bills(*, tenant: Tenant, name: str, run: Run) -> None:
    """Let the bills of a run over some accounts take the place of those before, in the transaction that finishes it.

    UnableToCloseCycle(CYCLE_NOT_BILLED) while the cycle has no bill run they could join.
    """
    with _publishing(), scope(tenant=tenant):
        row = held(tenant, name)
        lifecycle.after(cycle=name, state=row.state, event="bill")
        if row.bill_run_id is None:
            raise UnableToCloseCycle("CYCLE_NOT_BILLED", cycle=name)
        step(row, "bill", at=_at(run), actor=_actor(run))
        new = CustomerBill.objects.filter(cycle=row, run=run)
        before = CustomerBill.objects.filter(cycle=row, published=row.bill_run_id).exclude(run=run)
        before.filter(account_id__in=new.values("account_id")).update(published=None)
        new.update(published=row.bill_run_id)


def expect(*, tenant: Tenant, name: str, event: str) -> Cycle:
    """The cycle, if its state allows an event ("rate", "bill" …): asked before work begins."""
    cycle = cycle_named(tenant=tenant, name=name)
    lifecycle.after(cycle=name, state=cycle.state, event=event)
    return cycle


def park(*, tenant: Tenant, name: str, run: Run, found: Sequence[Parked]) -> None:
    """Set units or accounts aside in a cycle, inside the transaction that finishes the run that found them."""
    with _publishing(), scope(tenant=tenant):
        row = held(tenant, name)
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


def _at(run: Run) -> datetime:
    at: datetime = run.finished_at or run.started_at
    return at


def _actor(run: Run) -> Actor:
    return system(f"run {run.kind}")


def _publishing() -> transaction.Atomic:
    if not connection.in_atomic_block:
        raise RuntimeError("belongs into the transaction that publishes the run")
    return transaction.atomic()
