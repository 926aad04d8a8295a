"""The triggers once more: on PostgreSQL they look at all tenants' rows, whomever the session works for."""

from django.db import migrations

from yidian.domains.ledger.migrations import _guards


def again(apps, schema_editor):
    _guards.lower(apps, schema_editor)
    _guards.put_up(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards_that_look_once")]
    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
