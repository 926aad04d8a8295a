"""Reading tenants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.apps import apps
from django.db import connection
from django_scopes import scope

from yidian.kernel.faults import refuse
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant as Tenant
from yidian.platform.tenancy.models import TenantRow

_BY_CODE: Final = Reading(lambda code: Tenant.objects.filter(code=code))


def tenant_by_code(*, code: str) -> Tenant:
    """The tenant; BadInput TENANT_UNKNOWN when there is none."""
    found: list[Tenant] = _BY_CODE.instances(tenant=None, code=code)
    if not found:
        raise refuse("TENANT_UNKNOWN", value=code)
    return found[0]


def tenants() -> list[Tenant]:
    """Every tenant; none where the database has no tables yet."""
    if Tenant._meta.db_table not in connection.introspection.table_names():
        return []
    return list(Tenant.objects.order_by("id"))


@contextmanager
def serving(*, code: str) -> Iterator[Tenant]:
    """The tenant, with its rows in scope meanwhile."""
    tenant = tenant_by_code(code=code)
    with scope(tenant=tenant):
        yield tenant


def tables_in_use(*, tenant: Tenant) -> frozenset[str]:
    """Labels (`app.Model`) of the tables in which this tenant has rows; tables not made yet have none."""
    there = frozenset(connection.introspection.table_names())
    with scope(tenant=tenant):
        ours = [model for model in apps.get_models() if issubclass(model, TenantRow) and model._meta.db_table in there]
        return frozenset(model._meta.label for model in ours if model.objects.exists())
