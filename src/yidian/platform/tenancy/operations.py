"""Making tenants."""

from __future__ import annotations

from django.db import transaction

from yidian.platform.tenancy import particulars
from yidian.platform.tenancy.models import Tenant


def open_tenant(*, code: str, currency: str, zone: str) -> Tenant:
    """Make a tenant. BadInput when its particulars are wrong; IntegrityError when the code is taken."""
    particulars.check(code=code, currency=currency, zone=zone)
    with transaction.atomic():
        return Tenant.objects.create(code=code, currency=currency, zone=zone)
