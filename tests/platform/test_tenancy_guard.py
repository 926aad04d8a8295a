"""The tenant wall in raw SQL: what passes, what is stopped, on the database that the tests run on."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from yidian.platform.access.models import Organisation, Role, RoleAction, User
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.tenancy.guard import UnscopedStatement, expect_scoped
from yidian.platform.tenancy.models import Tenant
from yidian.platform.tenancy.statements import Address, tables, weigh

USERS = "access_organisation"


@pytest.fixture
def two(db: None) -> tuple[Tenant, Tenant]:
    a, b = (Tenant.objects.create(code=code, currency="CNY", zone="Asia/Shanghai") for code in "ab")
    for tenant in (a, b):
        with scope(tenant=tenant):
            Organisation.objects.create(tenant=tenant, code=f"of {tenant.code}")
    return a, b


def ask(sql: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else None


def stopped(sql: str, *params: Any) -> str:
    with pytest.raises(UnscopedStatement) as error, transaction.atomic():
        ask(sql, *params)
    return error.value.code


BY_TENANT = f"SELECT code FROM {USERS} WHERE tenant_id = %s"


def test_outside_a_scope_nothing_reaches_a_tenants_table(two: tuple[Tenant, Tenant]) -> None:
    a, _ = two
    assert stopped(BY_TENANT, a.pk) == "STATEMENT_UNSCOPED"
    assert stopped(f"DELETE FROM {USERS}") == "STATEMENT_UNSCOPED"
    with pytest.raises(UnscopedStatement):  # the one door that the ORM leaves open unscoped
        Organisation.objects.create(tenant=a, code="x")
    with pytest.raises(UnscopedStatement):
        Organisation.objects.bulk_create([Organisation(tenant=a, code="x")])
    with pytest.raises(UnscopedStatement):
        list(Organisation._base_manager.all())
    with pytest.raises(ScopeError):
        Organisation.objects.count()


def test_the_tenant_in_scope_reads_its_own_rows(two: tuple[Tenant, Tenant]) -> None:
    a, b = two
    with scope(tenant=a):
        assert ask(BY_TENANT, a.pk) == [("of a",)]
        assert stopped(BY_TENANT, b.pk) == "STATEMENT_OF_OTHER_TENANT"
        assert stopped(f"SELECT code FROM {USERS}") == "STATEMENT_WITHOUT_TENANT"
        assert stopped(f"SELECT code FROM {USERS} WHERE code = %s", "of b") == "STATEMENT_WITHOUT_TENANT"
        assert stopped(f"UPDATE {USERS} SET tenant_id = %s", a.pk) == "STATEMENT_WITHOUT_TENANT"
        with pytest.raises(UnscopedStatement):
            list(Organisation._base_manager.all())
    with scopes_disabled():
        assert sorted(ask(f"SELECT code FROM {USERS}")) == [("of a",), ("of b",)]


def test_rows_are_brought_with_their_tenant(two: tuple[Tenant, Tenant]) -> None:
    a, b = two
    one = f"INSERT INTO {USERS} (tenant_id, code, level) VALUES (%s, %s, %s)"
    with scope(tenant=a):
        assert stopped(f"INSERT INTO {USERS} (code, level) VALUES (%s, %s)", "x", "") == "STATEMENT_WITHOUT_TENANT"
        assert stopped(one, b.pk, "x", "") == "STATEMENT_OF_OTHER_TENANT"
        with pytest.raises(UnscopedStatement), transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(one, [(a.pk, "x", ""), (b.pk, "y", "")])
        with pytest.raises(UnscopedStatement), transaction.atomic():
            Organisation.objects.bulk_create([Organisation(tenant=t, code="z") for t in two])
        with connection.cursor() as cursor:
            cursor.executemany(one, [(a.pk, "x", ""), (a.pk, "y", "")])
        assert Organisation.objects.count() == 3


def test_what_django_does_by_itself_passes(two: tuple[Tenant, Tenant]) -> None:
    """Foreign keys, saving, deleting, savepoints, bulk updates: rows by primary key, or by the tenant in scope."""
    a, _ = two
    with scope(tenant=a):
        role = Role.objects.create(tenant=a, code="r", from_ms=0)
        right = RoleAction.objects.create(tenant=a, role=role, action="x", reach="tenant")
        right = RoleAction.objects.get(pk=right.pk)
        assert right.role.code == "r"
        right.asks = True
        right.save()
        right.refresh_from_db()
        Organisation.objects.bulk_update(list(Organisation.objects.all()), ["level"])
        with transaction.atomic(), transaction.atomic():
            RoleAction.objects.filter(role__code="r").delete()
        Role.objects.filter(id=role.pk)._raw_delete("default")
        run = Run.objects.create(tenant=a, kind="k", subject="s", input_digest="", started_at="2026-11-01T00:00:00Z")
        RunTask.objects.create(tenant=a, run=run, name="n")
        assert list(run.tasks.values_list("name", flat=True)) == ["n"]
        assert User.objects.filter(login="nobody").first() is None


GOOD = [
    f"SELECT * FROM {USERS} x WHERE x.tenant_id = %s AND x.code = %s",
    f'SELECT "{USERS}"."id" FROM "{USERS}" WHERE "{USERS}"."tenant_id" IN (%s, %s)',
    f"SELECT 1 FROM {USERS} WHERE +tenant_id = %s AND id IN (%s)",
    f'DELETE FROM "{USERS}" WHERE "{USERS}"."id" IN (%s, %s)',
    f"SELECT * FROM {USERS} WHERE id = ANY(%s)",
    f"INSERT INTO {USERS} (code, tenant_id) SELECT code, %s FROM {USERS} WHERE tenant_id = %s",
    f"COPY {USERS} (tenant_id, code, level) FROM STDIN",
    f"WITH x AS (SELECT id FROM {USERS} WHERE tenant_id = %s) UPDATE {USERS} SET level = '' WHERE id = %s",
]
BAD = [
    f"SELECT * FROM {USERS}",
    f"SELECT tenant_id FROM {USERS}",
    f"SELECT * FROM {USERS} WHERE code = 'tenant_id = 1'",
    f"SELECT * FROM {USERS} -- tenant_id = 1",
    f"SELECT * FROM {USERS} /* tenant_id = 1 */",
    f"SELECT * FROM {USERS} a JOIN {USERS} b ON a.tenant_id = b.tenant_id",
    f"SELECT * FROM {USERS} a JOIN access_post b ON a.id = b.organisation_id",
    f"SELECT * FROM {USERS} WHERE parent_id = %s",
    f"SELECT 1; DELETE FROM {USERS}",
    f"UPDATE {USERS} SET tenant_id = 5",
    f"INSERT INTO {USERS} VALUES (%s, %s)",
    f"INSERT INTO {USERS} (code, level) VALUES ('tenant_id', %s)",
    f"INSERT INTO {USERS} (tenant_id, code) SELECT tenant_id, code FROM {USERS}",
    f"INSERT INTO elsewhere (tenant_id, code) SELECT 1, code FROM {USERS}",
    f"COPY {USERS} TO STDOUT",
    f"COPY {USERS} (code, level) FROM STDIN",
    f"TRUNCATE {USERS}",
    f"REPLACE INTO {USERS} (code) VALUES (%s)",
    f"EXPLAIN SELECT * FROM {USERS}",
]
FREE = [
    "SELECT 1", "BEGIN", "SAVEPOINT s1", f"CREATE INDEX i ON {USERS} (code)", f'ALTER TABLE "{USERS}" ADD x int',
    "SELECT * FROM tenancy_tenant", "INSERT INTO django_migrations (app) VALUES (%s)", "PRAGMA foreign_key_check",
    f"PRAGMA table_info('{USERS}')", f"SELECT sql FROM sqlite_master WHERE name = '{USERS}'",
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "address"),
    [*((s, Address.NAMED) for s in GOOD), *((s, Address.BARE) for s in BAD), *((s, Address.FREE) for s in FREE)],
)
def test_a_statement_is_weighed_by_its_text(sql: str, address: Address) -> None:
    assert weigh(sql).address is address


def test_a_tenant_set_as_a_literal_in_a_join_does_not_hide_the_parameter() -> None:
    found = weigh(f"UPDATE {USERS} SET level = %s, code = '%%s' WHERE id = %s AND tenant_id = %s")
    assert found.places == (2,)
    assert weigh(f"INSERT INTO {USERS} (level, tenant_id) VALUES (%s, %s), (%s, %s)").rows == (2, 1)


def test_deleting_a_row_that_others_point_at_is_stopped(tenant: Any) -> None:
    """Django looks for those that point at it by their foreign key alone. Rows are ended, not deleted, or by `bulk`."""
    role = Role.objects.create(tenant=tenant, code="r", from_ms=0)
    with pytest.raises(UnscopedStatement), transaction.atomic():
        role.delete()
    assert Role.objects.filter(code="r").exists()


def test_every_table_of_tenants_is_known() -> None:
    assert {USERS, "party_customer", "customer_bill_customerbill", "lake_lakefile", "jobs_runtask"} <= set(tables())
    assert "tenancy_tenant" not in tables()


def test_a_copy_is_watched(tenant: Any) -> None:
    expect_scoped(f"COPY {USERS} (tenant_id, code, level) FROM STDIN")
    with pytest.raises(UnscopedStatement):
        expect_scoped(f"COPY {USERS} (code, level) FROM STDIN")


@pytest.mark.django_db(transaction=True)
def test_a_database_is_emptied_between_tests_as_a_whole() -> None:
    """Django's flush names no tenant: the watched backend lets it, and only it, work on all."""
    tenant = Tenant.objects.create(code="t", currency="CNY", zone="UTC")
    with scope(tenant=tenant):
        Organisation.objects.create(tenant=tenant, code="x")
