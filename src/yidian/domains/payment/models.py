"""What is owed, what came in, and which of it cleared what. Accounts are named by their code, as in the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.payment.lifecycle import ASSIGNED, FOR_ORDER, RETURNED, REVERSED, SUSPENDED, TAKEN
from yidian.platform.tenancy.models import TenantRow


class Receivable(TenantRow):
    """What an account owes for one thing: a bill, or a late fee. Open while `cleared_minor` < `amount_minor`."""

    class Kind(models.TextChoices):
        BILL = "bill"
        LATE_FEE = "late_fee"

    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.BILL)
    refers = models.CharField(max_length=64)  # the bill's id; a late fee's receivable and days
    cycle = models.CharField(max_length=32)
    opened_on = models.DateField()
    due_on = models.DateField()  # the last day on which it may be paid without being overdue
    amount_minor = models.BigIntegerField()
    cleared_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "refers"], name="receivable_once"),
            models.CheckConstraint(
                condition=Q(cleared_minor__gte=0, cleared_minor__lte=F("amount_minor")),
                name="receivable_cleared_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "account", "due_on", "id"],
                condition=Q(cleared_minor__lt=F("amount_minor")),
                name="receivable_open",
            ),
            models.Index(fields=["tenant", "cycle", "account"], name="receivable_of_cycle"),
        ]


class PaymentChannel(TenantRow):
    """How a channel writes its files: the text of the mapping last used for it."""

    channel = models.CharField(max_length=32)
    mapping = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "channel"], name="payment_channel_once")]


class PaymentFile(TenantRow):
    """One imported file, once by the hash of its bytes. Loaded: rows = good + duplicates + suspended + rejected.

    `rejects` are the refused rows: [line, column, value, code, params]. Held: nothing of it was taken, by `reason`.
    """

    class State(models.TextChoices):
        LOADING = "loading"
        LOADED = "loaded"
        HELD = "held"

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    channel = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices, default=State.LOADING)
    reason = models.CharField(max_length=48, blank=True, default="")
    params = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    suspended = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    rejects = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sha256"], condition=~Q(state="held"), name="payment_file_once"),
            models.CheckConstraint(
                condition=~Q(state="loaded") | Q(rows=F("good") + F("duplicates") + F("suspended") + F("rejected")),
                name="payment_file_row_law",
            ),
        ]


class Payment(TenantRow):
    """A receipt: money that came in by a channel, once by the channel's own id.

    Its amount stands in six places that sum to it: cleared (of receivables), credited (principal), suspense, returned,
    and of one paid with an `order` kept for it and deposited; a reversed one stands nowhere. `business_on` is the
    operator's local day on which it came in.
    """

    class State(models.TextChoices):
        SUSPENDED = SUSPENDED
        TAKEN = TAKEN
        FOR_ORDER = FOR_ORDER
        ASSIGNED = ASSIGNED
        REVERSED = REVERSED
        RETURNED = RETURNED

    channel = models.CharField(max_length=32)
    channel_txn = models.CharField(max_length=64)
    number = models.CharField(max_length=32, blank=True, default="")
    account = models.CharField(max_length=64, blank=True, default="")
    payer = models.CharField(max_length=64, blank=True, default="")
    method = models.CharField(max_length=16, blank=True, default="")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    business_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices)
    cleared_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    suspense_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    kept_minor = models.BigIntegerField(default=0)
    deposited_minor = models.BigIntegerField(default=0)
    order = models.CharField(max_length=32, blank=True, default="")  # its number, where it was paid with one
    book = models.BigIntegerField(null=True)  # the principal book the rest went to
    transaction = models.BigIntegerField(null=True)  # the ledger's, that took it in (none where all of it is principal)
    file = models.ForeignKey(PaymentFile, on_delete=models.PROTECT, null=True, related_name="+")
    line = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "channel", "channel_txn"], name="payment_once_a_channel"),
            models.UniqueConstraint(fields=["tenant", "number"], condition=~Q(number=""), name="payment_number_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    cleared_minor__gte=0,
                    credited_minor__gte=0,
                    suspense_minor__gte=0,
                    returned_minor__gte=0,
                    kept_minor__gte=0,
                    deposited_minor__gte=0,
                ),
                name="payment_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(state="reversed"),
                    amount_minor=F("cleared_minor")
                    + F("credited_minor")
                    + F("suspense_minor")
                    + F("returned_minor")
                    + F("kept_minor")
                    + F("deposited_minor"),
                )
                | Q(
                    state="reversed",
                    cleared_minor=0,
                    credited_minor=0,
                    suspense_minor=0,
                    returned_minor=0,
                    kept_minor=0,
                    deposited_minor=0,
                ),
                name="payment_parts_sum",
            ),
            models.CheckConstraint(
                condition=~Q(order="") | Q(kept_minor=0, deposited_minor=0), name="payment_kept_for_an_order"
            ),
            models.UniqueConstraint(fields=["tenant", "order"], condition=~Q(order=""), name="payment_once_an_order"),
            models.CheckConstraint(condition=Q(suspense_minor=0) | Q(state="suspended"), name="payment_suspense_only"),
        ]
        indexes = [
            models.Index(fields=["tenant", "account", "business_on"], name="payment_of_account"),
            models.Index(fields=["tenant", "state"], condition=Q(state="suspended"), name="payment_suspended"),
        ]


class Allocation(TenantRow):
    """A part of a receivable cleared: by a receipt, by a balance book, or waived. A reversal is a row of its own."""

    class Source(models.TextChoices):
        PAYMENT = "payment"
        BOOK = "book"
        WAIVER = "waiver"

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    book = models.BigIntegerField(null=True)
    item = models.CharField(max_length=32, blank=True, default="")
    amount_minor = models.BigIntegerField()
    made_on = models.DateField()  # the business day on which it was booked
    value_on = models.DateField()  # the day that counts against arrears: the payer's own, never later than booked
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, reverses__isnull=True) | Q(amount_minor__lt=0, reverses__isnull=False),
                name="allocation_sign",
            ),
            models.CheckConstraint(
                condition=Q(source="payment", payment__isnull=False, book__isnull=True)
                | Q(source="book", payment__isnull=True, book__isnull=False)
                | Q(source="waiver", payment__isnull=True, book__isnull=True),
                name="allocation_names_its_source",
            ),
        ]


class Refund(TenantRow):
    """Money paid back: principal, or of `payment` what was paid with an order. `number` is the voucher's."""

    account = models.CharField(max_length=64)
    number = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    amount_minor = models.BigIntegerField()
    business_on = models.DateField()
    approval = models.BigIntegerField(null=True)  # of the second person, where it took one
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="refund_number_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive"),
        ]
        indexes = [models.Index(fields=["tenant", "account"], name="refund_of_account")]


