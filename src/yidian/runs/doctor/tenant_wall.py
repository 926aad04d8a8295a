"""I10: no row of a tenant points at another tenant's, no file of the lake stands in another tenant's folder, and on
PostgreSQL every table of tenants' rows has the policy that is the wall's second lock (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import F, ForeignKey, Q
from django_scopes import scopes_disabled

from yidian.platform.lake.models import LakeFile
from yidian.platform.lake.wall import home_of
from yidian.platform.tenancy import policies
from yidian.platform.tenancy.models import Tenant, TenantRow
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def tenant_wall(on: Visit) -> Finding:
    """Every foreign key between tables of tenants, from this tenant's rows and toward them; every path of its files.

    Whole-installation work: a broken wall shows only to one who sees both sides. Of the other tenant nothing is told.
    """
    look = Look("I10", "TENANT_WALL")
    with scopes_disabled():
        alone = Tenant.objects.count() == 1  # then no row can point at another's: every tenant_id is this one
        for model, field in _references():
            look.checked += 1
            if not alone:
                _reference(on, look, model, field)
        _files(on, look)
    _second_lock(look)
    return look.finding()


def _second_lock(look: Look) -> None:
    for table in policies.unguarded():
        look.violation("TABLE_WITHOUT_POLICY", table=table)
    if policies.is_bypassed():
        look.alarm("POLICIES_BYPASSED")


def _reference(on: Visit, look: Look, model: Any, field: str) -> None:
    """Asked once for both directions, as nearly always there is nothing; then which."""
    apart = model._base_manager.exclude(tenant_id=F(f"{field}__tenant_id")).exclude(**{f"{field}_id": None})
    mine, toward = Q(tenant=on.tenant), Q(**{f"{field}__tenant": on.tenant})
    if not apart.filter(mine | toward).exists():
        return
    for code, which in (("ROW_POINTS_ELSEWHERE", mine), ("ROW_POINTED_AT", toward)):
        count = apart.filter(which).count()
        if count:
            look.violation(code, table=model._meta.db_table, column=f"{field}_id", count=count)


def _references() -> Iterator[tuple[Any, str]]:
    """(model, field) of every foreign key from a tenant's table to a tenant's table."""
    for model in apps.get_models():
        if not issubclass(model, TenantRow):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, ForeignKey) else None
            if isinstance(target, type) and issubclass(target, TenantRow):
                yield model, field.name


def _files(on: Visit, look: Look) -> None:
    """Rows of this tenant about files elsewhere, and rows of others about files here."""
    mine = home_of(on.tenant) + "/"
    for path in LakeFile._base_manager.filter(tenant=on.tenant).values_list("path", flat=True).iterator():
        look.checked += 1
        if not path.startswith(mine) or ".." in path.split("/"):
            look.violation("FILE_ELSEWHERE", path=path)
    others = LakeFile._base_manager.exclude(tenant=on.tenant).filter(path__startswith=mine)
    for path in others.values_list("path", flat=True):
        if path.startswith(mine):  # SQLite's LIKE does not tell capitals
            look.violation("FILE_CLAIMED", path=path)
    codes = [code for code in Tenant.objects.values_list("code", flat=True) if code.lower() == on.tenant.code.lower()]
    if len(codes) > 1:
        look.alarm("TENANT_CODES_ALIKE", codes=", ".join(sorted(codes)))
