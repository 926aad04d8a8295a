"""States that were told by files get the stops that draw them: of a stopped line nobody said why."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import migrations
from django_scopes import scopes_disabled

REASON = {"stopped": "unstated", "kept": "keep_number"}
CHUNK = 1000


@scopes_disabled()
def to_stops(apps: Any, _schema_editor: Any) -> None:
    states = apps.get_model("product_inventory", "SubscriberState")._base_manager
    stop = apps.get_model("product_inventory", "SubscriberStop")
    told = states.exclude(state="active").order_by("id")
    rows = told.values_list("tenant_id", "subscriber_id", "state", "from_ms", "to_ms").iterator(chunk_size=CHUNK)
    while some := list(islice(rows, CHUNK)):
        stop._base_manager.bulk_create(
            stop(
                tenant_id=tenant, subscriber_id=subscriber, reason=REASON[state], ways="two", from_ms=from_ms,
                to_ms=to_ms,
            )
            for tenant, subscriber, state, from_ms, to_ms in some
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("product_inventory", "0004_stops_and_lives")]

    operations = [migrations.RunPython(to_stops, migrations.RunPython.noop)]
