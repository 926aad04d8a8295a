"""Leases by the database's clock: processes on machines whose clocks differ agree on who holds what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.functions import Now

from yidian.platform.tenancy.models import Tenant


def from_now(lease: timedelta) -> Any:
    """An expression: the instant at which a lease taken by this statement ends."""
    return ExpressionWrapper(Now() + Value(lease), output_field=DateTimeField())


def database_now(*, tenant: Tenant) -> datetime:
    """What the database's clock shows, aware UTC."""
    shown: datetime = Tenant.objects.filter(pk=tenant.pk).annotate(shown=Now()).values_list("shown", flat=True)[0]
    return shown
