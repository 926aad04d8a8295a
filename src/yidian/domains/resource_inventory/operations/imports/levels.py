"""Files of levels of premium numbers (靓号等级): their dated terms, and the shapes by which a number is of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.resource_inventory._shapes import END, PLACES, UnableToReadShape, read_shape
from yidian.domains.resource_inventory.models import LevelRule, NumberLevel
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Row, Wrong, take_rows
from yidian.kernel.calendar import local_date

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.files import FileTaken
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

TERMS = (
    "name",
    "min_spend",
    "months",
    "deposit",
    "deposit_months",
    "penalty_ppm",
    "kept_pays",
    "transfer_restarts",
    "offer",
)


def import_levels(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of terms or refuse it whole with BadInput. What is stored of a day is never changed."""
    cells = {
        "level": Cell(reading.code(16)),
        "name": Cell(reading.words(64), needed=False),
        "from": Cell(reading.instant(tenant)),
        "min_spend": Cell(reading.money(tenant)),
        "months": Cell(reading.whole(0, 600)),
        "deposit": Cell(reading.money(tenant), needed=False, empty=0),
        "deposit_months": Cell(reading.whole(0, 120), needed=False, empty=0),
        "penalty_ppm": Cell(reading.whole(0, 1_000_000), needed=False, empty=0),
        "kept_pays": Cell(reading.yes_or_no, needed=False, empty=False),
        "transfer_restarts": Cell(reading.yes_or_no, needed=False, empty=False),
        "offer": Cell(reading.code(64), needed=False),
    }
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="levels", cells=cells, once=("level", "from"),
        book=_book_levels,
    )  # fmt: skip


def import_level_rules(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of rules: the whole set, in place of what was. Numbers are graded by it when a block is made, or by
    `grade_block`. BadInput.
    """
    cells = {
        "priority": Cell(reading.whole(1, 9_999)),
        "shape": Cell(_shape),
        "place": Cell(reading.among(PLACES), needed=False, empty=END),
        "level": Cell(reading.code(16)),
    }
    return take_rows(
        tenant=tenant, actor=actor, path=path, now=now, subject="level_rules", cells=cells, once=("priority",),
        book=_book_rules,
    )  # fmt: skip


def _shape(written: str) -> str:
    """SHAPE_INVALID."""
    if len(written) > 20:
        raise Wrong("TEXT_TOO_LONG", most=20)
    try:
        read_shape(written)
    except UnableToReadShape as unable:
        raise Wrong(unable.code, **unable.params) from None
    return written


def _book_levels(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    stored = {(row.code, row.valid_from): row for row in NumberLevel.objects.filter(tenant=frame.tenant)}
    add = []
    for row in rows:
        told = {
            ("min_spend_minor" if n == "min_spend" else "deposit_minor" if n == "deposit" else n): row[n] for n in TERMS
        }
        on = local_date(row["from"], frame.tenant.zone)
        known = stored.get((row["level"], on))
        if known is None:
            add.append(NumberLevel(tenant=frame.tenant, code=row["level"], valid_from=on, **told))
        elif any(getattr(known, name) != value for name, value in told.items()):
            faults.note("LEVEL_TOLD_OTHERWISE", row.line, "from", on.isoformat(), level=row["level"])
    faults.raise_if_any()
    NumberLevel.objects.bulk_create(add, batch_size=500)
    return {"added": len(add)}


def _book_rules(frame: Frame, rows: list[Row], faults: Faults) -> dict[str, Any]:
    levels = set(NumberLevel.objects.filter(tenant=frame.tenant).values_list("code", flat=True))
    for row in rows:
        if row["level"] not in levels:
            faults.note("LEVEL_UNKNOWN", row.line, "level", row["level"], level=row["level"])
    faults.raise_if_any()
    columns = ("priority", "shape", "place", "level")
    before = set(LevelRule.objects.filter(tenant=frame.tenant).values_list(*columns))
    after = {tuple(row[name] for name in columns) for row in rows}
    LevelRule.objects.filter(tenant=frame.tenant).delete()
    LevelRule.objects.bulk_create(
        LevelRule(tenant=frame.tenant, **dict(zip(columns, one, strict=True))) for one in sorted(after)
    )
    frame.changed("level_rules", "all", before={"rules": sorted(before)}, after={"rules": sorted(after)})
    return {"added": len(after - before), "ended": len(before - after)}
