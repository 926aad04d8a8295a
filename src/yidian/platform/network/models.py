"""Which network a tenant's commands go to, from when."""

from __future__ import annotations

from django.db import models

from yidian.platform.tenancy.models import TenantRow


class NetworkChoice(TenantRow):
    """From `from_ms` (UTC) until the next one. Never changed; another secret is another row.

    `secret` and `former_secret` are sealed (platform.secrets) for the row's instant; "" where there is none.
    """

    class Kind(models.TextChoices):
        SIMULATED = "simulated"
        HTTP = "http"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    url = models.CharField(max_length=1024, default="")
    secret = models.CharField(max_length=512, default="")
    former_secret = models.CharField(max_length=512, default="")
    from_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "from_ms"], name="network_choice_once")]
