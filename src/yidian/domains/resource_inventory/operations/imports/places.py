"""Files of standard addresses (标准地址), of the boxes that stand there, and of their ports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.domains.resource_inventory.lifecycle import FAULTY, FREE, PORT
from yidian.domains.resource_inventory.models import Address, Box, Port
from yidian.domains.resource_inventory.operations._steps import made
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, take
from yidian.domains.resource_inventory.operations.installing import called_anew
from yidian.platform.database.asking import where
from yidian.platform.database.loading import add_rows

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

ADDRESS_CELLS: Final = {"address": Cell(reading.code(96)), "name": Cell(reading.words(200))}
BOX_CELLS: Final = {
    "box": Cell(reading.code(64)),
    "kind": Cell(reading.among(Box.Kind.values)),
    "address": Cell(reading.code(96)),
    "capacity": Cell(reading.whole(1, 9_999)),
}
PORT_CELLS: Final = {
    "port": Cell(reading.code(64)),
    "box": Cell(reading.code(64)),
    "state": Cell(reading.among((FREE, FAULTY)), needed=False, empty=FREE),
}
PORT_COLUMNS: Final = ("code", "box_id", "state", "organisation", "holder", "until_ms")


def _judge_addresses(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    told = {row["address"] for row in rows}
    above = {code.rpartition("/")[0] for code in told} - {""}
    stored = Address.objects.filter(tenant=tenant)
    known = {code: (pk, name) for code, pk, name in where(stored, "code", told | above, "id", "name")}
    plan = Plan([], more=known)
    for row in rows:
        code, parent = row["address"], row["address"].rpartition("/")[0]
        if parent and parent not in told and parent not in known:
            faults.note("ADDRESS_WITHOUT_PARENT", row.line, "address", code, parent=parent)
        elif code not in known:
            plan.new.append(row)
        elif known[code][1] != row["name"]:
            plan.changed.append(row)
    return plan


def _write_addresses(frame: Frame, plan: Plan) -> int:
    add_rows(
        tenant=frame.tenant, table="resource_inventory_address", columns=("code", "name"),
        rows=((row["address"], row["name"]) for row in plan.new),
    )  # fmt: skip
    other = [Address(pk=plan.more[row["address"]][0], name=row["name"]) for row in plan.changed]
    Address.objects.bulk_update(other, ["name"], batch_size=200)
    called_anew(tenant=frame.tenant, names=((one.pk, one.name) for one in other))
    return len(plan.new)


def _judge_boxes(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    places = dict(where(Address.objects.filter(tenant=tenant), "code", {r["address"] for r in rows}, "id"))
    boxes = ("id", "address_id", "kind", "capacity")
    known = {
        code: Box(pk=pk, address_id=at, kind=kind, capacity=room)
        for code, pk, at, kind, room in where(
            Box.objects.filter(tenant=tenant), "code", {row["box"] for row in rows}, *boxes
        )
    }
    built = _ports_built(tenant, {box.pk for box in known.values()})
    plan = Plan([], more=(places, known))
    for row in rows:
        box = known.get(row["box"])
        if row["address"] not in places:
            faults.note("ADDRESS_UNKNOWN", row.line, "address", row["address"], address=row["address"])
        elif box is None:
            plan.new.append(row)
        elif (box.address_id, box.kind) != (places[row["address"]], row["kind"]):
            faults.note("BOX_DIFFERS", row.line, "box", row["box"])
        elif row["capacity"] < built[box.pk]:
            faults.note(
                "BOX_FULL", row.line, "capacity", row["capacity"], ports=built[box.pk], capacity=row["capacity"]
            )
        elif box.capacity != row["capacity"]:
            plan.changed.append(row)
    return plan


def _write_boxes(frame: Frame, plan: Plan) -> int:
    places, known = plan.more
    add_rows(
        tenant=frame.tenant, table="resource_inventory_box", columns=("code", "kind", "address_id", "capacity"),
        rows=((row["box"], row["kind"], places[row["address"]], row["capacity"]) for row in plan.new),
    )  # fmt: skip
    other = [known[row["box"]] for row in plan.changed]
    for row, box in zip(plan.changed, other, strict=True):
        box.capacity = row["capacity"]
    Box.objects.bulk_update(other, ["capacity"], batch_size=200)
    return len(plan.new)


def _judge_ports(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    stored = Box.objects.filter(tenant=tenant)
    boxes = {code: (pk, room) for code, pk, room in where(stored, "code", {r["box"] for r in rows}, "id", "capacity")}
    known = dict(where(Port.objects.filter(tenant=tenant), "code", {r["port"] for r in rows}, "box_id"))
    built = _ports_built(tenant, {pk for pk, _ in boxes.values()})
    plan = Plan([], more=boxes)
    for row in rows:
        pk, room = boxes.get(row["box"], (0, 0))
        if not pk:
            faults.note("BOX_UNKNOWN", row.line, "box", row["box"], box=row["box"])
        elif row["port"] in known:
            if known[row["port"]] != pk:
                faults.note("PORT_DIFFERS", row.line, "box", row["box"], port=row["port"])
        else:
            built[pk] += 1
            if built[pk] > room:
                faults.note("BOX_FULL", row.line, "box", row["box"], ports=built[pk], capacity=room)
            plan.new.append(row)
    return plan


def _write_ports(frame: Frame, plan: Plan) -> int:
    boxes = plan.more
    add_rows(
        tenant=frame.tenant, table="resource_inventory_port", columns=PORT_COLUMNS,
        rows=((row["port"], boxes[row["box"]][0], row["state"], "", "", 0) for row in plan.new),
    )  # fmt: skip
    for state in (FREE, FAULTY):
        made(frame, PORT, [row["port"] for row in plan.new if row["state"] == state], state)
    return len(plan.new)


def _ports_built(tenant: Tenant, boxes: set[int]) -> Counter[int]:
    """How many ports boxes (ids) have."""
    rows = Port.objects.filter(tenant=tenant)
    return Counter(box for (box,) in where(rows, "box_id", boxes))


ADDRESSES: Final = Subject(
    "addresses", lambda _: ADDRESS_CELLS, ("address",), _judge_addresses, _write_addresses
)  # fmt: skip
BOXES: Final = Subject("boxes", lambda _: BOX_CELLS, ("box",), _judge_boxes, _write_boxes)
PORTS: Final = Subject("ports", lambda _: PORT_CELLS, ("port",), _judge_ports, _write_ports)


def import_addresses(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of addresses or refuse it whole with BadInput; a known one may get another name (`ended`)."""
    return take(subject=ADDRESSES, tenant=tenant, actor=actor, path=path, now=now, seen=seen)


def import_boxes(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of boxes or refuse it whole with BadInput; a known one may get more room (`ended`)."""
    return take(subject=BOXES, tenant=tenant, actor=actor, path=path, now=now, seen=seen)


def import_ports(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of ports or refuse it whole with BadInput; a known one is left as it is."""
    return take(subject=PORTS, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
