"""Friends and closed groups in and out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django_scopes import scope

from yidian.domains.product_inventory.types import CircleRows
from yidian.platform.columns import columns_of
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

FRIENDS: Final = "product_inventory_friendnumber"
MEMBERS: Final = "product_inventory_groupmembership"
DATED: Final = {"subscriber_id": pa.int64(), "from_ms": pa.int64(), "to_ms": pa.int64()}


def load_circles(*, tenant: Tenant, period_start_ms: int, period_end_ms: int) -> CircleRows:
    """Every row that overlaps a period (UTC ms, half-open), by (subscriber, number or group, from)."""
    friends = _dated(FRIENDS, "number", tenant, period_start_ms, period_end_ms)
    members = _dated(MEMBERS, "group_code", tenant, period_start_ms, period_end_ms)
    group = members["what"].combine_chunks().dictionary_encode()
    names: list[str] = group.dictionary.to_pylist()
    groups = sorted(names)
    place = np.array([groups.index(name) for name in names] or [0], np.int64)
    return CircleRows(
        friend_of=friends["subscriber_id"].to_numpy(), friend=friends["what"].combine_chunks(),
        friend_from_ms=friends["from_ms"].to_numpy(), friend_to_ms=friends["to_ms"].to_numpy(),
        member=members["subscriber_id"].to_numpy(), group=place[group.indices.to_numpy(zero_copy_only=False)],
        member_from_ms=members["from_ms"].to_numpy(), member_to_ms=members["to_ms"].to_numpy(), groups=groups,
    )  # fmt: skip


def _dated(table: str, what: str, tenant: Tenant, start_ms: int, end_ms: int) -> pa.Table:
    source = f"{table} WHERE tenant_id = %s AND from_ms < %s AND to_ms > %s"
    with scope(tenant=tenant):
        names, when = {**DATED, what: pa.string()}, [tenant.pk, end_ms, start_ms]
        found = columns_of(names=names, source=source, params=when, by="id")
    made = pa.table({**{name: found[name] for name in DATED}, "what": found[what]})
    return made.sort_by([(name, "ascending") for name in ("subscriber_id", "what", "from_ms")])


def add_friends(*, tenant: Tenant, rows: Iterable[tuple[Any, ...]]) -> None:
    """(id of the subscriber, number, from_ms, to_ms); this and the following in a transaction of the caller."""
    add_rows(tenant=tenant, table=FRIENDS, columns=("subscriber_id", "number", "from_ms", "to_ms"), rows=rows)


def add_members(*, tenant: Tenant, rows: Iterable[tuple[Any, ...]]) -> None:
    """(id of the subscriber, group, kind, from_ms, to_ms)"""
    columns = ("subscriber_id", "group_code", "kind", "from_ms", "to_ms")
    add_rows(tenant=tenant, table=MEMBERS, columns=columns, rows=rows)


def end_circle(*, tenant: Tenant, friends: bool, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) of a table their end."""
    change_rows(tenant=tenant, table=FRIENDS if friends else MEMBERS, columns={"to_ms": "bigint"}, rows=ends)
