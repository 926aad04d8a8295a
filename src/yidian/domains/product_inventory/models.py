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


class PortedNumber(TenantRow):
    """Whoever's number was in a network not that of its block during a period (携号转网); in one at an instant."""

    number = models.CharField(max_length=20)
    network = models.CharField(max_length=64)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number", "from_ms"], name="ported_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="ported_period"),
        ]


class FriendNumber(TenantRow):
    """A number, whoever's, was on a subscriber's list of friends (亲情号码) during a period."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "number", "from_ms"], name="friend_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="friend_period"),
        ]


class GroupMembership(TenantRow):
    """A subscriber was in a closed group during a period: of a firm (集团), or a family network (亲情网, TP5)."""

    class Kind(models.TextChoices):
        GROUP = "group"
        FAMILY = "family"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    group_code = models.CharField(max_length=64)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "group_code", "from_ms"], name="group_membership_begins"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="group_membership_period"),
        ]
        indexes = [models.Index(fields=["tenant", "group_code"], name="group_of_tenant")]


class SubscriberState(TenantRow):
    """What a subscriber was during a period (states/lifecycle.py); active where no row says otherwise."""

    class State(models.TextChoices):
        ACTIVE = "active"
        STOPPED = "stopped"
        KEPT = "kept"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "from_ms"], name="state_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="state_period"),
        ]


class SubscriberStop(TenantRow):
    """A subscriber was stopped for a reason during a period; several reasons may be in force at one instant."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=16)  # stops/types.py
    ways = models.CharField(max_length=4)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "reason", "from_ms"], name="stop_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="stop_period"),
            models.CheckConstraint(condition=Q(ways__in=["one", "two"]), name="stop_ways_known"),
        ]


class SubscriberLife(TenantRow):
    """Where a subscription was in its life during a period (changes/lifecycle.py); of imported ones nothing is said."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    life = models.CharField(max_length=16)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "from_ms"], name="life_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="life_period"),
        ]


class UndoneSubscriber(TenantRow):
    """The id of a subscription that was taken back: runs of before may name it, so it is never given again."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)


class Responsibility(TenantRow):
    """An account took lines of a subscriber upon itself during a period (帐务定制关系, D4).

    `items`: codes of charge items with ; between them, or *. mode full | limit (up to `limit_micro` a cycle) | share
    (`rate_ppm` of each line).
    """

    class Mode(models.TextChoices):
        FULL = "full"
        LIMIT = "limit"
        SHARE = "share"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+")
    items = models.TextField()
    mode = models.CharField(max_length=8, choices=Mode.choices)
    limit_micro = models.BigIntegerField()
    rate_ppm = models.BigIntegerField()
    priority = models.BigIntegerField()
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "account", "items", "from_ms"], name="responsibility_begins_once"
            ),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="responsibility_period"),
        ]


class InventoryVersion(TenantRow):
    """Counters that a run compares to know whether what it derived is still good.

    `identifiers` moves when numbers, home areas, units or memberships change; `holdings` when offers or accounts do;
    `ported` when ported numbers do, `circles` when lists of friends or closed groups do.
    """

    identifiers = models.BigIntegerField(default=0)
    holdings = models.BigIntegerField(default=0)
    ported = models.BigIntegerField(default=0)
    circles = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inventory_version_once")]
