"""Cycles, bills and what stands in their way. Bill items are Parquet in the lake; here are their headers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.customer_bill.lifecycle import CLOSED, OPEN
from yidian.platform.tenancy.models import TenantRow


class BillingCycle(TenantRow):
    """A period that is rated, billed and closed as one. [from_ms, to_ms) in UTC ms; `zone` counts its days.

    `rate_run` and `bill_run` are the runs whose results count; usage files above `cutoff_file` came after rating.
    """

    class State(models.TextChoices):
        OPEN = OPEN
        CLOSED = CLOSED

    name = models.CharField(max_length=32)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()
    zone = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cutoff_file = models.BigIntegerField(default=0)
    rate_run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    bill_run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="billing_cycle_name_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="billing_cycle_period"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(state="open", closed_at__isnull=True),
                name="billing_cycle_closed_when_told",
            ),
        ]


class CustomerBill(TenantRow):
    """An account's bill. `run` made it and wrote its items; it counts while `published` is the cycle's bill_run.

    A run of some accounts only leaves `published` empty until its last transaction.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        FINAL = "final"

    id = models.BigIntegerField(primary_key=True)
    cycle = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="+", db_index=False)
    published = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    number = models.CharField(max_length=32, default="")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    remainder_micro = models.BigIntegerField()
    items = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "account", "run"], name="customer_bill_once_a_run")]


class BillTax(TenantRow):
    """The tax inside one bill's lines of one class: base with tax, and the tax in it."""

    bill = models.ForeignKey(CustomerBill, on_delete=models.CASCADE, related_name="+")
    tax_class = models.CharField(max_length=32)
    rate_ppm = models.IntegerField()
    base_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()


class ParkedUnit(TenantRow):
    """A rating unit (or, where billing found it, an account) that a run set aside with a reason, until resolved."""

    cycle = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="+")
    unit_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_id__isnull=False) | Q(account_id__isnull=False), name="parked_unit_names_something"
            )
        ]
        indexes = [models.Index(fields=["cycle", "resolved_at"], name="parked_unit_open")]
