"""Balance types, the order of deduction, books and deposits. The money itself is in the ledger; a book's balance here
is the same sum with the other sign, kept beside what is reserved of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.platform.tenancy.models import TenantRow


class BalanceType(TenantRow):
    """A type of books (K2). Which charge items its books pay stands in UseItem."""

    code = models.CharField(max_length=32)
    priority = models.IntegerField()
    refundable = models.BooleanField()
    invoiceable = models.BooleanField()
    revenue = models.BooleanField()
    may_pay_arrears = models.BooleanField()
    carries_over = models.BooleanField()
    principal = models.BooleanField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="balance_type_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="balance_type_code_given"),
            models.CheckConstraint(
                condition=Q(refundable=False) | Q(principal=True), name="balance_type_refunds_principal_only"
            ),
        ]


class UseItem(TenantRow):
    """A charge item that books of a type pay; "*": all."""

    type = models.ForeignKey(BalanceType, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "item"], name="use_item_once")]


class OrderRule(TenantRow):
    """The order of deduction (K6): rules of kernel.ledger by their place."""

    place = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "place"], name="order_rule_place_once"),
            models.UniqueConstraint(fields=["tenant", "rule"], name="order_rule_once"),
        ]


class Book(TenantRow):
    """A balance book (账本) of an account, or of one subscriber of it (K3). It pays on [effective_on, expires_on).

    `plain`: no terms of its own, so that later money of the same kind joins it; one of a kind.
    """

    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.ForeignKey(BalanceType, on_delete=models.PROTECT, related_name="+")
    subscriber = models.CharField(max_length=64, blank=True, default="")
    effective_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    lower_minor = models.BigIntegerField(default=0)
    upper_minor = models.BigIntegerField(null=True)
    cycle_lower_minor = models.BigIntegerField(default=0)
    cycle_upper_minor = models.BigIntegerField(null=True)
    balance_minor = models.BigIntegerField(default=0)
    reserved_minor = models.BigIntegerField(default=0)
    plain = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "id"], name="book_of_account"),
            models.Index(
                fields=["tenant", "expires_on"], name="book_to_expire",
                condition=Q(expires_on__isnull=False, balance_minor__gt=0),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["account", "type", "subscriber"], name="book_plain_once", condition=Q(plain=True)
            ),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, reserved_minor__lte=F("balance_minor")), name="book_reserved_within"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(effective_on__isnull=True)
                | Q(effective_on__lt=F("expires_on")),
                name="book_dates",
            ),
            models.CheckConstraint(
                condition=Q(lower_minor__gte=0, cycle_lower_minor__gte=0)
                & (Q(upper_minor__isnull=True) | Q(upper_minor__gte=F("lower_minor")))
                & (Q(cycle_upper_minor__isnull=True) | Q(cycle_upper_minor__gte=F("cycle_lower_minor"))),
                name="book_limits",
            ),
        ]


class BookUse(TenantRow):
    """What a book has paid of one cycle."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    cycle = models.CharField(max_length=32)
    used_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "cycle"], name="book_use_once"),
            models.CheckConstraint(condition=Q(used_minor__gte=0), name="book_use_not_negative"),
        ]


class Deposit(TenantRow):
    """Money paid ahead under a contract that comes back month by month into a book (K7). Principal, whatever happens.

    `returned_minor` after `returned` of `months` months; the n-th return (n = 0 …) falls on `first_on` + n months.
    """

    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(BalanceType, on_delete=models.PROTECT, related_name="+")
    subscriber = models.CharField(max_length=64, blank=True, default="")
    amount_minor = models.BigIntegerField()
    months = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    next_on = models.DateField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["tenant", "next_on"], name="deposit_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, returned__gte=0, returned__lte=F("months")), name="deposit_months"
            ),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0, returned_minor__lte=F("amount_minor")), name="deposit_returned"
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True, returned_minor=F("amount_minor"))
                | Q(next_on__isnull=False, returned_minor__lt=F("amount_minor")),
                name="deposit_goes_on_or_is_returned",
            ),
        ]
