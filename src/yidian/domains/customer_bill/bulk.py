"""Bills by the thousand: booked in chunks that hold the database's lock for a moment each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from django_scopes import scope

from yidian.domains.customer_bill.models import BillTax, CustomerBill
from yidian.domains.customer_bill.types import BillHeader, BillsToPost, Cycle
from yidian.domains.party.operations import hold_numbering, next_sequence
from yidian.platform.columns import columns_of
from yidian.platform.database.rows import bring
from yidian.platform.identity import BUCKET_BITS, bucket_of
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.numbering.operations import next_numbers
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

CHUNK: Final = 2_000  # headers in one transaction
DEAD: Final = (100, 500, 2_000)  # bills deleted in one transaction: fewest, at first, most
TEXT, NUMBER = pa.string(), pa.int64()
OF_BILL: Final = ("account_id", "currency", "total_minor", "tax_minor", "remainder_micro", "items")
OF_TAX: Final = ("tax_class", "rate_ppm", "base_minor", "tax_minor", "kind", "origin")

_DEAD: Final = """
SELECT bill.id FROM customer_bill_customerbill bill JOIN customer_bill_billingcycle cycle ON cycle.id = bill.cycle_id
WHERE bill.tenant_id = %s AND bill.cycle_id = %s
AND (bill.published_id IS NULL OR cycle.bill_run_id IS NULL OR bill.published_id <> cycle.bill_run_id)
LIMIT %s
"""
# The plus keeps SQLite, which has no statistics, from walking all of the tenant's bills for each of them.
_FINAL: Final = "UPDATE customer_bill_customerbill SET state = 'final', number = %s WHERE +tenant_id = %s AND id = %s"
_FINAL_AT_ONCE: Final = """
UPDATE customer_bill_customerbill SET state = 'final', number = given.number
FROM unnest(%s::bigint[], %s::text[]) AS given(id, number)
WHERE customer_bill_customerbill.tenant_id = %s AND customer_bill_customerbill.id = given.id
"""
_COUNTING: Final = """
customer_bill_billingcycle cycle JOIN customer_bill_customerbill bill
ON bill.cycle_id = cycle.id AND bill.published_id = cycle.bill_run_id {join}
WHERE cycle.tenant_id = %s AND cycle.name = %s AND bill.tenant_id = %s AND bill.id > %s
"""
_OF_ACCOUNT: Final = "JOIN party_billingaccount account ON account.id = bill.account_id"
_OF_TAX: Final = "JOIN customer_bill_billtax tax ON tax.bill_id = bill.id"


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
        every: dict[str, Any] = {"tenant_id": tenant.pk, "cycle_id": cycle.id, "run_id": run.pk}
        every |= {"published_id": published, "number": "", "state": "draft"}
        each = {name: [getattr(row, name) for row in headers] for name in OF_BILL}
        bring(CustomerBill, count=len(ids), same=every, each={"id": ids, **each})
        taxes = [(id_, tax) for id_, row in zip(ids, headers, strict=True) for tax in row.taxes]
        each = {name: [getattr(tax, name) for _, tax in taxes] for name in OF_TAX}
        each["bill_id"] = [id_ for id_, _ in taxes]
        bring(BillTax, count=len(taxes), same={"tenant_id": tenant.pk}, each=each)
        RunTask.objects.create(tenant=tenant, run=run, name=task, result={"bills": len(headers)})
        point("bill.chunk")
    point("bill.chunk.committed")
    return True


def remove_superseded(*, tenant: Tenant, cycle: Cycle) -> int:
    """Delete the bills of a cycle that do not count any more, chunk by chunk. The caller holds the cycle's bill lock.

    Called after a publication only: until then the bills of the run at work look the same.
    """
    removed = 0
    fewest, first, most = DEAD
    pace = Pace(first=first, fewest=fewest, most=most)
    while True:
        size = pace.size
        with pace.chunk(size), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DEAD, [tenant.pk, cycle.id, size])
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


def bills_to_post(*, tenant: Tenant, cycle: str, after: int) -> BillsToPost:
    """All bills of a cycle that count and have an id above `after`: they are fixed, so they are read once."""
    params: list[int | str] = [tenant.pk, cycle, tenant.pk, after]
    names = {"bill.id": NUMBER, "bill.account_id": NUMBER, "account.code": TEXT, "bill.total_minor": NUMBER}
    of_tax = {"bill.id": NUMBER, "tax.tax_class": TEXT, "tax.tax_minor": NUMBER}
    with scope(tenant=tenant):
        bills = _table(columns_of(names=names, source=_COUNTING.format(join=_OF_ACCOUNT), params=params))
        taxes = _table(columns_of(names=of_tax, source=_COUNTING.format(join=_OF_TAX), params=params))
    bills = bills.sort_by("bill.id")
    taxes = taxes.group_by(["bill.id", "tax.tax_class"]).aggregate([("tax.tax_minor", "sum")])
    taxes = taxes.sort_by([("bill.id", "ascending"), ("tax.tax_class", "ascending")])
    ids = bills["bill.id"].to_numpy()
    return BillsToPost(
        id=ids, account_id=bills["bill.account_id"].to_numpy(), account_code=bills["account.code"].to_pylist(),
        total_minor=bills["bill.total_minor"].to_numpy(),
        tax_bill=np.searchsorted(ids, taxes["bill.id"].to_numpy()), tax_class=taxes["tax.tax_class"].to_pylist(),
        tax_minor=taxes["tax.tax_minor_sum"].to_numpy(),
    )  # fmt: skip


def _table(columns: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    return pa.table(dict(columns))


def make_final(*, frame: Frame, cycle: str, run: Run, task: str, result: Mapping[str, Any], ids: Sequence[int]) -> None:
    """These bills stand in the books now, as one task of a run; each gets its number, without a gap in the cycle.

    IntegrityError where the task was done before.
    """
    RunTask.objects.create(tenant=frame.tenant, run=run, name=task, result=dict(result))
    numbers = next_numbers(
        frame=frame, series=f"bill/{cycle}", form=f"B{cycle.replace('-', '')}-{{:08d}}", count=len(ids)
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FINAL_AT_ONCE, [list(ids), numbers, frame.tenant.pk])
        else:
            cursor.executemany(
                _FINAL, [(number, frame.tenant.pk, id_) for number, id_ in zip(numbers, ids, strict=True)]
            )
