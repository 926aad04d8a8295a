"""Reading cycles, bills and what is parked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.models import F
from django_scopes import scope

from yidian.domains.customer_bill.models import BillingCycle, BillTax, CustomerBill, ParkedUnit
from yidian.domains.customer_bill.types import Bill, Cycle, Parked, TaxLine
from yidian.platform.lake.models import LakeFile
from yidian.platform.tenancy.models import Tenant

_CHUNK: Final = 500


class UnableToFindCycle(Exception):
    """No cycle of that name. Code CYCLE_NOT_FOUND."""

    code = "CYCLE_NOT_FOUND"

    def __init__(self, *, cycle: str) -> None:
        self.params = {"cycle": cycle}
        super().__init__(f"no cycle {cycle}")


def cycle_named(*, tenant: Tenant, name: str) -> Cycle:
    """The cycle of that name; UnableToFindCycle."""
    with scope(tenant=tenant):
        row = BillingCycle.objects.filter(tenant=tenant, name=name).first()
    if row is None:
        raise UnableToFindCycle(cycle=name)
    return _cycle(row)


def cycles(*, tenant: Tenant) -> list[Cycle]:
    """All cycles of a tenant, oldest first."""
    with scope(tenant=tenant):
        return [_cycle(row) for row in BillingCycle.objects.filter(tenant=tenant).order_by("from_ms", "id")]


def _cycle(row: BillingCycle) -> Cycle:
    return Cycle(
        id=row.pk, name=row.name, from_ms=row.from_ms, to_ms=row.to_ms, zone=row.zone, state=row.state,
        cutoff_file=row.cutoff_file, rate_run=row.rate_run_id, bill_run=row.bill_run_id, opened_at=row.opened_at,
        closed_at=row.closed_at,
    )  # fmt: skip


def parked(*, tenant: Tenant, cycle: str) -> list[Parked]:
    """What is parked in a cycle and not resolved, in the order it was found."""
    with scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(tenant=tenant, cycle__name=cycle, resolved_at=None).order_by("id")
        return [
            Parked(code=r.code, run=r.run_id, unit_id=r.unit_id, account_id=r.account_id, params=r.params) for r in rows
        ]


def newest_usage_file(*, tenant: Tenant, from_ms: int, to_ms: int) -> int:
    """The highest id of a usage file of the lake that may hold events of [from_ms, to_ms); 0: none."""
    with scope(tenant=tenant):
        files = LakeFile.objects.filter(tenant=tenant, kind="usage", min_start_ms__lt=to_ms, max_start_ms__gte=from_ms)
        return int(files.order_by("-id").values_list("id", flat=True).first() or 0)


def bills(*, tenant: Tenant, cycle: str) -> Iterator[Bill]:
    """The bills of a cycle that count, with their taxes, by account code."""
    with scope(tenant=tenant):
        ids = list(_counting(tenant, cycle).order_by("account__code", "id").values_list("id", flat=True))
    for start in range(0, len(ids), _CHUNK):
        yield from _bills(tenant, ids[start : start + _CHUNK])


def bill_runs(*, tenant: Tenant, cycle: str) -> dict[int, int]:
    """Which run wrote the items of each bill that counts: account id → run id."""
    with scope(tenant=tenant):
        return dict(_counting(tenant, cycle).values_list("account_id", "run_id").iterator(chunk_size=10_000))


def _counting(tenant: Tenant, cycle: str) -> Any:
    return CustomerBill.objects.filter(tenant=tenant, cycle__name=cycle, published=F("cycle__bill_run"))


def _bills(tenant: Tenant, ids: Sequence[int]) -> Iterator[Bill]:
    with scope(tenant=tenant):
        taxes: defaultdict[int, list[TaxLine]] = defaultdict(list)
        columns = ("bill_id", "tax_class", "rate_ppm", "base_minor", "tax_minor")
        for bill, *line in BillTax.objects.filter(bill_id__in=ids).order_by("tax_class", "id").values_list(*columns):
            taxes[bill].append(TaxLine(*line))
        rows = {row.pk: row for row in CustomerBill.objects.filter(id__in=ids).select_related("account__customer")}
    for row in (rows[i] for i in ids):
        yield Bill(
            id=row.pk, account_id=row.account_id, account_code=row.account.code,
            customer_code=row.account.customer.code, run=row.run_id, number=row.number, currency=row.currency,
            total_minor=row.total_minor, tax_minor=row.tax_minor, remainder_micro=row.remainder_micro,
            items=row.items, state=row.state, taxes=tuple(taxes[row.pk]),
        )  # fmt: skip
