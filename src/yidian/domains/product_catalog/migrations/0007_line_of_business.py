from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("product_catalog", "0006_needs")]

    operations = [
        migrations.AddField(
            model_name="tariffoffer",
            name="line_of_business",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
