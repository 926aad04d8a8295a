from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("product_catalog", "0003_launch")]

    operations = [
        migrations.AddField(
            model_name="tariffdiscount",
            name="cap_micro",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tarifffee",
            name="term_cycles",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tariffminimum",
            name="level",
            field=models.TextField(default="*"),
        ),
        migrations.AddField(
            model_name="tariffoffer",
            name="quota",
            field=models.IntegerField(default=0),
        ),
    ]
