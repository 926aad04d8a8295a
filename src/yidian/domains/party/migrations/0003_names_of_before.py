"""Customers of the versions before can be looked for by their names."""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations
from django_scopes import scopes_disabled

from yidian.domains.party._naming import keys_of

AT_ONCE: Final = 5_000


@scopes_disabled()
def to_keys(apps: Any, _schema_editor: Any) -> None:
    customers = apps.get_model("party", "Customer")._base_manager
    key_rows = apps.get_model("party", "NameKey")
    waiting: list[Any] = []
    for id_, tenant, name in customers.values_list("id", "tenant_id", "name").iterator(chunk_size=AT_ONCE):
        told = ((place, key) for place, key in keys_of(name))
        waiting += [key_rows(tenant_id=tenant, customer_id=id_, place=place, key=key) for place, key in told]
        if len(waiting) >= AT_ONCE:
            key_rows._base_manager.bulk_create(waiting, batch_size=200)
            waiting.clear()
    key_rows._base_manager.bulk_create(waiting, batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("party", "0002_organisation_identity_names")]

    operations = [migrations.RunPython(to_keys, migrations.RunPython.noop)]
