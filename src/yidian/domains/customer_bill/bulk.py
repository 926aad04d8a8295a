"""Bills by the thousand: booked in chunks that hold the database's lock for a moment each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection, transaction
from django_scopes import scope

from yidian.domains.customer_bill.models import CustomerBill
from yidian.domains.customer_bill.types import BillHeader, Cycle
from yidian.domains.party.operations import hold_numbering, next_sequence
from yidian.platform.identity import BUCKET_BITS, bucket_of
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 5_000  # headers in one transaction

_BILL: Final = """
INSERT INTO customer_bill_customerbill
(id, tenant_id, cycle_id, account_id, run_id, published_id, number, currency, total_minor, tax_minor, remainder_micro,
items, state) VALUES (%s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, 'draft')
"""
_TAX: Final = """
INSERT INTO customer_bill_billtax (tenant_id, bill_id, tax_class, rate_ppm, base_minor, tax_minor, kind, origin)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_DEAD: Final = """
SELECT bill.id FROM customer_bill_customerbill bill JOIN customer_bill_billingcycle cycle ON cycle.id = bill.cycle_id
WHERE bill.tenant_id = %s AND bill.cycle_id = %s
AND (bill.published_id IS NULL OR cycle.bill_run_id IS NULL OR bill.published_id <> cycle.bill_run_id)
LIMIT %s
"""


def book_chunk(
    *, tenant: Tenant, cycle: Cycle, run: Run, task: str, headers: Sequence[BillHeader], whole: bool
) -> bool:
    """Book at most CHUNK bills as one task of a run, in one transaction. False: the task was done before.

    With `whole` they count as soon as the run is the cycle's bill run, else when `take_some_bills` says so.
    """
    if len(headers) > CHUNK:
        raise ValueError(f"{len(headers)} headers in a chunk")
    with transaction.atomic(), scope(tenant=tenant):
        if RunTask.objects.filter(run=run, name=task).exists():
            return False
        hold_numbering()
        first = next_sequence(CustomerBill)
        ids = [(first + n) << BUCKET_BITS | bucket_of(row.account_id) for n, row in enumerate(headers)]
        published = run.pk if whole else None
        with connection.cursor() as cursor:
            cursor.executemany(_BILL, [
                (id_, tenant.pk, cycle.id, row.account_id, run.pk, published, row.currency, row.total_minor,
                 row.tax_minor, row.remainder_micro, row.items)
                for id_, row in zip(ids, headers, strict=True)
            ])  # fmt: skip
            cursor.executemany(_TAX, [
                (tenant.pk, id_, tax.tax_class, tax.rate_ppm, tax.base_minor, tax.tax_minor, tax.kind, tax.origin)
                for id_, row in zip(ids, headers, strict=True)
                for tax in row.taxes
            ])  # fmt: skip
        RunTask.objects.create(tenant=tenant, run=run, name=task, result={"bills": len(headers)})
        point("bill.chunk")
    point("bill.chunk.committed")
    return True


def remove_superseded(*, tenant: Tenant, cycle: Cycle) -> int:
    """Delete the bills of a cycle that do not count any more, chunk by chunk. The caller holds the cycle's bill lock.

    Called after a publication only: until then the bills of the run at work look the same.
    """
    removed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DEAD, [tenant.pk, cycle.id, 500])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return removed
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(
                f"DELETE FROM customer_bill_billtax WHERE tenant_id = %s AND bill_id IN ({marks})", [tenant.pk, *ids]
            )
            cursor.execute(
                f"DELETE FROM customer_bill_customerbill WHERE tenant_id = %s AND id IN ({marks})", [tenant.pk, *ids]
            )
        removed += len(ids)


def make_final(*, tenant: Tenant, run: Run, task: str, result: Mapping[str, Any], ids: Sequence[int]) -> None:
    """These bills stand in the books now, as one task of a run; inside the caller's write.

    IntegrityError where the task was done before.
    """
    RunTask.objects.create(tenant=tenant, run=run, name=task, result=dict(result))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                f"UPDATE customer_bill_customerbill SET state = 'final' WHERE tenant_id = %s AND id IN ({marks})",
                [tenant.pk, *chunk],
            )
