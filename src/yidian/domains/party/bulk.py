"""Many rows at once, by hand-written SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from yidian.domains.party._naming import keys_of
from yidian.platform.tenancy.models import Tenant


def insert_customers(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """(id, code, name, kind); inside a transaction of the caller. Afterwards they can be looked for by name."""
    made = [(tenant.pk, *row) for row in rows]
    told = "(tenant_id, id, code, name, kind, organisation, phone, address)"
    _insert(f"INSERT INTO party_customer {told} VALUES (%s, %s, %s, %s, %s, '', '', '')", made)
    insert_name_keys(tenant=tenant, names=((row[1], row[3]) for row in made))


def insert_accounts(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, str]]) -> None:
    """(id, code, id of the customer, currency); inside a transaction of the caller."""
    sql = "INSERT INTO party_billingaccount (tenant_id, id, code, customer_id, currency) VALUES (%s, %s, %s, %s, %s)"
    _insert(sql, [(tenant.pk, *row) for row in rows])


def insert_name_keys(*, tenant: Tenant, names: Iterable[tuple[int, str]]) -> None:
    """(id of the customer, name): what its name is looked for by. Its old keys are gone already."""
    sql = "INSERT INTO party_namekey (tenant_id, customer_id, place, key) VALUES (%s, %s, %s, %s)"
    _insert(sql, [(tenant.pk, id_, place, key) for id_, name in names for place, key in keys_of(name)])


def _insert(sql: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
