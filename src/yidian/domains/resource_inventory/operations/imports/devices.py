"""A file of terminals in stock, by IMEI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.domains.resource_inventory.lifecycle import DEVICE, STOCK
from yidian.domains.resource_inventory.models import Device
from yidian.domains.resource_inventory.operations._steps import made
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, take
from yidian.platform.access.organisation import paths_at
from yidian.platform.database.asking import where
from yidian.platform.database.loading import add_rows

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

COLUMNS = ("imei", "model", "price_minor", "organisation", "state", "holder", "until_ms")


def _cells(tenant: Tenant) -> dict[str, Cell]:
    return {
        "imei": Cell(reading.checked(15, 15)),
        "model": Cell(reading.words(64)),
        "price": Cell(reading.money(tenant)),
        "organisation": Cell(reading.code(64), needed=False),
    }


def _judge(tenant: Tenant, now: datetime, rows: list[Row], faults: Faults) -> Plan:
    known = {imei for (imei,) in where(Device.objects.filter(tenant=tenant), "imei", {r["imei"] for r in rows})}
    nodes = {node: bool(paths_at(tenant=tenant, codes=[node], at=now)) for node in _nodes(rows)}
    for row in rows:
        node = row["organisation"]
        if row["imei"] in known:
            faults.note("DEVICE_KNOWN", row.line, "imei", row["imei"])
        if node and not nodes[node]:
            faults.note("ORGANISATION_UNKNOWN", row.line, "organisation", node, organisation=node)
    return Plan(rows)


def _nodes(rows: list[Row]) -> set[str]:
    return {row["organisation"] for row in rows if row["organisation"]}


def _write(frame: Frame, plan: Plan) -> int:
    add_rows(
        tenant=frame.tenant, table="resource_inventory_device", columns=COLUMNS,
        rows=((row["imei"], row["model"], row["price"], row["organisation"], STOCK, "", 0) for row in plan.new),
    )  # fmt: skip
    made(frame, DEVICE, [row["imei"] for row in plan.new], STOCK)
    return len(plan.new)


DEVICES: Final = Subject("devices", _cells, ("imei",), _judge, _write)


def import_devices(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of terminals or refuse it whole with BadInput."""
    return take(subject=DEVICES, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
