"""I10: walls between tenants broken on purpose, past every door."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled

from yidian.platform.access.models import Role, RoleAction
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.lake.models import LakeFile
from yidian.platform.tenancy.models import Tenant
from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.tenant_wall import tenant_wall
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Places

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


@pytest.fixture
def two(db: None) -> tuple[Any, Any]:
    """Two tenants, each with a run, its task, its file, a role and a right."""
    found = []
    for code in ("here", "there"):
        tenant = Tenant.objects.create(code=code, currency="CNY", zone="Asia/Shanghai")
        with scope(tenant=tenant):
            run = Run.objects.create(tenant=tenant, kind="rate", subject="s", input_digest="", started_at=NOW)
            RunTask.objects.create(tenant=tenant, run=run, name="n")
            put(tenant, f"{code}/rated/s/1.parquet", run)
            role = Role.objects.create(tenant=tenant, code="clerk", from_ms=0)
            RoleAction.objects.create(tenant=tenant, role=role, action="a", reach="tenant")
        found.append(tenant)
    return found[0], found[1]


def put(tenant: Any, path: str, run: Any = None) -> None:
    LakeFile.objects.create(tenant=tenant, kind="rated", subject="s", path=path, rows=0, bytes=0, sha256="", run=run)


def look(tenant: Any) -> Finding:
    nowhere = Path("nowhere")
    on = Visit(tenant=tenant, home=nowhere, places=Places(lake=nowhere, work=nowhere), now=NOW)
    with scope(tenant=tenant):
        return tenant_wall(on)


def told(found: Finding) -> list[tuple[str, object]]:
    return [(remark.code, remark.params.get("column") or remark.params.get("path")) for remark in found.violations]


def test_tenants_side_by_side_are_sound(two: tuple[Any, Any]) -> None:
    for tenant in two:
        found = look(tenant)
        assert (told(found), found.alarms) == ([], ())
        assert found.checked > 15, "foreign keys were not found"


def test_a_row_that_points_at_another_tenants_is_seen_from_both_sides(two: tuple[Any, Any]) -> None:
    here, there = two
    with scopes_disabled():
        foreign = Run._base_manager.get(tenant=there)
        RunTask._base_manager.filter(tenant=here).update(run=foreign, name="m")
    assert told(look(here)) == [("ROW_POINTS_ELSEWHERE", "run_id")]
    assert told(look(there)) == [("ROW_POINTED_AT", "run_id")]
    assert "there" not in str(look(here)), "of the other tenant nothing is told"


def test_a_right_of_another_tenants_role(two: tuple[Any, Any]) -> None:
    here, there = two
    with scopes_disabled():
        RoleAction._base_manager.filter(tenant=there).update(tenant=here)
    assert told(look(here)) == [("ROW_POINTS_ELSEWHERE", "role_id")]


def test_a_row_that_changed_its_tenant(two: tuple[Any, Any]) -> None:
    here, there = two
    with scopes_disabled():
        Run._base_manager.filter(tenant=here).update(tenant=there, kind="other")
    assert ("ROW_POINTS_ELSEWHERE", "run_id") in told(look(here))
    assert ("ROW_POINTED_AT", "run_id") in told(look(there))


@pytest.mark.parametrize("path", ["there/rated/s/9.parquet", "here/../there/9.parquet", "9.parquet", "Here/9.parquet"])
def test_a_file_in_another_tenants_folder(two: tuple[Any, Any], path: str) -> None:
    here, there = two
    with scope(tenant=here):
        put(here, path)
    assert told(look(here)) == [("FILE_ELSEWHERE", path)]
    claimed = [("FILE_CLAIMED", path)] if path.startswith("there/") else []
    assert told(look(there)) == claimed
