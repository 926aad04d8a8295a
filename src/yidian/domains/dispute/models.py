"""Disputes of bills, what happened to them, and the terms they are answered by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.dispute import lifecycle
from yidian.platform.tenancy.models import TenantRow


class Dispute(TenantRow):
    """A customer says that a bill, or a line of it, is wrong by `amount_minor` (with tax).

    `place` names the line within its bill (0: the bill); `item` and `origin` say whose law its money bears. `multiple`
    is that of the terms in force when it was raised. Ended: settled, rejected or withdrawn. Of a settled one
    `adjustment` gives `over_minor` back and `compensation_minor` was paid on top.
    """

    number = models.CharField(max_length=32)
    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+")
    bill = models.ForeignKey("customer_bill.CustomerBill", on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.IntegerField()
    origin = models.CharField(max_length=32)
    item = models.CharField(max_length=64, blank=True, default="")
    subscriber = models.BigIntegerField(default=0)
    events = models.JSONField(default=list)  # ids of usage events, as they are told
    amount_minor = models.BigIntegerField()
    says = models.CharField(max_length=1000)
    raised_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    promised_at = models.DateTimeField()
    multiple = models.IntegerField()
    state = models.CharField(max_length=16, default=lifecycle.RAISED)
    over_minor = models.BigIntegerField(null=True)
    compensation_minor = models.BigIntegerField(default=0)
    adjustment = models.BigIntegerField(null=True)
    approval = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="dispute_number_once"),
            models.UniqueConstraint(
                fields=["bill", "place"], condition=Q(ended_at=None), name="dispute_of_a_line_one_open"
            ),
            models.UniqueConstraint(fields=["adjustment"], name="dispute_adjusted_once"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.STATES), name="dispute_state_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0, multiple__gte=1), name="dispute_of_something"),
            models.CheckConstraint(
                condition=Q(over_minor=None) | Q(over_minor__gt=0, over_minor__lte=F("amount_minor")),
                name="dispute_over_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state__in=lifecycle.ENDED, ended_at__isnull=False)
                | (~Q(state__in=lifecycle.ENDED) & Q(ended_at__isnull=True)),
                name="dispute_ended_when_told",
            ),
            models.CheckConstraint(
                condition=Q(state=lifecycle.SETTLED, adjustment__isnull=False, over_minor__isnull=False)
                | (~Q(state=lifecycle.SETTLED) & Q(adjustment__isnull=True, compensation_minor=0)),
                name="dispute_settled_is_booked",
            ),
        ]
        indexes = [
            models.Index(fields=["bill"], name="dispute_of_bill"),
            models.Index(fields=["tenant", "ended_at", "promised_at"], name="dispute_by_promise"),
        ]


class DisputeStep(TenantRow):
    """What happened to a dispute, from 1 without gaps. `note`: what was found, answered or said."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="steps", db_index=False)
    sequence = models.IntegerField()
    event = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "sequence"], name="dispute_step_once")]


class DisputeTerm(TenantRow):
    """Terms of disputes from a local day until the next row (X3)."""

    valid_from = models.DateField()
    months = models.IntegerField()
    multiple = models.IntegerField()
    answer_hours = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "valid_from"], name="dispute_term_once_a_day"),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=60, multiple__gte=1, multiple__lte=10, answer_hours__gte=1),
                name="dispute_term_sane",
            ),
        ]
