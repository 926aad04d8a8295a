import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_demonstration"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MenuItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32)),
                ("title_zh", models.CharField(blank=True, max_length=32)),
                ("title_en", models.CharField(blank=True, max_length=32)),
                ("target", models.CharField(max_length=500)),
                ("place", models.IntegerField()),
                ("roles", models.JSONField(default=list)),
                ("hidden", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="menuitem",
            constraint=models.UniqueConstraint(fields=("tenant", "code"), name="menu_item_once"),
        ),
    ]
