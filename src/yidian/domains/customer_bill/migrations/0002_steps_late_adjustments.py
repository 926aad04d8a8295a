"""States from open to closed with their history; lines of other cycles in a bill; adjustments; terms of payment."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

STATES = [(s, s.capitalize()) for s in ("open", "cut", "rated", "billed", "posted", "closed")]


def key(to: str, **told: Any) -> Any:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, related_name="+", **told)


def number() -> Any:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("customer_bill", "0001_initial"),
        ("party", "0001_initial"),
        ("jobs", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("billingcycle", "billing_cycle_closed_when_told"),
        migrations.AlterField("billingcycle", "state", models.CharField(choices=STATES, default="open", max_length=16)),
        migrations.AddConstraint(
            "billingcycle",
            models.CheckConstraint(
                condition=models.Q(("closed_at__isnull", False), ("state", "closed"))
                | models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                name="billing_cycle_closed_when_told",
            ),
        ),
        migrations.AddField("billingcycle", "cut_fixed", models.BooleanField(default=False)),
        migrations.AddField("billtax", "kind", models.CharField(default="", max_length=16)),
        migrations.AddField("billtax", "origin", models.CharField(default="", max_length=32)),
        migrations.CreateModel(
            name="CycleStep",
            fields=[
                ("id", number()),
                ("sequence", models.IntegerField()),
                ("event", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(max_length=150)),
                ("reason", models.CharField(default="", max_length=200)),
                (
                    "cycle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="customer_bill.billingcycle",
                    ),
                ),
                ("tenant", key("tenancy.tenant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "sequence"), name="cycle_step_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("cycle",), name="cycle_step_one_now"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("at__lte", models.F("until")), _connector="OR"),
                        name="cycle_step_half_open",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", number()),
                ("item", models.CharField(max_length=64)),
                ("tax_class", models.CharField(max_length=32)),
                ("rate_ppm", models.IntegerField()),
                ("amount_minor", models.BigIntegerField()),
                ("reason", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(max_length=150)),
                ("approval", models.BigIntegerField(null=True)),
                ("account", key("party.billingaccount")),
                ("billed_by", key("jobs.run", null=True)),
                ("origin", key("customer_bill.billingcycle")),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer_bill.adjustment",
                    ),
                ),
                ("taken", key("customer_bill.billingcycle", null=True)),
                ("tenant", key("tenancy.tenant")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="adjustment_of_something"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="BillingTerm",
            fields=[
                ("id", number()),
                ("valid_from", models.DateField()),
                ("due_day", models.IntegerField()),
                ("adjust_limit_minor", models.BigIntegerField()),
                ("tenant", key("tenancy.tenant")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "valid_from"), name="billing_term_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("due_day__gte", 1), ("due_day__lte", 28)), name="billing_term_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("adjust_limit_minor__gte", 0)), name="billing_term_limit"
                    ),
                ]
            },
        ),
    ]
