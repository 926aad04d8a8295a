"""Making tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from yidian.kernel.faults import refuse
from yidian.platform.tenancy import particulars
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def open_tenant(*, code: str, currency: str, zone: str) -> Tenant:
    """Make a tenant. BadInput when its particulars are wrong; IntegrityError when the code is taken."""
    particulars.check(code=code, currency=currency, zone=zone)
    with transaction.atomic():
        return Tenant.objects.create(code=code, currency=currency, zone=zone)


def add_tenant(*, frame: Frame, code: str, currency: str, zone: str) -> Tenant:
    """Open another tenant of the installation, inside a write of the operator. BadInput, also TENANT_EXISTS."""
    particulars.check(code=code, currency=currency, zone=zone)
    # Codes are told apart by capitals, folders of some file systems are not.
    if Tenant.objects.filter(code__iexact=code).exists():
        raise refuse("TENANT_EXISTS", value=code)
    tenant = open_tenant(code=code, currency=currency, zone=zone)
    frame.changed("tenant", code, before=None, after={"currency": currency, "zone": zone})
    return tenant
