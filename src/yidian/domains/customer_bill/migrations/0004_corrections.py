"""Corrections of months that are in the books."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

STATES = [(s, s.capitalize()) for s in ("previewed", "asked", "agreed", "withdrawn")]


class Migration(migrations.Migration):
    dependencies = [("customer_bill", "0003_states_of_before"), ("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32)),
                ("edition", models.IntegerField()),
                ("as_of", models.DateField(null=True)),
                ("criteria", models.JSONField()),
                ("chosen", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("units", models.IntegerField()),
                ("accounts", models.IntegerField()),
                ("told", models.JSONField()),
                ("rows", models.JSONField()),
                ("difference_minor", models.BigIntegerField()),
                ("moved_minor", models.BigIntegerField()),
                ("reason", models.CharField(max_length=32)),
                ("comment", models.CharField(default="", max_length=500)),
                ("state", models.CharField(choices=STATES, default="previewed", max_length=16)),
                ("rank", models.IntegerField(null=True)),
                ("approval", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField(null=True)),
                ("asked_by", models.CharField(default="", max_length=200)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(default="", max_length=200)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customer_bill.billingcycle"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "correction", models.UniqueConstraint(fields=("tenant", "number"), name="correction_number_once")
        ),
        migrations.AddConstraint(
            "correction", models.UniqueConstraint(fields=("tenant", "rank"), name="correction_rank_once")
        ),
        migrations.AddConstraint(
            "correction",
            models.CheckConstraint(condition=models.Q(("moved_minor__gte", 0)), name="correction_moved"),
        ),
        migrations.AddConstraint(
            "correction",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "agreed"), _negated=True), ("rank__isnull", False), _connector="OR"
                ),
                name="correction_agreed_has_a_rank",
            ),
        ),
    ]
