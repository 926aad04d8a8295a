from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("product_catalog", "0004_caps_terms_quotas")]

    operations = [
        migrations.AddField(
            model_name="tariffoffer",
            name="stacks",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="tariffoffer",
            name="months",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tariffoffer",
            name="ends_with",
            field=models.CharField(default="day", max_length=16),
        ),
    ]
