"""Who changed what: entries that are never changed, and the head of their chain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.platform.tenancy.models import TenantRow


class AuditEntry(TenantRow):
    """One write. `changes`: canonical JSON, a list of {kind, id, before, after}; `digest`: SHA-256 of the entry.

    `key` is the write's key, empty for a chunk of a run. The sealer gives `sequence` (1, 2, 3 … of the tenant) and
    `chain`, once; triggers refuse every other UPDATE and every DELETE.
    """

    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    user_id = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    reason = models.TextField()
    changes = models.TextField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    sequence = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sequence"], name="audit_sequence_once"),
            models.CheckConstraint(
                condition=Q(sequence__isnull=True, chain__isnull=True)
                | Q(sequence__gte=1, sequence__isnull=False, chain__isnull=False),
                name="audit_sealed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(sequence=None), name="audit_unsealed"),
            models.Index(fields=["tenant", "operation", "key"], name="audit_of_a_write"),
            models.Index(fields=["tenant", "at"], name="audit_when"),
        ]


class AuditAbout(TenantRow):
    """An entry (its id) tells of an account or a customer: `about` is "account/<code>" or "customer/<code>".

    Not a foreign key: what the database keeps for ever has nothing hanging on it.
    """

    about = models.CharField(max_length=96)
    entry = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "about", "entry"], name="audit_about_whom")]


class AuditHead(TenantRow):
    """The end of a tenant's chain; whoever seals holds this row. `at`: when somebody last sealed what was new."""

    sequence = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="audit_head_once")]
