"""The books of an operator as sorted files under natural keys: the same bytes whenever the same was done.

No ids, no instants of work, no names of files: a second run, another database, another order of import write the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from yidian.domains.charging.queries import book_balances
from yidian.domains.credit.queries import late_fees
from yidian.domains.customer_bill.queries import cycles, pending_adjustments
from yidian.domains.ledger.queries import trial_balance
from yidian.domains.payment.queries import open_by_account, owed_by, receipts
from yidian.domains.usage.queries import suspense_counts
from yidian.kernel.money import currency
from yidian.platform.files import sha256
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill import exports
from yidian.runs.bill.table_files import write

Row = Sequence[Any]
ALL: Final = 1 << 31


def canonical_books(*, tenant: Tenant, lake: Path, folder: Path) -> list[tuple[str, int, str]]:
    """Write them below `folder`: (name, rows, sha256) of each file, and of all together (`*`).

    Of each cycle its bills, items, rated usage and suspense, as `exports.canonical` writes them; of the operator the
    trial balance, what is owed, receipts, balance books, late fees, pending adjustments, suspense counts.
    """
    told: list[tuple[str, int, str]] = []
    for cycle in cycles(tenant=tenant):
        parts = exports.canonical(tenant=tenant, lake=lake, cycle=cycle.name, folder=folder / cycle.name)
        told += [(f"{cycle.name}/{name}", rows, digest) for name, rows, digest in parts if name != "*"]
    digits = currency(tenant.currency).minor_digits
    for name, (columns, rows_of) in SHEETS.items():
        rows = sorted(tuple(map(_plain, row)) for row in rows_of(tenant))
        table = pa.table(
            {column: [row[n] for row in rows] for n, column in enumerate(columns)}, schema=_schema(columns)
        )
        path = folder / f"{name}.csv"
        write(path, [table], schema=table.slice(0, 0), digits=digits)
        told.append((path.name, len(rows), sha256(path)))
    whole = hashlib.sha256("".join(f"{digest}  {name}\n" for name, _, digest in told).encode()).hexdigest()
    return [*told, ("*", sum(rows for _, rows, _ in told), whole)]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def _schema(columns: Sequence[str]) -> pa.Schema:
    def whole(name: str) -> bool:
        return name.endswith("_minor") or name == "records"

    return pa.schema([(name, pa.int64() if whole(name) else pa.string()) for name in columns])


def _cycles(tenant: Tenant) -> list[Row]:
    return [(one.name, one.state) for one in cycles(tenant=tenant)]


def _ledger(tenant: Tenant) -> list[Row]:
    return [
        (one.kind, one.code, one.currency, one.debit_minor, one.credit_minor) for one in trial_balance(tenant=tenant)
    ]


def _owed(tenant: Tenant) -> list[Row]:
    accounts = list(open_by_account(tenant=tenant))
    return [
        (one.account, one.kind, one.cycle, one.due_on, one.amount_minor, one.cleared_minor)
        for owed in owed_by(tenant=tenant, accounts=accounts).values()
        for one in owed
    ]


def _receipts(tenant: Tenant) -> list[Row]:
    return [
        (
            one.channel, one.channel_txn, one.account, one.business_on, one.state, one.amount_minor, one.cleared_minor,
            one.credited_minor, one.suspense_minor, one.returned_minor, one.kept_minor, one.deposited_minor,
        )
        for one in receipts(tenant=tenant, limit=ALL)
    ]  # fmt: skip


def _books(tenant: Tenant) -> list[Row]:
    return [
        (key.owner, key.code.partition("/")[0], balance, reserved)
        for key, _, balance, reserved in book_balances(tenant=tenant)
    ]


def _late_fees(tenant: Tenant) -> list[Row]:
    return [
        (one.account, one.cycle, one.from_on, one.to_on, one.amount_minor, one.waived_minor)
        for one in late_fees(tenant=tenant)
    ]


def _adjustments(tenant: Tenant) -> list[Row]:
    return [(one.account_code, one.origin, one.amount_minor) for one in pending_adjustments(tenant=tenant)]


def _suspense(tenant: Tenant) -> Sequence[Row]:
    return suspense_counts(tenant=tenant)


SHEETS: Final[dict[str, tuple[tuple[str, ...], Callable[[Tenant], Sequence[Row]]]]] = {
    "cycles": (("cycle", "state"), _cycles),
    "ledger": (("kind", "code", "currency", "debit_minor", "credit_minor"), _ledger),
    "owed": (("account", "kind", "cycle", "due_on", "amount_minor", "cleared_minor"), _owed),
    "receipts": (
        ("channel", "channel_txn", "account", "business_on", "state", "amount_minor", "cleared_minor",
         "credited_minor", "suspense_minor", "returned_minor", "kept_minor", "deposited_minor"),
        _receipts,
    ),
    "books": (("account", "type", "balance_minor", "reserved_minor"), _books),
    "late_fees": (("account", "cycle", "from_on", "to_on", "amount_minor", "waived_minor"), _late_fees),
    "adjustments": (("account", "origin", "amount_minor"), _adjustments),
    "suspense": (("source", "code", "state", "records"), _suspense),
}  # fmt: skip
