"""Counters of business numbers and of identities."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.platform.tenancy.models import TenantRow


class NumberSeries(TenantRow):
    """The last number taken of a series ("payment/2026"); 0: none yet. One row per series, held by who takes one."""

    series = models.CharField(max_length=64)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "series"], name="number_series_once"),
            models.CheckConstraint(condition=Q(last__gte=0), name="number_series_from_zero"),
        ]
