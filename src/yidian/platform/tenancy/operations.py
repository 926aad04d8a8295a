"""Making tenants."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from yidian.kernel.faults import BadInput, Fault
from yidian.platform.tenancy.models import Tenant

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
CURRENCY: Final = re.compile(r"[A-Z]{3}")  # ISO 4217


def check_tenant(*, code: str, currency: str, zone: str) -> None:
    """BadInput with every fault of a tenant's particulars: TENANT_CODE, CURRENCY_CODE, ZONE_UNKNOWN."""
    faults = []
    if not CODE.fullmatch(code):
        faults.append(Fault("TENANT_CODE", value=code))
    if not CURRENCY.fullmatch(currency):
        faults.append(Fault("CURRENCY_CODE", value=currency))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # no such zone; a path outside; a folder
        faults.append(Fault("ZONE_UNKNOWN", value=zone))
    if faults:
        raise BadInput(faults)


def open_tenant(*, code: str, currency: str, zone: str) -> Tenant:
    """Make a tenant. BadInput when its particulars are wrong; IntegrityError when the code is taken."""
    check_tenant(code=code, currency=currency, zone=zone)
    with transaction.atomic():
        return Tenant.objects.create(code=code, currency=currency, zone=zone)
