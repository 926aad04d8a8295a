"""Ported numbers in and out, by the million."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django_scopes import scope

from yidian.domains.product_inventory.types import PortedRows
from yidian.platform.columns import columns_of
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

TABLE: Final = "product_inventory_portednumber"
KINDS: Final = {
    "id": pa.int64(),
    "from_ms": pa.int64(),
    "to_ms": pa.int64(),
    "number": pa.string(),
    "network": pa.string(),
}
Columns = dict[str, pa.ChunkedArray]


def load_ported(*, tenant: Tenant, period_start_ms: int, period_end_ms: int) -> PortedRows:
    """Every row that overlaps a period (UTC ms, half-open), by (number, from)."""
    when = [tenant.pk, period_end_ms, period_start_ms]
    with scope(tenant=tenant):
        found = columns_of(
            names=KINDS, source=f"{TABLE} WHERE tenant_id = %s AND from_ms < %s AND to_ms > %s", params=when, by="id"
        )
    table = pa.table(found).sort_by([("number", "ascending"), ("from_ms", "ascending")])
    network = table["network"].combine_chunks().dictionary_encode()
    names: list[str] = network.dictionary.to_pylist()
    networks = sorted(names)
    place = np.array([networks.index(name) for name in names] or [0], np.int64)
    return PortedRows(
        number=table["number"].combine_chunks(), network=place[network.indices.to_numpy(zero_copy_only=False)],
        from_ms=table["from_ms"].to_numpy(), to_ms=table["to_ms"].to_numpy(), networks=networks,
    )  # fmt: skip


def stored_ported(*, tenant: Tenant) -> Columns:
    """Every row of the tenant; call it inside the transaction that will write."""
    with scope(tenant=tenant):
        return columns_of(names=KINDS, source=f"{TABLE} WHERE tenant_id = %s", params=[tenant.pk])


def add_ported(*, tenant: Tenant, rows: Iterable[tuple[Any, ...]]) -> None:
    """(number, network, from_ms, to_ms); this and the following in a transaction of the caller."""
    add_rows(tenant=tenant, table=TABLE, columns=("number", "network", "from_ms", "to_ms"), rows=rows)


def end_ported(*, tenant: Tenant, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end."""
    change_rows(tenant=tenant, table=TABLE, columns={"to_ms": "bigint"}, rows=ends)
