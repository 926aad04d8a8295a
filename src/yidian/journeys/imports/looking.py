"""What a file would do, row by row; nothing is done. Kept on the shelf of who looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from yidian.domains.product_inventory.operations import look_at_customers
from yidian.domains.resource_inventory.operations import SUBJECTS
from yidian.domains.resource_inventory.operations import look as look_at_resources
from yidian.journeys.imports.customers import known_offers
from yidian.journeys.imports.kinds import CUSTOMERS, ORDERS, Kind
from yidian.journeys.imports.shelf import Head, Row, Shelf, Told, counted, look_name
from yidian.journeys.ordering.at_once import Price
from yidian.journeys.ordering.file_rows import Result, Taking
from yidian.journeys.ordering.files import rows_of_sheet
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.sheets import Sheet, read_table
from yidian.platform.tenancy.models import Tenant
from yidian.platform.uploads.operations import Upload
from yidian.platform.writing.files import FileSeen
from yidian.platform.writing.types import Actor

MOST: Final = 20_000  # faults that are told of one file
MOST_ROWS: Final = 200_000  # of one file here; larger ones come by the command line
HIDDEN: Final = "••••"
CHANNEL: Final = "file"  # of orders: nobody stands at the counter, nobody signs


def _nothing(_: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at what; `price` of orders, `expect` and `advance` for who watches."""

    tenant: Tenant
    actor: Actor
    shelf: Shelf
    kind: Kind
    upload: Upload
    now: datetime
    price: Price
    expect: Callable[[int], None] = _nothing
    advance: Callable[[int], None] = _nothing

    @property
    def name(self) -> str:
        return look_name(kind=self.kind.name, upload=self.upload.id, actor=self.actor)

    def head(self) -> Head:
        return Head(
            kind=self.kind.name, upload=self.upload.id, name=self.upload.name, at=self.now.isoformat(), by=self.actor.id
        )


def look(asked: Looking) -> Head:
    """Look at a file and keep what was seen. A file that cannot be read at all is seen to be so."""
    head = asked.head()
    try:
        sheet = read_table(asked.upload.path, most=MOST)
        if len(sheet.rows) > MOST_ROWS:
            raise BadInput([Fault("IMPORT_TOO_LONG", value=str(len(sheet.rows)), params={"most": MOST_ROWS})])
        head, rows = LOOKS.get(asked.kind.name, _resources)(asked, sheet, head)
    except BadInput as refusal:
        head, rows = _refused(asked, refusal, head)
    head = replace(head, counts=counted(rows))
    asked.shelf.put(asked.name, head, rows)
    return head


def _resources(asked: Looking, sheet: Sheet, head: Head) -> tuple[Head, list[Row]]:
    seen = look_at_resources(
        subject=SUBJECTS[asked.kind.name], tenant=asked.tenant, sheet=sheet, now=asked.now, most=MOST
    )
    return _seen(asked, sheet, head, seen)


def _customers(asked: Looking, sheet: Sheet, head: Head) -> tuple[Head, list[Row]]:
    try:
        report = look_at_customers(tenant=asked.tenant, sheet=sheet, most=MOST, **known_offers(asked.tenant))
    except BadInput as refusal:
        faults = refusal.faults
        if not all(fault.where.line for fault in faults) or any(f.code.startswith("COLUMN_") for f in faults):
            raise
        states = dict.fromkeys((fault.where.line for fault in faults), "refused")
        return _seen(asked, sheet, head, FileSeen(states, faults, 0, "", full=len(faults) >= MOST))
    sorts = {
        kind: {"added": one.added, "ended": one.ended, "changed": one.changed, "unchanged": one.unchanged}
        for kind, one in report.counts.items()
    }
    return _seen(asked, sheet, replace(head, sorts=sorts), FileSeen(report.states, (), 0, report.seen))


def _seen(asked: Looking, sheet: Sheet, head: Head, seen: FileSeen) -> tuple[Head, list[Row]]:
    faults: dict[int, list[Told]] = {}
    for fault in seen.faults:
        faults.setdefault(fault.where.line, []).append(told(fault, asked.kind))
    rows = [
        Row(line, cells_of(asked.kind, sheet, cells), seen.states.get(line, "unread"), tuple(faults.get(line, ())))
        for line, cells in sheet.rows
    ]
    return replace(head, header=sheet.header, gone=seen.gone, seen=seen.seen, full=seen.full, match=seen.match), rows


def _orders(asked: Looking, sheet: Sheet, head: Head) -> tuple[Head, list[Row]]:
    """Each row is tried by itself as things are: two that want one number both could be."""
    wanted = rows_of_sheet(sheet)
    asked.expect(len(wanted))
    taking = Taking(
        tenant=asked.tenant, actor=asked.actor, now=asked.now, channel=CHANNEL, price=asked.price, batch="look",
        only_try=True,
    )  # fmt: skip
    cells, rows = dict(sheet.rows), list[Row]()
    for one in wanted:
        rows.append(order_row(asked.kind, sheet, cells[one.line], taking.row(one)))
        asked.advance(1)
    return replace(head, header=sheet.header), rows


LOOKS: Final = {CUSTOMERS: _customers, ORDERS: _orders}


def order_row(kind: Kind, sheet: Sheet, cells: Mapping[str, str], found: Result) -> Row:
    """What came of a row of orders, as it is kept. Taken before, by this very file, is taken."""
    state = "taken" if found.result == "before" else found.result
    wrong: tuple[Told, ...] = ()
    if found.code:
        told_ = {name: str(one) for name, one in found.params.items()}
        value = told_.get("value") or cells.get(found.column, "")
        wrong = ({"column": found.column, "value": value, "code": found.code, "params": told_},)
    return Row(found.line, cells_of(kind, sheet, cells), state, wrong, found.order, found.total_minor)


def told(fault: Fault, kind: Kind) -> Told:
    """A fault as it is kept: its place is the row's, and what is secret stays so."""
    hides = fault.where.column in kind.secret
    value = HIDDEN if hides else fault.value
    return {"column": fault.where.column, "value": value, "code": fault.code, "params": dict(fault.params)}


def cells_of(kind: Kind, sheet: Sheet, cells: Mapping[str, str]) -> tuple[str, ...]:
    """A row's cells in the order of its header."""
    return tuple(
        HIDDEN if name in kind.secret and cells.get(name) else cells.get(name, "") for name in sheet.header
    )  # fmt: skip


def _refused(asked: Looking, refusal: BadInput, head: Head) -> tuple[Head, list[Row]]:
    """The file itself cannot be read: told with its lines, where it has any."""
    wrong = tuple({**told(fault, asked.kind), "line": fault.where.line} for fault in refusal.faults)
    return replace(head, wrong=wrong, full=len(wrong) >= MOST), []