class OrderPart(TenantRow):
    """What a part of a receipt was paid for: the deposit of an `item` of its order, or (item 0) an advance on an
    account.

    It is kept until the item, or the first that bills the account, is complete; then it is a `deposit` (its id, back
    over `months`) or credited, by a `transaction` that may be undone; or it is returned, under a `voucher`.
    """

    class State(models.TextChoices):
        KEPT = "kept"
        DEPOSITED = "deposited"
        CREDITED = "credited"
        RETURNED = "returned"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.IntegerField()
    account = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    months = models.IntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.KEPT)
    deposit = models.BigIntegerField(null=True)
    transaction = models.BigIntegerField(null=True)
    voucher = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "item", "account"], name="order_part_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="order_part_is_positive"),
            models.CheckConstraint(
                condition=Q(item=0, months=0) | Q(item__gt=0, months__gt=0), name="order_part_of_an_item_comes_back"
            ),
            models.CheckConstraint(
                condition=Q(state="kept", deposit__isnull=True, transaction__isnull=True, voucher__isnull=True)
                | Q(state="deposited", deposit__isnull=False, transaction__isnull=True, voucher__isnull=True)
                | Q(state="credited", deposit__isnull=True, transaction__isnull=False, voucher__isnull=True)
                | Q(state="returned", deposit__isnull=True, transaction__isnull=True, voucher__isnull=False),
                name="order_part_stands_somewhere",
            ),
        ]
