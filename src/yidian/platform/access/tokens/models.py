"""By what other systems prove themselves. Nothing here can be used by whoever reads a copy: tokens are digests."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import TenantRow


class SystemToken(TenantRow):
    """One token of a system. Good in [from_ms, until_ms) and until `revoked_ms`; instants UTC ms.

    `name` is the system's: it may have two while one takes the place of the other, always of one organisation.
    `organisation`: the node whose subtree it reaches, "" the whole tenant. `digest`: SHA-256 of the token; `seen_ms`:
    when it was last used, to the hour (0: never).
    """

    name = models.CharField(max_length=64)
    organisation = models.CharField(max_length=32, blank=True, default="")
    rights = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    from_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField()
    revoked_ms = models.BigIntegerField(default=FOREVER_MS)
    seen_ms = models.BigIntegerField(default=0)
    given_by = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "digest"], name="system_token_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("until_ms")), name="system_token_forward"),
        ]
        indexes = [models.Index(fields=["tenant", "name"], name="system_token_of")]
