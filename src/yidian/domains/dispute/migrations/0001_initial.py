import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customer_bill", "0003_states_of_before"),
        ("party", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32)),
                ("place", models.IntegerField()),
                ("origin", models.CharField(max_length=32)),
                ("item", models.CharField(blank=True, default="", max_length=64)),
                ("subscriber", models.BigIntegerField(default=0)),
                ("events", models.JSONField(default=list)),
                ("amount_minor", models.BigIntegerField()),
                ("says", models.CharField(max_length=1000)),
                ("raised_at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(max_length=150)),
                ("promised_at", models.DateTimeField()),
                ("multiple", models.IntegerField()),
                ("state", models.CharField(default="raised", max_length=16)),
                ("over_minor", models.BigIntegerField(null=True)),
                ("compensation_minor", models.BigIntegerField(default=0)),
                ("adjustment", models.BigIntegerField(null=True)),
                ("approval", models.BigIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.billingaccount"
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer_bill.customerbill",
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
        migrations.CreateModel(
            name="DisputeStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.IntegerField()),
                ("event", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.CharField(max_length=150)),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "dispute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="dispute.dispute",
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
        migrations.CreateModel(
            name="DisputeTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("months", models.IntegerField()),
                ("multiple", models.IntegerField()),
                ("answer_hours", models.IntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["bill"], name="dispute_of_bill"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["tenant", "ended_at", "promised_at"], name="dispute_by_promise"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="dispute_number_once"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("bill", "place"), name="dispute_of_a_line_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(fields=("adjustment",), name="dispute_adjusted_once"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("raised", "examined", "upheld", "upheld_part", "settled", "rejected", "withdrawn"))
                ),
                name="dispute_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("multiple__gte", 1)), name="dispute_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("over_minor", None),
                    models.Q(("over_minor__gt", 0), ("over_minor__lte", models.F("amount_minor"))),
                    _connector="OR",
                ),
                name="dispute_over_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("settled", "rejected", "withdrawn"))),
                    models.Q(
                        models.Q(("state__in", ("settled", "rejected", "withdrawn")), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="dispute_ended_when_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adjustment__isnull", False), ("over_minor__isnull", False), ("state", "settled")),
                    models.Q(
                        models.Q(("state", "settled"), _negated=True),
                        ("adjustment__isnull", True),
                        ("compensation_minor", 0),
                    ),
                    _connector="OR",
                ),
                name="dispute_settled_is_booked",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputestep",
            constraint=models.UniqueConstraint(fields=("dispute", "sequence"), name="dispute_step_once"),
        ),
        migrations.AddConstraint(
            model_name="disputeterm",
            constraint=models.UniqueConstraint(fields=("tenant", "valid_from"), name="dispute_term_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="disputeterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer_hours__gte", 1),
                    ("months__gte", 1),
                    ("months__lte", 60),
                    ("multiple__gte", 1),
                    ("multiple__lte", 10),
                ),
                name="dispute_term_sane",
            ),
        ),
    ]
