"""Lines of the versions before come out where their port's box stands, which is all that was kept of them here."""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations
from django_scopes import scopes_disabled

from yidian.domains.party.queries import address_keys

AT_ONCE: Final = 5_000


@scopes_disabled()
def to_installations(apps: Any, _schema_editor: Any) -> None:
    ports = apps.get_model("resource_inventory", "Port")._base_manager.filter(state="in_use")
    lines = apps.get_model("resource_inventory", "Installation")
    places = apps.get_model("resource_inventory", "PlaceKey")
    named: set[int] = set()
    made, keys = list[Any](), list[Any]()
    told = ("id", "tenant_id", "holder", "box__address_id", "box__address__name")
    for id_, tenant, holder, address, name in ports.values_list(*told).iterator(chunk_size=AT_ONCE):
        made.append(lines(tenant_id=tenant, port_id=id_, holder=holder, address_id=address))
        if address not in named:
            named.add(address)
            keys += [places(tenant_id=tenant, address_id=address, key=key) for key in address_keys(name)]
        if len(made) >= AT_ONCE:
            _write(lines, made, places, keys)
    _write(lines, made, places, keys)


def _write(lines: Any, made: list[Any], places: Any, keys: list[Any]) -> None:
    for model, rows in ((lines, made), (places, keys)):
        model._base_manager.bulk_create(rows, batch_size=200)
        rows.clear()


class Migration(migrations.Migration):
    dependencies = [("resource_inventory", "0003_where_lines_come_out")]

    operations = [migrations.RunPython(to_installations, migrations.RunPython.noop)]
