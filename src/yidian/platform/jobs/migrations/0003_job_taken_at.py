"""When a worker took a job: what is left of it can be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_jobs")]

    operations = [
        migrations.AddField(model_name="job", name="taken_at", field=models.DateTimeField(null=True)),
    ]
