"""What subscribers had before anybody reserved anything: numbers and cards found in use when stock is first told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory.lifecycle import IN_USE
from yidian.domains.resource_inventory.models import ResourceStep
from yidian.domains.resource_inventory.operations._steps import MODELS, step_row
from yidian.platform.database.loading import change_rows

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

MOST = 500  # at once


def adopt(*, frame: Frame, kind: str, used: Mapping[str, str]) -> int:
    """Mark numbers or cards (id → subscriber; at most 500) as in use, those that nobody has; how many were.

    What is reserved, in use, resting or away stays as it is.
    """
    if len(used) > MOST:
        raise ValueError(f"at most {MOST} at once")
    model, column = MODELS[kind]
    free = model.objects.select_for_update().filter(
        tenant=frame.tenant, **{f"{column}__in": sorted(used)}, state__in=lifecycle.before(kind=kind, event="adopt")
    )
    rows = list(free.order_by(column))
    change_rows(
        tenant=frame.tenant, table=model._meta.db_table, columns={"state": "text", "holder": "text"},
        rows=((row.pk, IN_USE, used[getattr(row, column)]) for row in rows),
    )  # fmt: skip
    ResourceStep.objects.bulk_create(
        step_row(frame, kind, (id := getattr(row, column)), "adopt", row, IN_USE, used[id]) for row in rows
    )
    return len(rows)
