"""The manifest of the lake: a Parquet file is part of the lake when, and only when, a row here says so."""

from __future__ import annotations

from django.db import models

from yidian.platform.tenancy.models import TenantRow


class LakeFile(TenantRow):
    """One durable file. `kind`: usage, rated, rated_total, reject, bill_item …; `subject`: a source or a cycle's name.

    `run` is the run that wrote it (rows of a run count when the run is done); start_ms are UTC milliseconds.
    """

    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=128)
    path = models.CharField(max_length=255)
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    min_start_ms = models.BigIntegerField(null=True)
    max_start_ms = models.BigIntegerField(null=True)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, null=True, related_name="files")
    part = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "path"], name="lake_file_path_once")]
        indexes = [models.Index(fields=["tenant", "kind", "subject"], name="lake_file_subject")]
