from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("customer_bill", "0004_corrections"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="customerbill",
            constraint=models.UniqueConstraint(
                fields=("tenant", "number"), condition=~Q(number=""), name="customer_bill_number_once"
            ),
        ),
    ]
