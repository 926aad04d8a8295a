"""Files of standard addresses (标准地址), of the boxes that stand there, and of their ports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.resource_inventory.lifecycle import FAULTY, FREE, PORT
from yidian.domains.resource_inventory.models import Address, Box, Port
from yidian.domains.resource_inventory.operations._steps import made
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Row, take_rows
from yidian.platform.database.asking import where
from yidian.platform.database.loading import add_rows

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

ADDRESSES: Final = {"address": Cell(reading.code(96)), "name": Cell(reading.words(200))}
BOXES: Final = {
    "box": Cell(reading.code(64)),
    "kind": Cell(reading.among(Box.Kind.values)),
    "address": Cell(reading.code(96)),
    "capacity": Cell(reading.whole(1, 9_999)),
}
PORTS: Final = {
    "port": Cell(reading.code(64)),
    "box": Cell(reading.code(64)),
    "state": Cell(reading.among((FREE, FAULTY)), needed=False, empty=FREE),
}
PORT_COLUMNS: Final = ("code", "box_id", "state", "organisation", "holder", "until_ms")


def import_addresses(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of addresses or refuse it whole with BadInput; a known one may get another name (`ended`)."""
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="addresses", cells=ADDRESSES, once=("address",),
        book=_book_addresses,
    )  # fmt: skip


def import_boxes(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of boxes or refuse it whole with BadInput; a known one may get more room (`ended`)."""
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="boxes", cells=BOXES, once=("box",), book=_book_boxes
    )


def import_ports(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of ports or refuse it whole with BadInput; a known one is left as it is."""
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="ports", cells=PORTS, once=("port",), book=_book_ports
    )


def _book_addresses(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    told = {row["address"]: row["name"] for row in rows}
    above = {code.rpartition("/")[0] for code in told} - {""}
    stored = Address.objects.filter(tenant=frame.tenant)
    known = {code: (pk, name) for code, pk, name in where(stored, "code", {*told, *above}, "id", "name")}
    for row in rows:
        parent = row["address"].rpartition("/")[0]
        if parent and parent not in told and parent not in known:
            faults.note("ADDRESS_WITHOUT_PARENT", row.line, "address", row["address"], parent=parent)
    faults.raise_if_any()
    new = [code for code in told if code not in known]
    add_rows(
        tenant=frame.tenant, table="resource_inventory_address", columns=("code", "name"),
        rows=((code, told[code]) for code in new),
    )  # fmt: skip
    other = [
        Address(pk=known[code][0], name=name) for code, name in told.items() if code in known and known[code][1] != name
    ]
    Address.objects.bulk_update(other, ["name"], batch_size=200)
    return {"added": len(new), "ended": len(other)}


def _book_boxes(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    places = dict(where(Address.objects.filter(tenant=frame.tenant), "code", {r["address"] for r in rows}, "id"))
    known = {box.code: box for box in Box.objects.filter(tenant=frame.tenant, code__in=[r["box"] for r in rows])}
    built = _ports_built(frame, {box.pk for box in known.values()})
    other = []
    for row in rows:
        box = known.get(row["box"])
        if row["address"] not in places:
            faults.note("ADDRESS_UNKNOWN", row.line, "address", row["address"], address=row["address"])
        elif box is not None and (box.address_id, box.kind) != (places[row["address"]], row["kind"]):
            faults.note("BOX_DIFFERS", row.line, "box", row["box"])
        elif box is not None and row["capacity"] < built[box.pk]:
            faults.note(
                "BOX_FULL", row.line, "capacity", row["capacity"], ports=built[box.pk], capacity=row["capacity"]
            )
        elif box is not None and box.capacity != row["capacity"]:
            box.capacity = row["capacity"]
            other.append(box)
    faults.raise_if_any()
    new = [row for row in rows if row["box"] not in known]
    add_rows(
        tenant=frame.tenant, table="resource_inventory_box", columns=("code", "kind", "address_id", "capacity"),
        rows=((row["box"], row["kind"], places[row["address"]], row["capacity"]) for row in new),
    )  # fmt: skip
    Box.objects.bulk_update(other, ["capacity"], batch_size=200)
    return {"added": len(new), "ended": len(other)}


def _book_ports(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    boxes = {
        code: (pk, room)
        for code, pk, room in where(
            Box.objects.filter(tenant=frame.tenant), "code", {r["box"] for r in rows}, "id", "capacity"
        )
    }
    known = dict(where(Port.objects.filter(tenant=frame.tenant), "code", {r["port"] for r in rows}, "box_id"))
    built = _ports_built(frame, {pk for pk, _ in boxes.values()})
    new = []
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
            new.append(row)
    faults.raise_if_any()
    add_rows(
        tenant=frame.tenant, table="resource_inventory_port", columns=PORT_COLUMNS,
        rows=((row["port"], boxes[row["box"]][0], row["state"], "", "", 0) for row in new),
    )  # fmt: skip
    for state in (FREE, FAULTY):
        made(frame, PORT, [row["port"] for row in new if row["state"] == state], state)
    return {"added": len(new)}


def _ports_built(frame: Frame, boxes: set[int]) -> Counter[int]:
    """How many ports boxes (ids) have."""
    rows = Port.objects.filter(tenant=frame.tenant)
    return Counter(box for (box,) in where(rows, "box_id", boxes))
