"""What happened, for others to hear: events, who wants to hear them, and how far each has been told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.platform.tenancy.models import TenantRow


class OutboxEvent(TenantRow):
    """One thing that happened, written in the transaction that made it happen.

    `number` is given after the commit (numbering.py): ids are drawn before a commit, so their order is not the
    order in which events became visible, and an id may be missing for ever. Numbers have neither trap.
    """

    event = models.CharField(max_length=64)
    aggregate = models.CharField(max_length=128)
    payload = models.JSONField()
    operation = models.CharField(max_length=64)
    actor = models.CharField(max_length=192)
    at = models.DateTimeField()
    number = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="outbox_number_once")]
        indexes = [models.Index(fields=["tenant", "id"], condition=Q(number__isnull=True), name="outbox_not_numbered")]


class Subscription(TenantRow):
    """A consumer: where it listens, what it wants to hear, and how it has been answering.

    `heard` is the number of the last event that was considered for it, `latest` of the last that was meant for it.
    `silent` counts failures to answer since it last answered; while it is silent nothing is tried before `next_at`.
    `system`: it hears only of what this system asked for (`system` in an event's payload), "" of everybody.
    `relay` and `relay_until` say which relay serves it (a lease by database time, with `fence` as fencing token).
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        ENDED = "ended"

    name = models.CharField(max_length=64)
    url = models.CharField(max_length=1024)
    secret = models.CharField(max_length=128)
    former_secret = models.CharField(max_length=128, default="")
    events = models.JSONField(default=list)
    system = models.CharField(max_length=64, blank=True, default="")
    max_attempts = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
    made_at = models.DateTimeField()
    heard = models.BigIntegerField(default=0)
    latest = models.BigIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    silent_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    relay = models.CharField(max_length=128, default="")
    relay_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="subscription_name_once")]


class Delivery(TenantRow):
    """One event for one subscription. `number` is the event's, `previous` that of the delivery before it (0: none)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="+")
    aggregate = models.CharField(max_length=128)
    number = models.BigIntegerField()
    previous = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    replays = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False) | ~Q(state="delivered"),
                name="delivered_has_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "aggregate", "number"], condition=Q(state="waiting"), name="delivery_heads"
            ),
            models.Index(fields=["subscription", "number"], condition=Q(state="waiting"), name="delivery_waiting"),
        ]
