"""Keys of writes: what was asked under a key and what was answered, in the transaction that did it."""

from __future__ import annotations

from django.db import models

from yidian.platform.tenancy.models import TenantRow


class IdempotencyKey(TenantRow):
    """One write that was done. `request_hash`: SHA-256 of the request's canonical JSON; `answer`: canonical JSON."""

    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    operation = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "actor_kind", "actor_id", "operation", "key"], name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "at"], name="idempotency_key_age")]
