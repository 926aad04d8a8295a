"""What billing made visible of a cycle, under natural keys: bills and their items as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import Bill
from yidian.domains.party.queries import account_codes
from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.queries import subscriber_codes
from yidian.platform.lake.queries import files, read_stored
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts, with_payers
from yidian.runs.bill.lake import ITEMS
from yidian.runs.differences.lines import EXTRA, billed_lines

_TEXTS = ("kind", "item", "of_item", "offer", "discount")
OF_OTHERS = (("late", "late"), ("adjusted", "adjustment"))  # columns of lines of other cycles
ITEM_COLUMNS = (
    *((name, pa.string()) for name in ("cycle", "account", "subscriber", *_TEXTS)),
    *((name, pa.int64()) for name in ("quantity", "events", "amount_micro", "amount_minor")),
    ("tax_class", pa.string()),
    ("origin", pa.string()),
)


def bill_table(*, tenant: Tenant, cycle: str) -> pa.Table:
    """One row per bill by account code: keys, sums, base and tax of each class (minor units; rounding in micro)."""
    bills = list(queries.bills(tenant=tenant, cycle=cycle))
    columns: dict[str, pa.Array] = {
        "cycle": pa.array([cycle] * len(bills), pa.string()),
        "account": pa.array([b.account_code for b in bills], pa.string()),
        "customer": pa.array([b.customer_code for b in bills], pa.string()),
        "currency": pa.array([b.currency for b in bills], pa.string()),
        "total_minor": pa.array([b.total_minor for b in bills], pa.int64()),
        "tax_minor": pa.array([b.tax_minor for b in bills], pa.int64()),
        "rounding_micro": pa.array([b.remainder_micro for b in bills], pa.int64()),
        "items": pa.array([b.items for b in bills], pa.int64()),
        **{f"{kind}_minor": pa.array([_base(b, name) for b in bills], pa.int64()) for kind, name in OF_OTHERS},
        "state": pa.array([b.state for b in bills], pa.string()),
        "bill_number": pa.array([b.number for b in bills], pa.string()),
    }
    for name in sorted({tax.tax_class for b in bills for tax in b.taxes if tax.tax_class}):
        for what in ("base_minor", "tax_minor"):
            title, _, unit = what.partition("_")
            values = [sum(getattr(tax, what) for tax in b.taxes if tax.tax_class == name) for b in bills]
            columns[f"{title}_{name}_{unit}"] = pa.array(values, pa.int64())
    return pa.table(columns)


def _base(bill: Bill, kind: str) -> int:
    return sum(tax.base_minor for tax in bill.taxes if tax.kind == kind)


def item_tables(*, tenant: Tenant, cycle: str, lake: Path) -> Iterator[pa.Table]:
    """The bill items that count, an empty table and one per file: accounts and subscribers by code.

    `origin` is the cycle that a line of late usage or an adjustment is of; empty of the cycle's own lines.
    """
    found = queries.cycle_named(tenant=tenant, name=cycle)
    reference = with_payers(
        load_reference(tenant=tenant, period_start_ms=found.from_ms, period_end_ms=found.to_ms),
        facts(tenant=tenant, cycle=found),
    )
    account_of = _Codes(reference.account_id, reference.account_code)
    subscriber_of = _Codes(reference.subscriber_id, reference.subscriber_code)
    run_of = queries.bill_runs(tenant=tenant, cycle=cycle)
    accounts = np.fromiter(run_of.keys(), np.int64, len(run_of))
    runs = np.fromiter(run_of.values(), np.int64, len(run_of))
    yield pa.table({name: pa.array([], kind) for name, kind in ITEM_COLUMNS})
    for file in files(tenant=tenant, kind=ITEMS, subject=cycle):
        table = read_stored(file, lake)
        mine = pa.array(accounts[runs == file.run_id])
        table = table.filter(pc.is_in(table["account"], mine))
        columns = {
            "cycle": pa.array([cycle] * table.num_rows, pa.string()),
            "account": account_of.named(table["account"]),
            "subscriber": subscriber_of.named(table["subscriber"]),
        }
        for name in _TEXTS:
            columns[name] = pc.fill_null(table[name].cast(pa.string()), "")
        for name in ("quantity", "events", "amount_micro", "amount_minor"):
            columns[name] = table[name]
        columns["tax_class"] = pc.fill_null(table["tax_class"].cast(pa.string()), "")
        columns["origin"] = pa.array([""] * table.num_rows, pa.string())
        yield pa.table(columns)
    extra = billed_lines(tenant=tenant, cycle=cycle, lake=lake, kind=EXTRA)
    if extra.num_rows:
        yield _extra_table(tenant, cycle, extra)


def _extra_table(tenant: Tenant, cycle: str, extra: pa.Table) -> pa.Table:
    """Lines of other cycles: whoever they name may be long gone from this one."""
    accounts = account_codes(tenant=tenant, ids=extra["account"].to_pylist())
    subscribers = subscriber_codes(tenant=tenant, ids=extra["subscriber"].to_pylist())
    columns = {
        "cycle": pa.array([cycle] * extra.num_rows, pa.string()),
        "account": pa.array([accounts[i] for i in extra["account"].to_pylist()], pa.string()),
        "subscriber": pa.array([subscribers.get(i, "") for i in extra["subscriber"].to_pylist()], pa.string()),
    }
    return pa.table(columns | {name: extra[name] for name, _ in ITEM_COLUMNS[3:]})


class _Codes:
    """Ids → codes."""

    def __init__(self, ids: np.ndarray, codes: list[str]) -> None:
        order = np.argsort(ids, kind="stable")
        self._ids = np.asarray(ids, np.int64)[order]
        self._codes = pa.array(codes, pa.string()).take(pa.array(order))

    def named(self, ids: pa.ChunkedArray) -> pa.Array:
        return self._codes.take(pa.array(np.searchsorted(self._ids, ids.combine_chunks().to_numpy())))
