from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("product_catalog", "0005_stacks_months")]

    operations = [
        migrations.AddField(
            model_name="tariffoffer",
            name="needs",
            field=models.TextField(blank=True, default=""),
        ),
    ]
