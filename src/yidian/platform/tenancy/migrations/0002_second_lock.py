"""From here on PostgreSQL holds the tenant wall too.

Nothing to do here: every table of tenants' rows is given its policy after whichever migration, in its transaction
(`platform/schema`). That this one is pending makes a database of before come to the upgrade.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]
    operations = []
