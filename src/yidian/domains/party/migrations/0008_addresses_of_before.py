"""Customers of the versions before can be looked for by their addresses."""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations
from django_scopes import scopes_disabled

from yidian.domains.party._addressing import keys_of

AT_ONCE: Final = 5_000


@scopes_disabled()
def to_keys(apps: Any, _schema_editor: Any) -> None:
    customers = apps.get_model("party", "Customer")._base_manager.exclude(address="")
    key_rows = apps.get_model("party", "AddressKey")
    waiting: list[Any] = []
    for id_, tenant, address in customers.values_list("id", "tenant_id", "address").iterator(chunk_size=AT_ONCE):
        waiting += [key_rows(tenant_id=tenant, customer_id=id_, key=key) for key in keys_of(address)]
        if len(waiting) >= AT_ONCE:
            key_rows._base_manager.bulk_create(waiting, batch_size=200)
            waiting.clear()
    key_rows._base_manager.bulk_create(waiting, batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("party", "0007_address_keys")]

    operations = [migrations.RunPython(to_keys, migrations.RunPython.noop)]
