"""The second lock of the tenant wall (I10): what PostgreSQL shows when a statement has forgotten its tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django_scopes import scope, scopes_disabled
from tests import installations
from tests.postgres.processes import yidian

from yidian.platform.access.models import Organisation
from yidian.platform.database.loading import add_rows
from yidian.platform.tenancy import policies
from yidian.platform.tenancy.models import Tenant

ROWS = "access_organisation"
EVERY = f"SELECT code FROM {ROWS} ORDER BY code"


@pytest.fixture
def two(db: None) -> tuple[Tenant, Tenant]:
    a, b = (Tenant.objects.create(code=code, currency="CNY", zone="Asia/Shanghai") for code in "ab")
    for tenant in (a, b):
        with scope(tenant=tenant):
            Organisation.objects.bulk_create(Organisation(tenant=tenant, code=f"{n} of {tenant.code}") for n in (1, 2))
    return a, b


def past_the_guard(sql: str, *params: Any) -> list[Any]:
    """On the session as it is, as by a door that nobody watches."""
    cursor = connection.connection.execute(sql, params)
    return [row[0] for row in cursor.fetchall()] if cursor.description else [cursor.rowcount]


def test_a_session_sees_and_changes_only_rows_of_the_tenant_it_works_for(two: tuple[Tenant, Tenant]) -> None:
    a, _ = two
    for tenant in two:
        with scope(tenant=tenant):
            Organisation.objects.count()
            assert past_the_guard(EVERY) == [f"1 of {tenant.code}", f"2 of {tenant.code}"]
    assert past_the_guard(f"UPDATE {ROWS} SET level = 'x'") == [2]
    assert past_the_guard(f"DELETE FROM {ROWS} WHERE tenant_id = %s", a.pk) == [0]
    for forged in (f"INSERT INTO {ROWS} (tenant_id, code, level) VALUES ({a.pk}, 'x', '')",
                   f"UPDATE {ROWS} SET tenant_id = {a.pk}"):  # fmt: skip
        with pytest.raises(Exception, match="violates row-level security"), transaction.atomic():
            past_the_guard(forged)
    with scopes_disabled():
        assert Organisation.objects.filter(level="x").count() == 2
        assert len(past_the_guard(EVERY)) == 4


def test_a_session_that_was_told_nothing_sees_nothing(two: tuple[Tenant, Tenant]) -> None:
    for nothing in ("RESET yidian.tenant", "SET yidian.tenant = ''"):
        past_the_guard(nothing)
        assert past_the_guard(EVERY) == []
        assert past_the_guard(f"UPDATE {ROWS} SET level = 'x'") == [0]


def test_what_is_rolled_back_takes_the_setting_with_it(two: tuple[Tenant, Tenant]) -> None:
    a, b = two

    def undone(tenant: Tenant) -> None:
        with transaction.atomic(), scope(tenant=tenant):
            assert Organisation.objects.count() == 2
            raise RuntimeError

    for before in (a, b):
        with scope(tenant=before):
            assert Organisation.objects.count() == 2
            with pytest.raises(RuntimeError):
                undone(b)
            assert Organisation.objects.count() == 2


def test_a_cursor_that_the_server_holds_goes_on_for_whom_it_was_opened(two: tuple[Tenant, Tenant]) -> None:
    a, b = two

    def read(rows: Iterator[str], count: int) -> list[str]:
        return [next(rows) for _ in range(count)]

    with scope(tenant=a):
        rows = Organisation.objects.order_by("code").values_list("code", flat=True).iterator(chunk_size=1)
        assert read(rows, 1) == ["1 of a"]
        with scope(tenant=b):
            assert Organisation.objects.count() == 2
        assert read(rows, 1) == ["2 of a"]
        assert Organisation.objects.count() == 2


def test_a_copy_brings_only_rows_of_the_tenant_in_scope(two: tuple[Tenant, Tenant]) -> None:
    a, b = two
    with scope(tenant=a), transaction.atomic():
        for code in ("x", "y"):  # the door is gone through twice in a transaction
            add_rows(tenant=a, table=ROWS, columns=("code", "level"), rows=[(code, "")])
        assert Organisation.objects.count() == 4
        with pytest.raises(Exception, match="STATEMENT_OF_OTHER_TENANT"), transaction.atomic():
            add_rows(tenant=b, table=ROWS, columns=("code", "level"), rows=[("z", "")])


@pytest.mark.django_db(transaction=True)
def test_a_connection_made_anew_is_told_again() -> None:
    tenant = Tenant.objects.create(code="a", currency="CNY", zone="UTC")
    with scope(tenant=tenant):
        Organisation.objects.create(tenant=tenant, code="x")
        connection.close()
        assert Organisation.objects.count() == 1
        past_the_guard("SELECT 1")
        with pytest.raises(Exception, match="terminat"):
            past_the_guard("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.close_if_unusable_or_obsolete()
        connection.close()
        with transaction.atomic():
            assert Organisation.objects.count() == 1


def test_the_server_is_told_only_when_it_is_another_tenants_turn(
    two: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = two
    told: list[str] = []
    session = connection.connection
    monkeypatch.setattr(
        type(session), "execute", lambda self, sql, *rest: told.append(sql) or self.cursor().execute(sql, *rest)
    )
    for tenant in (a, a, b, b):
        with scope(tenant=tenant):
            for _ in range(3):
                Organisation.objects.count()
                Tenant.objects.count()
    assert told == [f"SET yidian.tenant = '{tenant.pk}'" for tenant in (a, b)]


def test_every_table_of_tenants_has_its_policy_and_one_that_lost_it_is_missed(db: None) -> None:
    assert policies.unguarded() == []
    assert not policies.is_bypassed()
    for planted in (
        f"ALTER TABLE {ROWS} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {ROWS} DISABLE ROW LEVEL SECURITY",
        f"DROP POLICY {policies.POLICY} ON {ROWS}", f"CREATE POLICY wide ON {ROWS} USING (true)",
        f"ALTER POLICY {policies.POLICY} ON {ROWS} USING (true)",
    ):  # fmt: skip
        with transaction.atomic():
            past_the_guard(planted)
            assert policies.guard_all() == [ROWS], planted
            assert policies.unguarded() == []
            transaction.set_rollback(True)
    assert policies.unguarded() == []


def test_the_doctor_finds_a_table_without_policy_and_upgrade_mends_it(home: Path) -> None:
    installations.sql(home, f"ALTER TABLE {ROWS} NO FORCE ROW LEVEL SECURITY")
    found = yidian(home, "doctor", "--law", "I10")
    assert (found.returncode != 0, ROWS in found.stdout + found.stderr) == (True, True), found
    mended = yidian(home, "upgrade")
    assert (mended.returncode, ROWS in mended.stdout) == (0, True), mended
    assert yidian(home, "doctor", "--law", "I10").returncode == 0
