"""A file of office data (局数据): which cities a block needs, and since when each has loaded it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.domains.resource_inventory.models import NumberBlock, OfficeData
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, take

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor


def _cells(tenant: Tenant) -> dict[str, Cell]:
    return {
        "block": Cell(reading.code(32)),
        "city": Cell(reading.code(32)),
        "name": Cell(reading.words(64), needed=False),
        "since": Cell(reading.instant(tenant), needed=False, empty=None),
    }


def _judge(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    blocks = dict(NumberBlock.objects.filter(tenant=tenant).values_list("code", "id"))
    known = {(row.block_id, row.city): row for row in OfficeData.objects.filter(tenant=tenant)}
    plan = Plan([], more=(blocks, known))
    for row in rows:
        if row["block"] not in blocks:
            faults.note("BLOCK_UNKNOWN", row.line, "block", row["block"], block=row["block"])
            continue
        stored = known.get((blocks[row["block"]], row["city"]))
        if stored is None:
            plan.new.append(row)
        elif (stored.since_ms, stored.name) != (row["since"], row["name"] or stored.name):
            plan.changed.append(row)
    return plan


def _write(frame: Frame, plan: Plan) -> int:
    blocks, known = plan.more
    add = (
        OfficeData(
            tenant=frame.tenant, block_id=blocks[row["block"]], city=row["city"], name=row["name"],
            since_ms=row["since"],
        )
        for row in plan.new
    )  # fmt: skip
    change = [known[blocks[row["block"]], row["city"]] for row in plan.changed]
    for row, stored in zip(plan.changed, change, strict=True):
        stored.since_ms, stored.name = row["since"], row["name"] or stored.name
    OfficeData.objects.bulk_create(add, batch_size=500)
    OfficeData.objects.bulk_update(change, ["since_ms", "name"], batch_size=200)
    return len(plan.new)


OFFICE_DATA: Final = Subject("office-data", _cells, ("block", "city"), _judge, _write)


def import_office_data(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of cities or refuse it whole with BadInput. `ended`: cities whose instant or name changed.

    An empty `since`: the city is needed and has not loaded the block (any more).
    """
    return take(subject=OFFICE_DATA, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
