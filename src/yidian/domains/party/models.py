"""Who buys and who pays. Ids carry the bucket of the code (platform.identity)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.platform.tenancy.models import TenantRow


class Customer(TenantRow):
    """A person or an organisation that has a contract."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.PERSON)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="customer_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="customer_code_given"),
        ]


class BillingAccount(TenantRow):
    """A billing account (合同号): what one bill of a cycle is for. Belongs to one customer for good."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="billing_account_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="billing_account_code_given"),
        ]
