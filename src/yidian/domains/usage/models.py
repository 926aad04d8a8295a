"""Tables of the usage room: sources, files taken from them, records that wait in suspense."""

from __future__ import annotations

from django.db import models

from yidian.platform.tenancy.models import TenantRow


class UsageSource(TenantRow):
    """Somebody who delivers usage files, with the mapping last used. `generation` counts what was taken from it:
    two collectors that started from the same generation cannot both commit."""

    name = models.CharField(max_length=64)
    mapping = models.TextField()
    mapping_sha256 = models.CharField(max_length=64)
    generation = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="usage_source_once")]


class UsageFile(TenantRow):
    """One file, taken once. records = good + rejected + duplicates, in counts and in order-free 64-bit sums (law I1).

    The id comes from tenant, source and content: it is the same in every installation. `rejected` counts every record
    that did not become an event; `reasons` splits it; `ignored` of them were left out by the mapping and not kept.
    """

    id = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(UsageSource, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    columns = models.JSONField(null=True)
    mapping_sha256 = models.CharField(max_length=64)
    records = models.BigIntegerField()
    good = models.BigIntegerField()
    rejected = models.BigIntegerField()
    ignored = models.BigIntegerField()
    duplicates = models.BigIntegerField()
    reasons = models.JSONField(default=dict)
    hash_in = models.BigIntegerField()
    hash_good = models.BigIntegerField()
    hash_rejected = models.BigIntegerField()
    hash_ignored = models.BigIntegerField()
    hash_duplicates = models.BigIntegerField()
    sequence = models.CharField(max_length=32, blank=True)
    warnings = models.JSONField(default=list)
    collected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "sha256"], name="usage_file_once"),
            models.CheckConstraint(
                condition=models.Q(records=models.F("good") + models.F("rejected") + models.F("duplicates")),
                name="usage_file_row_law",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "source", "name"], name="usage_file_name")]


class SuspenseRecord(TenantRow):
    """A record that could not become an event: reason, parameters, text as received. Never deleted, only settled.

    `whole` tells whether `raw` is complete enough to be read again.
    """

    class State(models.TextChoices):
        OPEN = "open"
        REFED = "refed"
        DUPLICATE = "duplicate"
        IGNORED = "ignored"
        WRITTEN_OFF = "written_off"

    file = models.ForeignKey(UsageFile, on_delete=models.PROTECT, related_name="suspense")
    record_no = models.BigIntegerField()
    line = models.BigIntegerField(default=0)
    code = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    raw = models.TextField()
    whole = models.BooleanField(default=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "record_no"], name="suspense_record_once")]
        indexes = [models.Index(fields=["tenant", "state", "code"], name="suspense_state")]
