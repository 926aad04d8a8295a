"""Rules of arrears as dated rows, late fees booked, and dunning lists. Accounts are named by their code."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.platform.tenancy.models import TenantRow


class LateFeeTerm(TenantRow):
    """Terms of the late fee of a brand ("" is every brand without its own) from a local day until its next row."""

    brand = models.CharField(max_length=32, blank=True, default="")
    from_on = models.DateField()
    charged = models.BooleanField()
    rate_ppm = models.IntegerField()  # of the day's arrears, a day
    grace_days = models.IntegerField(default=0)
    cap_ppm = models.IntegerField(default=1_000_000)  # all fees of one receivable, of what was first overdue of it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "brand", "from_on"], name="late_fee_term_once"),
            models.CheckConstraint(
                condition=Q(rate_ppm__gte=0, rate_ppm__lte=1_000_000, grace_days__gte=0, cap_ppm__gte=0),
                name="late_fee_term_sane",
            ),
        ]


class DunningRule(TenantRow):
    """From how many days overdue, and from what amount, a stage applies to a brand, from a local day on."""

    brand = models.CharField(max_length=32, blank=True, default="")
    stage = models.CharField(max_length=16)
    from_on = models.DateField()
    days_overdue = models.IntegerField()
    at_least_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "brand", "stage", "from_on"], name="dunning_rule_once"),
            models.CheckConstraint(condition=Q(days_overdue__gte=0), name="dunning_rule_sane"),
        ]


class AccountTerms(TenantRow):
    """Which brand's rules an account follows, from a local day until its next row; an account without rows: ""."""

    account = models.CharField(max_length=64)
    from_on = models.DateField()
    brand = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "account", "from_on"], name="account_terms_once")]


class LateFee(TenantRow):
    """The late fee of one receivable for the local days [from_on, to_on). `fee` is the receivable it opened itself.

    The sum of a receivable's rows is the fee of all its days: what is booked is the difference to what was booked.
    """

    receivable = models.BigIntegerField()
    account = models.CharField(max_length=64)
    from_on = models.DateField()
    to_on = models.DateField()
    amount_minor = models.BigIntegerField()
    waived_minor = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(null=True)  # no receivable where the days cost nothing
    transaction = models.BigIntegerField(null=True)
    cycle = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "receivable", "from_on"], name="late_fee_days_once"),
            models.CheckConstraint(condition=Q(from_on__lt=F("to_on")), name="late_fee_period"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, waived_minor__gte=0, waived_minor__lte=F("amount_minor")),
                name="late_fee_amounts",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "account"], name="late_fee_of_account")]


class DunningEntry(TenantRow):
    """One overdue account on the dunning list of one day: how much, how old, and the stage proposed. `run` made it."""

    on = models.DateField()
    account = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    overdue_minor = models.BigIntegerField()
    oldest_due_on = models.DateField()
    run = models.BigIntegerField()
    buckets = models.JSONField()  # [minor in each age bucket], as types.AGE_BUCKETS

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "on", "account"], name="dunning_entry_once")]
