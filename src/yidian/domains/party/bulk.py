"""Many rows at once, by hand-written SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from yidian.platform.tenancy.models import Tenant


def insert_customers(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """(id, code, name, kind); inside a transaction of the caller."""
    sql = "INSERT INTO party_customer (tenant_id, id, code, name, kind) VALUES (%s, %s, %s, %s, %s)"
    _insert(sql, [(tenant.pk, *row) for row in rows])


def insert_accounts(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, str]]) -> None:
    """(id, code, id of the customer, currency); inside a transaction of the caller."""
    sql = "INSERT INTO party_billingaccount (tenant_id, id, code, customer_id, currency) VALUES (%s, %s, %s, %s, %s)"
    _insert(sql, [(tenant.pk, *row) for row in rows])


def _insert(sql: str, rows: list[tuple[int | str, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
