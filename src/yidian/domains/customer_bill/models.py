"""Cycles, bills, adjustments and what stands in their way. Bill items are Parquet in the lake."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.customer_bill import correction_lifecycle, lifecycle
from yidian.platform.tenancy.models import TenantRow


class BillingCycle(TenantRow):
    """A period that is rated, billed and closed as one. [from_ms, to_ms) in UTC ms; `zone` counts its days.

    `rate_run` and `bill_run` are the runs whose results count; usage files above `cutoff_file` came after rating.
    `cut_fixed`: somebody cut the cycle, and rating does not read beyond; else every rating cuts anew.
    """

    class State(models.TextChoices):
        OPEN = lifecycle.OPEN
        CUT = lifecycle.CUT
        RATED = lifecycle.RATED
        BILLED = lifecycle.BILLED
        POSTED = lifecycle.POSTED
        CLOSED = lifecycle.CLOSED

    name = models.CharField(max_length=32)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()
    zone = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cutoff_file = models.BigIntegerField(default=0)
    cut_fixed = models.BooleanField(default=False)
    rate_run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    bill_run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="billing_cycle_name_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="billing_cycle_period"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="billing_cycle_closed_when_told",
            ),
        ]


class CycleStep(TenantRow):
    """A state of a cycle from one event to the next: [at, next step's at). Ordered by `sequence`, from 1 without gaps.

    Instants never go back: where the clock does, the step begins when the one before it began.
    """

    cycle = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="steps", db_index=False)
    sequence = models.IntegerField()
    event = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "sequence"], name="cycle_step_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(until=None), name="cycle_step_one_now"),
            models.CheckConstraint(condition=Q(until=None) | Q(at__lte=F("until")), name="cycle_step_half_open"),
        ]


class CustomerBill(TenantRow):
    """An account's bill. `run` made it and wrote its items; it counts while `published` is the cycle's bill_run.

    A run of some accounts only leaves `published` empty until its last transaction. Final: it stands in the books, and
    has its `number`; those posted by a program that gave none have "".
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
        constraints = [
            models.UniqueConstraint(fields=["cycle", "account", "run"], name="customer_bill_once_a_run"),
            # Only of bills in the books: the bill run writes none into this index.
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~Q(number=""), name="customer_bill_number_once"
            ),
        ]


class BillTax(TenantRow):
    """The tax inside one bill's lines of one class: base with tax, and the tax in it.

    `kind`: "" of the cycle's own lines, "late" of usage that came late for the cycle `origin`, "adjustment" of
    adjustments of it; such lines bear the rate that was law in `origin`.
    """

    bill = models.ForeignKey(CustomerBill, on_delete=models.CASCADE, related_name="+")
    tax_class = models.CharField(max_length=32)
    rate_ppm = models.IntegerField()
    base_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    kind = models.CharField(max_length=16, default="")
    origin = models.CharField(max_length=32, default="")


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


class Adjustment(TenantRow):
    """Money an account is charged (or, negative, given back) on its next bill, for something of the cycle `origin`.

    Never changed: what was wrong is reversed by another row. `billed_by` is the last bill run that had it as a line,
    `taken` the cycle in whose bills it stands in the books. `approval`: the second person's agreement, above the
    tenant's limit.
    """

    account = models.ForeignKey("party.BillingAccount", on_delete=models.PROTECT, related_name="+")
    origin = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=64)
    tax_class = models.CharField(max_length=32)
    rate_ppm = models.IntegerField()
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=32)
    key = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    approval = models.BigIntegerField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    billed_by = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="+")
    taken = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="adjustment_of_something"),
        ]


class BillingTerm(TenantRow):
    """From `valid_from` on: bills are due on `due_day` of the month after their cycle; adjustments above the limit need
    a second person."""

    valid_from = models.DateField()
    due_day = models.IntegerField()
    adjust_limit_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "valid_from"], name="billing_term_once_a_day"),
            models.CheckConstraint(condition=Q(due_day__gte=1, due_day__lte=28), name="billing_term_day"),
            models.CheckConstraint(condition=Q(adjust_limit_minor__gte=0), name="billing_term_limit"),
        ]


class Correction(TenantRow):
    """A month in the books that is to be billed as by another edition, or as the inventory is now known (更正).

    `edition` 0: the month's own. `as_of`: the day whose rows of the edition count (null: those of the month). `chosen`:
    ids of the units, subscribers and accounts that the `criteria` chose once, when it was made. `told`, `rows`: what
    the preview found, whole and by account. `rank`: the order in which corrections were agreed on; the newer counts.
    """

    class State(models.TextChoices):
        PREVIEWED = correction_lifecycle.PREVIEWED
        ASKED = correction_lifecycle.ASKED
        AGREED = correction_lifecycle.AGREED
        WITHDRAWN = correction_lifecycle.WITHDRAWN

    number = models.CharField(max_length=32)
    origin = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="+")
    edition = models.IntegerField()
    as_of = models.DateField(null=True)
    criteria = models.JSONField()
    chosen = models.JSONField()
    sha256 = models.CharField(max_length=64)
    units = models.IntegerField()
    accounts = models.IntegerField()
    told = models.JSONField()
    rows = models.JSONField()
    difference_minor = models.BigIntegerField()
    moved_minor = models.BigIntegerField()
    reason = models.CharField(max_length=32)
    comment = models.CharField(max_length=500, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.PREVIEWED)
    rank = models.IntegerField(null=True)
    approval = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=200, default="")
    agreed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="correction_number_once"),
            models.UniqueConstraint(fields=["tenant", "rank"], name="correction_rank_once"),
            models.CheckConstraint(condition=Q(moved_minor__gte=0), name="correction_moved"),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(rank__isnull=False), name="correction_agreed_has_a_rank"
            ),
        ]
