"""Accounts, transactions and postings. Triggers of the migrations keep every transaction at zero and for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.platform.tenancy.models import TenantRow


class LedgerAccount(TenantRow):
    """An account by its natural key. Owners' accounts store their balance (debit positive), others leave it empty.

    `side` 1: grows by debits; -1: grows by credits. Seen from its side the balance is at least `floor_minor`.
    """

    kind = models.CharField(max_length=16)
    owner = models.CharField(max_length=64, blank=True, default="")
    code = models.CharField(max_length=80, blank=True, default="")
    currency = models.CharField(max_length=3)
    side = models.SmallIntegerField()
    floor_minor = models.BigIntegerField(null=True)
    balance_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "owner", "code", "currency"], name="ledger_account_key_once"
            ),
            models.CheckConstraint(condition=Q(side__in=(1, -1)), name="ledger_account_side"),
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True) | Q(balance_minor__isnull=False), name="ledger_floor_is_of_stored"
            ),
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True)
                | Q(side=1, balance_minor__gte=F("floor_minor"))
                | Q(side=-1, balance_minor__lte=-F("floor_minor")),
                name="ledger_balance_above_floor",
            ),
        ]


class LedgerTransaction(TenantRow):
    """What happened, as one set of postings that sums to zero per currency. Never changed; undone by a reversal."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=32)
    refers = models.CharField(max_length=96, blank=True, default="")
    business_date = models.DateField()
    cycle = models.CharField(max_length=32, blank=True, default="")
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["tenant", "cycle"], name="ledger_transaction_cycle")]


class LedgerPosting(TenantRow):
    """One leg. Its id is `transaction << 10 | leg`: a transaction's legs are a range, and stay in order.

    The index on the transaction is for SQLite, which looks for waiting legs when their transaction arrives.
    """

    id = models.BigIntegerField(primary_key=True)
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        indexes = [models.Index(fields=["account", "id"], name="ledger_posting_account")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_posting_not_zero"),
        ]
