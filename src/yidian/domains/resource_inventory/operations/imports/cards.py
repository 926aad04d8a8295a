"""A card vendor's file (MV-24): ICCID, IMSI and what is kept sealed; no card twice, there or beside what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.domains.resource_inventory.lifecycle import CARD, STOCK
from yidian.domains.resource_inventory.models import Card, CardOrder
from yidian.domains.resource_inventory.operations._steps import made
from yidian.domains.resource_inventory.operations.cards import sealed_of
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, take
from yidian.domains.resource_inventory.queries import delivery_matches
from yidian.domains.resource_inventory.types import CardMatch
from yidian.platform.database.asking import where
from yidian.platform.database.loading import add_rows

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

SECRETS: Final = ("ki", "opc", "adm", "pin1", "puk1", "pin2", "puk2")
CELLS: Final = {
    "iccid": Cell(reading.checked(19, 20)),
    "imsi": Cell(reading.digits(14, 15), needed=False, empty=None),
    "kind": Cell(reading.among(Card.Kind.values), needed=False, empty=str(Card.Kind.FINISHED)),
    "batch": Cell(reading.code(64), needed=False),
    **dict.fromkeys(("ki", "opc", "adm"), Cell(reading.hexadecimal, needed=False)),
    **dict.fromkeys(("pin1", "puk1", "pin2", "puk2"), Cell(reading.digits(4, 8), needed=False)),
}
COLUMNS: Final = ("iccid", "imsi", "kind", "batch", "sealed", "state", "organisation", "holder", "until_ms")


def _judge(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    cards = Card.objects.filter(tenant=tenant)
    known = {iccid for (iccid,) in where(cards, "iccid", {row["iccid"] for row in rows})}
    imsis = {imsi for (imsi,) in where(cards, "imsi", {row["imsi"] for row in rows if row["imsi"]})}
    batches = {row["batch"] for row in rows if row["batch"]}
    runs = {one.code: one.run for one in CardOrder.objects.filter(tenant=tenant, code__in=batches)}
    lines: dict[str, int] = {}
    for row in rows:
        iccid, imsi = row["iccid"], row["imsi"]
        if iccid in known:
            faults.note("CARD_KNOWN", row.line, "iccid", iccid)
        if imsi in imsis:
            faults.note("IMSI_KNOWN", row.line, "imsi", imsi)
        if imsi and lines.setdefault(imsi, row.line) != row.line:
            faults.note("ROW_TWICE", row.line, "imsi", imsi, other_line=lines[imsi])
        if not imsi and row["kind"] == Card.Kind.FINISHED:
            faults.note("CARD_WITHOUT_IMSI", row.line, "imsi", "")
        run = runs.get(row["batch"])
        ordered = run.imsi(run.place(iccid)) if run and run.place(iccid) >= 0 else ""
        if imsi and ordered and imsi != ordered:
            faults.note("CARD_IMSI_OTHER", row.line, "imsi", imsi, ordered=ordered)
    return Plan(rows)


def _write(frame: Frame, plan: Plan) -> int:
    add_rows(
        tenant=frame.tenant, table="resource_inventory_card", columns=COLUMNS,
        rows=(
            (row["iccid"], row["imsi"] or "", row["kind"], row["batch"], _sealed(frame, row), STOCK, "", "", 0)
            for row in plan.new
        ),
    )  # fmt: skip
    made(frame, CARD, [row["iccid"] for row in plan.new], STOCK)
    return len(plan.new)


def _sealed(frame: Frame, row: Row) -> str:
    return sealed_of(tenant=frame.tenant, iccid=row["iccid"], secrets={name: row[name] for name in SECRETS})


def _match(tenant: Tenant, rows: list[Row]) -> list[CardMatch]:
    """The delivery against the orders that its batches name."""
    delivered: dict[str, list[str]] = {}
    for row in rows:
        if row["batch"] and row["iccid"]:
            delivered.setdefault(row["batch"], []).append(row["iccid"])
    return delivery_matches(tenant=tenant, delivered=delivered)


CARDS: Final = Subject("cards", lambda _: CELLS, ("iccid",), _judge, _write, SECRETS, _match)


def import_cards(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a vendor's file or refuse it whole with BadInput. What opens a card (Ki, PIN, PUK) is sealed."""
    return take(subject=CARDS, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
