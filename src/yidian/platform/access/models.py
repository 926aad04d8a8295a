"""Who works here. Unique by (tenant, login): two resellers may both have a `zhang`."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from yidian.platform.tenancy.models import TenantRow


class User(TenantRow, AbstractBaseUser):
    login = models.CharField(max_length=64)
    name = models.CharField(max_length=128, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS = ["login"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "login"], name="user_login_once")]
