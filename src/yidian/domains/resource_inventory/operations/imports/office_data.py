"""A file of office data (局数据): which cities a block needs, and since when each has loaded it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.resource_inventory.models import NumberBlock, OfficeData
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Row, take_rows

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor


def import_office_data(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of cities or refuse it whole with BadInput. `ended`: cities whose instant or name changed.

    An empty `since`: the city is needed and has not loaded the block (any more).
    """
    cells = {
        "block": Cell(reading.code(32)),
        "city": Cell(reading.code(32)),
        "name": Cell(reading.words(64), needed=False),
        "since": Cell(reading.instant(tenant), needed=False, empty=None),
    }
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="office_data", cells=cells, once=("block", "city"),
        book=_book,
    )  # fmt: skip


def _book(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    blocks = dict(NumberBlock.objects.filter(tenant=frame.tenant).values_list("code", "id"))
    for row in rows:
        if row["block"] not in blocks:
            faults.note("BLOCK_UNKNOWN", row.line, "block", row["block"], block=row["block"])
    faults.raise_if_any()
    known = {(row.block_id, row.city): row for row in OfficeData.objects.filter(tenant=frame.tenant)}
    add, change = [], []
    for row in rows:
        block, since, name = blocks[row["block"]], row["since"], row["name"]
        stored = known.get((block, row["city"]))
        if stored is None:
            add.append(OfficeData(tenant=frame.tenant, block_id=block, city=row["city"], name=name, since_ms=since))
        elif (stored.since_ms, stored.name) != (since, name or stored.name):
            stored.since_ms, stored.name = since, name or stored.name
            change.append(stored)
    OfficeData.objects.bulk_create(add, batch_size=500)
    OfficeData.objects.bulk_update(change, ["since_ms", "name"], batch_size=200)
    return {"added": len(add), "ended": len(change)}
