"""Reading tenants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django_scopes import scope

from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant as Tenant
from yidian.platform.tenancy.models import TenantRow


def tenant_by_code(*, code: str) -> Tenant:
    """The tenant; BadInput TENANT_UNKNOWN when there is none."""
    tenant = Tenant.objects.filter(code=code).first()
    if tenant is None:
        raise refuse("TENANT_UNKNOWN", value=code)
    return tenant


@contextmanager
def serving(*, code: str) -> Iterator[Tenant]:
    """The tenant, with its rows in scope meanwhile."""
    tenant = tenant_by_code(code=code)
    with scope(tenant=tenant):
        yield tenant


def tables_in_use(*, tenant: Tenant) -> frozenset[str]:
    """Labels (`app.Model`) of the tables in which this tenant has rows."""
    with scope(tenant=tenant):
        return frozenset(
            model._meta.label for model in apps.get_models() if issubclass(model, TenantRow) and model.objects.exists()
        )
