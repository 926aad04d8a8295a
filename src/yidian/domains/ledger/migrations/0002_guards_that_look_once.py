"""The triggers once more: on SQLite what a transaction's legs come to is worked out in one pass."""

from django.db import migrations

from yidian.domains.ledger.migrations import _guards


def again(apps, schema_editor):
    _guards.lower(apps, schema_editor)
    _guards.put_up(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
