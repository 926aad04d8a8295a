"""States of subscribers in and out. A subscriber without a row is active, so a run reads those only that are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import pyarrow as pa
from django_scopes import scope

from yidian.platform.database.asking import table_among
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

TABLE: Final = "product_inventory_subscriberstate"
KINDS: Final = {"subscriber_id": pa.int64(), "from_ms": pa.int64(), "to_ms": pa.int64(), "state": pa.string()}


def load_states(
    *, tenant: Tenant, period_start_ms: int, period_end_ms: int, subscribers: Collection[int] | None = None
) -> pa.Table:
    """Who was not active when: rows (KINDS) that overlap a period (UTC ms, half-open), by (subscriber, from).

    `subscribers`: only of these (ids).
    """
    source = f"{TABLE} WHERE tenant_id = %s AND from_ms < %s AND to_ms > %s AND state <> 'active'"
    with scope(tenant=tenant):
        found = table_among(
            names=KINDS, source=source, params=[tenant.pk, period_end_ms, period_start_ms], key="subscriber_id",
            ids=subscribers,
        )  # fmt: skip
    return found.sort_by([("subscriber_id", "ascending"), ("from_ms", "ascending")])


def add_states(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, int]]) -> None:
    """(id of the subscriber, state, from_ms, to_ms); in a transaction of the caller."""
    add_rows(tenant=tenant, table=TABLE, columns=("subscriber_id", "state", "from_ms", "to_ms"), rows=rows)


def end_states(*, tenant: Tenant, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end."""
    change_rows(tenant=tenant, table=TABLE, columns={"to_ms": "bigint"}, rows=ends)
