"""Many rows through one door, and what the planner knows of them afterwards: on the database that the tests run on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scope

from yidian.domains.party.models import Customer
from yidian.platform.database import loading, statistics
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.database.statistics import refresh_statistics
from yidian.platform.jobs.engine import finish, open_run
from yidian.platform.tenancy.guard import UnscopedStatement
from yidian.platform.tenancy.models import Tenant

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TABLE = "party_customer"
COLUMNS = ("id", "code", "name", "kind", "organisation", "phone", "address")
ODD = "tab\there, back\\slash, “引号”, 𠮷, line\nbreak, \\N, NULL, ''"


def customer(n: int, name: str = "") -> tuple[int, str, str, str, str, str, str]:
    return (n, f"C{n}", name, "person", "", "", "")


def names() -> dict[int, str]:
    return dict(Customer.objects.values_list("id", "name"))


def estimate(table: str) -> int | None:
    """How many rows the planner believes a table to have; None: it was never asked."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
            found = int(cursor.fetchone()[0])
            return None if found < 0 else found
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT max(CAST(stat AS integer)) FROM sqlite_stat1 WHERE tbl = %s", [table])
        told: int | None = cursor.fetchone()[0]
        return told


def test_values_arrive_as_they_were(tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHUNK", 3)
    add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=(customer(n, f"{ODD}{n}") for n in range(1, 8)))
    assert names() == {n: f"{ODD}{n}" for n in range(1, 8)}
    some = ((n, f"new {n}{ODD}", str(n)) for n in (1, 2, 5, 7, 99))
    change_rows(tenant=tenant, table=TABLE, columns={"name": "text", "phone": "text"}, rows=some)
    assert names() == {n: f"new {n}{ODD}" if n in (1, 2, 5, 7) else f"{ODD}{n}" for n in range(1, 8)}
    assert sorted(Customer.objects.exclude(phone="").values_list("id", "phone")) == [(n, str(n)) for n in (1, 2, 5, 7)]


def test_nothing_to_bring_asks_nothing(tenant: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=())
        change_rows(tenant=tenant, table=TABLE, columns={"name": "text"}, rows=())


def test_one_wrong_row_brings_none(tenant: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=[customer(1), customer(2), customer(2)])
    assert names() == {}

    def stops() -> Any:
        yield customer(1)
        raise ValueError("the file ends here")

    with pytest.raises(ValueError, match="ends here"), transaction.atomic():
        add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=stops())
    assert names() == {}


def test_rows_of_another_tenant_are_neither_brought_nor_changed(tenant: Any) -> None:
    add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=[customer(1, "ours")])
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    with pytest.raises(UnscopedStatement), transaction.atomic():
        add_rows(tenant=other, table=TABLE, columns=COLUMNS, rows=[customer(2)])
    with pytest.raises(UnscopedStatement), transaction.atomic():
        change_rows(tenant=other, table=TABLE, columns={"name": "text"}, rows=[(1, "theirs")])
    with scope(tenant=other):
        change_rows(tenant=other, table=TABLE, columns={"name": "text"}, rows=[(1, "theirs")])
    assert names() == {1: "ours"}


def test_the_planner_hears_of_many_rows(tenant: Any) -> None:
    add_rows(tenant=tenant, table=TABLE, columns=COLUMNS, rows=map(customer, range(1, 3001)))
    refresh_statistics(tables=[TABLE])
    assert estimate(TABLE) == pytest.approx(3000, rel=0.2)
    refresh_statistics()
    assert estimate("tenancy_tenant") is not None


@pytest.mark.parametrize("large", [1, 1 << 40])
def test_after_a_run_a_large_file_of_sqlite_is_looked_at(
    tenant: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, large: int
) -> None:
    monkeypatch.setattr(statistics, "LARGE", large)
    run = open_run(tenant=tenant, kind="k", subject="s", input_digest="", now=NOW)
    with django_capture_on_commit_callbacks() as asked:
        finish(run, counts={}, now=NOW)
    assert (refresh_statistics in asked) == (connection.vendor == "sqlite" and large == 1)
