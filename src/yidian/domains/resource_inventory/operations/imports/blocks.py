"""A file of number blocks (号段); the numbers of each are made with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.resource_inventory.bulk import add_numbers
from yidian.domains.resource_inventory.lifecycle import ALLOCATED, IN_POOL, NUMBER, PLANNED, SELECTABLE
from yidian.domains.resource_inventory.models import Number, NumberBlock, OfficeData, ResourceStep
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, take
from yidian.domains.resource_inventory.operations.ranges import rules_of
from yidian.kernel.calendar import to_ms
from yidian.platform.access.organisation import paths_at
from yidian.platform.database.statistics import MANY, refresh_statistics
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

LARGEST: Final = 10_000_000  # numbers of one block
STATES: Final = (PLANNED, IN_POOL, ALLOCATED, SELECTABLE)
NEVER_PORTED: Final = ("1349", "174", "170", "171", "162", "165", "167")  # satellite and resale (N3)
FACTS: Final = ("kind", "first", "last", "network", "area", "portable")
CELLS: Final = {
    "block": Cell(reading.code(32)),
    "kind": Cell(reading.among(NumberBlock.Kind.values)),
    "first": Cell(reading.digits(3, 18)),
    "last": Cell(reading.digits(3, 18)),
    "network": Cell(reading.code(64)),
    "area": Cell(reading.code(32)),
    "portable": Cell(reading.yes_or_no, needed=False, empty=False),
    "cities": Cell(reading.words(8_000), needed=False),
    "state": Cell(reading.among(STATES), needed=False, empty=PLANNED),
    "organisation": Cell(reading.code(64), needed=False),
    "reseller": Cell(reading.code(32), needed=False),
}


def _judge_all(tenant: Tenant, now: datetime, rows: list[Row], faults: Faults) -> Plan:
    stored = {block.code: block for block in NumberBlock.objects.filter(tenant=tenant)}
    before = len(faults.faults)
    for row in rows:
        _judge(tenant, now, row, stored.get(row["block"]), faults)
    wrong = {fault.where.line for fault in faults.faults[before:]}
    new = [row for row in rows if row["block"] not in stored and row.line not in wrong]
    _refuse_overlaps(tenant, new, list(stored.values()), faults)
    return Plan(new)


def _write(frame: Frame, plan: Plan) -> int:
    rules = rules_of(frame.tenant)
    return sum(_make(frame, row, rules) for row in plan.new)


def _judge(tenant: Tenant, now: datetime, row: Row, known: NumberBlock | None, faults: Faults) -> None:
    """BLOCK_DIFFERS, BLOCK_BACKWARDS, BLOCK_TOO_LARGE, BLOCK_NEVER_PORTED, BLOCK_WHOSE, ORGANISATION_UNKNOWN …"""
    line, first, last = row.line, row["first"], row["last"]
    if known is not None:
        for name in FACTS:
            if getattr(known, name) != row[name]:
                faults.note("BLOCK_DIFFERS", line, name, row[name], stored=str(getattr(known, name)))
        return
    if len(first) != len(last) or first > last:
        faults.note("BLOCK_BACKWARDS", line, "last", last, first=first)
    elif int(last) - int(first) >= LARGEST:
        faults.note("BLOCK_TOO_LARGE", line, "last", last, most=LARGEST)
    if row["portable"] and (row["kind"] == NumberBlock.Kind.IOT or first.startswith(NEVER_PORTED)):
        faults.note("BLOCK_NEVER_PORTED", line, "portable", "yes", first=first)
    organisation, reseller = row["organisation"], row["reseller"]
    if (organisation and reseller) or ((organisation or reseller) and row["state"] in (PLANNED, IN_POOL)):
        faults.note("BLOCK_WHOSE", line, "reseller" if reseller else "organisation", organisation or reseller)
    if organisation and not paths_at(tenant=tenant, codes=[organisation], at=now):
        faults.note("ORGANISATION_UNKNOWN", line, "organisation", organisation, organisation=organisation)
    if reseller and not Tenant.objects.filter(code=reseller).exclude(pk=tenant.pk).exists():
        faults.note("RESELLER_UNKNOWN", line, "reseller", reseller, reseller=reseller)


def _refuse_overlaps(tenant: Tenant, new: list[Row], stored: list[NumberBlock], faults: Faults) -> None:
    """BLOCK_OVERLAPS, NUMBER_KNOWN."""
    spans: list[tuple[Any, ...]] = [(row["first"], row["last"], row["block"], row) for row in new]
    spans += [(block.first, block.last, block.code, None) for block in stored]
    spans.sort(key=lambda span: (len(span[0]), span[0], span[2]))
    widest: tuple[Any, ...] | None = None
    for span in spans:
        if widest is not None and len(span[0]) == len(widest[1]) and span[0] <= widest[1]:
            row, other = (span[3], widest[2]) if span[3] is not None else (widest[3], span[2])
            if row is not None:
                faults.note("BLOCK_OVERLAPS", row.line, "first", row["first"], other=other)
        if widest is None or len(span[0]) != len(widest[1]) or span[1] > widest[1]:
            widest = span
    for row in new:
        guests = Number.objects.filter(
            tenant=tenant, block=None, value__gte=row["first"], value__lte=row["last"]
        ).values_list("value", flat=True)
        for value in [value for value in guests[:10] if len(value) == len(row["first"])]:
            faults.note("NUMBER_KNOWN", row.line, "first", row["first"], number=value)


def _make(frame: Frame, row: Row, rules: list[tuple[str, str, str]]) -> int:
    block = NumberBlock.objects.create(tenant=frame.tenant, code=row["block"], **{name: row[name] for name in FACTS})
    cities = dict.fromkeys(filter(None, (city.strip() for city in row["cities"].split(";"))))
    OfficeData.objects.bulk_create(OfficeData(tenant=frame.tenant, block=block, city=city[:32]) for city in cities)
    told = {name: row[name] for name in ("state", "organisation", "reseller")}
    add_numbers(
        tenant=frame.tenant, block=block.pk, first=row["first"], last=row["last"], rules=rules, **told
    )  # fmt: skip
    step = ResourceStep(
        tenant=frame.tenant, kind=NUMBER, resource=row["first"], last=row["last"], event="make", before="",
        after=row["state"], organisation=row["organisation"], reseller=row["reseller"], actor_kind=frame.actor.kind,
        actor_id=frame.actor.id, at_ms=to_ms(frame.now),
    )  # fmt: skip
    ResourceStep.objects.bulk_create([step])
    frame.changed("number_block", row["block"], before=None, after={name: row[name] for name in FACTS} | told)
    return int(row["last"]) - int(row["first"]) + 1


BLOCKS: Final = Subject("numbers", lambda _: CELLS, ("block",), _judge_all, _write)


def import_blocks(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of blocks and make their numbers, or refuse it whole with BadInput. `added`: numbers that were made.

    A block that is known with the same facts is left as it is.
    """
    taken = take(subject=BLOCKS, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
    if taken.added >= MANY and not taken.repeated:
        refresh_statistics(tables=("resource_inventory_number",))
    return taken
