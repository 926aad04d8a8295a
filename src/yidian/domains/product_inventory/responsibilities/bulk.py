"""Who else pays, in and out: a run reads all rows that are in force at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import pyarrow as pa
from django_scopes import scope

from yidian.platform.database.asking import table_among
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

TABLE: Final = "product_inventory_responsibility"
NUMBERS: Final = ("subscriber_id", "account_id", "limit_micro", "rate_ppm", "priority")
TEXTS: Final = ("items", "mode", "code")
WRITTEN: Final = (
    "subscriber_id", "items", "account_id", "mode", "limit_micro", "rate_ppm", "priority", "from_ms", "to_ms",
)  # fmt: skip


def load_responsibilities(*, tenant: Tenant, at_ms: int, subscribers: Collection[int] | None = None) -> pa.Table:
    """NUMBERS and TEXTS (`code`: of the account) of the rows in force at an instant (UTC ms), in the order in which
    they take lines: by (subscriber, priority, code of the account, items). `subscribers`: only of these (ids)."""
    table = f"{TABLE} AS r JOIN party_billingaccount AS a ON a.id = r.account_id"
    source = f"{table} WHERE r.tenant_id = %s AND a.tenant_id = %s AND r.from_ms <= %s AND r.to_ms > %s"
    kinds = {f"r.{name}": pa.int64() for name in NUMBERS}
    kinds |= {"r.items": pa.string(), "r.mode": pa.string(), "a.code": pa.string()}
    with scope(tenant=tenant):
        found = table_among(
            names=kinds, source=source, params=[tenant.pk, tenant.pk, at_ms, at_ms], key="r.subscriber_id",
            ids=subscribers,
        )  # fmt: skip
    return found.sort_by([(name, "ascending") for name in ("subscriber_id", "priority", "code", "items")])


def subscribers_taken(*, tenant: Tenant, accounts: Collection[int], at_ms: int) -> list[int]:
    """Ids of the subscribers of whom one of the accounts (ids) takes lines at an instant (UTC ms)."""
    source = f"{TABLE} WHERE tenant_id = %s AND from_ms <= %s AND to_ms > %s"
    with scope(tenant=tenant):
        found = table_among(
            names={"subscriber_id": pa.int64()}, source=source, params=[tenant.pk, at_ms, at_ms], key="account_id",
            ids=accounts,
        )  # fmt: skip
    return sorted(set(found["subscriber_id"].to_pylist()))


def add_responsibilities(*, tenant: Tenant, rows: Iterable[tuple[Any, ...]]) -> None:
    """Values of WRITTEN; in a transaction of the caller."""
    add_rows(tenant=tenant, table=TABLE, columns=WRITTEN, rows=rows)


def end_responsibilities(*, tenant: Tenant, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end."""
    change_rows(tenant=tenant, table=TABLE, columns={"to_ms": "bigint"}, rows=ends)
