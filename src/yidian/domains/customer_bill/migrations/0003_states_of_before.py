"""Cycles of the version before get the states they are in, and a step that tells so."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django_scopes import scopes_disabled


@scopes_disabled()
def to_new_states(apps: Any, _schema_editor: Any) -> None:
    """What an open cycle points at says how far it is. One step tells that an upgrade found it so."""
    cycles = apps.get_model("customer_bill", "BillingCycle")._base_manager
    steps = apps.get_model("customer_bill", "CycleStep")._base_manager
    cycles.filter(state="open", bill_run__isnull=False).update(state="billed")
    cycles.filter(state="open", rate_run__isnull=False).update(state="rated")
    for cycle in cycles.order_by("id"):
        steps.create(
            tenant_id=cycle.tenant_id, cycle=cycle, sequence=1, event="upgrade", state=cycle.state,
            at=cycle.closed_at or cycle.opened_at, actor_kind="system", actor_id="upgrade",
        )  # fmt: skip


@scopes_disabled()
def to_old_states(apps: Any, _schema_editor: Any) -> None:
    """What was posted or closed stays closed for the earlier version; the rest is open."""
    cycles = apps.get_model("customer_bill", "BillingCycle")._base_manager
    for cycle in cycles.filter(state="posted"):
        cycles.filter(pk=cycle.pk).update(state="closed", closed_at=cycle.opened_at)
    cycles.exclude(state="closed").update(state="open")


class Migration(migrations.Migration):
    dependencies = [("customer_bill", "0002_steps_late_adjustments")]

    operations = [migrations.RunPython(to_new_states, to_old_states)]
