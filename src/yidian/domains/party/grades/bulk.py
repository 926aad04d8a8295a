"""Grades of customers in and out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import pyarrow as pa
from django_scopes import scope

from yidian.platform.database.asking import table_among
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

TABLE: Final = "party_customergrade"
KINDS: Final = {"customer_id": pa.int64(), "grade": pa.string()}


def load_grades(*, tenant: Tenant, at_ms: int, customers: Collection[int] | None = None) -> pa.Table:
    """`customer_id` and `grade` of everybody who has one at an instant (UTC ms), by customer; or of these (ids)."""
    source = f"{TABLE} WHERE tenant_id = %s AND from_ms <= %s AND to_ms > %s"
    with scope(tenant=tenant):
        found = table_among(
            names=KINDS, source=source, params=[tenant.pk, at_ms, at_ms], key="customer_id", ids=customers
        )  # fmt: skip
    return found.sort_by("customer_id")


def add_grades(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, int]]) -> None:
    """(id of the customer, grade, from_ms, to_ms); in a transaction of the caller."""
    add_rows(tenant=tenant, table=TABLE, columns=("customer_id", "grade", "from_ms", "to_ms"), rows=rows)


def end_grades(*, tenant: Tenant, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end."""
    change_rows(tenant=tenant, table=TABLE, columns={"to_ms": "bigint"}, rows=ends)
