"""What customers have, and when: every period is half-open, UTC milliseconds; FOREVER_MS is an open end."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.platform.tenancy.models import TenantRow


class Subscriber(TenantRow):
    """A subscription (用户): what uses a service, holds offers and is rated. Outlives its numbers."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)
    customer = models.ForeignKey("party.Customer", on_delete=models.PROTECT, related_name="+")
    home_area = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="subscriber_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="subscriber_code_given"),
        ]


class RatingUnit(TenantRow):
    """Subscribers that share allowances, caps or counters: a pool, else the account. Rated together."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="rating_unit_code_once")]


class AccessIdentifier(TenantRow):
    """A number (msisdn, imsi, iccid, login) was a subscriber's during a period; at one instant it is one's."""

    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=64)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+")
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "value", "from_ms"], name="identifier_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="identifier_period"),
        ]


class OfferHolding(TenantRow):
    """A subscriber held an offer (by its code in the catalogue) during a period."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    offer = models.CharField(max_length=64)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "offer", "from_ms"], name="holding_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="holding_period"),
        ]


class AccountOfSubscriber(TenantRow):
    """The account that paid for a subscriber during a period; one at an instant."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+")
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "from_ms"], name="account_of_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="account_of_period"),
        ]


class UnitMembership(TenantRow):
    """The rating unit a subscriber belonged to during a period; one at an instant."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(RatingUnit, on_delete=models.PROTECT, related_name="+")
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "from_ms"], name="membership_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="membership_period"),
        ]


class InventoryVersion(TenantRow):
    """Two counters a run compares to know whether what it derived is still good.

    `identifiers` moves when numbers, home areas, units or memberships change; `holdings` when offers or accounts do.
    """

    identifiers = models.BigIntegerField(default=0)
    holdings = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inventory_version_once")]
