"""Tenants: the operator itself and each reseller. Every other table has a tenant."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager


class Tenant(models.Model):
    code = models.CharField(max_length=32, unique=True)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.code


class TenantRow(models.Model):
    """A row of one tenant. Reading it outside `django_scopes.scope(tenant=…)` raises."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    objects: Any = ScopedManager(tenant="tenant")

    class Meta:
        abstract = True
