"""Files of levels of premium numbers (靓号等级): their dated terms, and the shapes by which a number is of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.resource_inventory._shapes import END, PLACES, UnableToReadShape, read_shape
from yidian.domains.resource_inventory.models import LevelRule, NumberLevel
from yidian.domains.resource_inventory.operations.imports import _reading as reading
from yidian.domains.resource_inventory.operations.imports._reading import Cell, Faults, Plan, Row, Subject, Wrong, take
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


def _level_cells(tenant: Tenant) -> dict[str, Cell]:
    return {
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


def _judge_levels(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    stored = {(row.code, row.valid_from): row for row in NumberLevel.objects.filter(tenant=tenant)}
    plan = Plan([])
    for row in rows:
        on, told = local_date(row["from"], tenant.zone), _terms(row)
        known = stored.get((row["level"], on))
        if known is None:
            plan.new.append(row)
        elif any(getattr(known, name) != value for name, value in told.items()):
            faults.note("LEVEL_TOLD_OTHERWISE", row.line, "from", on.isoformat(), level=row["level"])
    return plan


def _terms(row: Row) -> dict[str, Any]:
    return {f"{name}_minor" if name in ("min_spend", "deposit") else name: row[name] for name in TERMS}


def _write_levels(frame: Frame, plan: Plan) -> int:
    tenant = frame.tenant
    add = (
        NumberLevel(
            tenant=tenant, code=row["level"], valid_from=local_date(row["from"], tenant.zone), **_terms(row)
        )
        for row in plan.new
    )  # fmt: skip
    NumberLevel.objects.bulk_create(add, batch_size=500)
    return len(plan.new)


def _shape(written: str) -> str:
    """SHAPE_INVALID."""
    if len(written) > 20:
        raise Wrong("TEXT_TOO_LONG", most=20)
    try:
        read_shape(written)
    except UnableToReadShape as unable:
        raise Wrong(unable.code, **unable.params) from None
    return written


RULE_COLUMNS: Final = ("priority", "shape", "place", "level")
RULE_CELLS: Final = {
    "priority": Cell(reading.whole(1, 9_999)),
    "shape": Cell(_shape),
    "place": Cell(reading.among(PLACES), needed=False, empty=END),
    "level": Cell(reading.code(16)),
}


def _judge_rules(tenant: Tenant, _: datetime, rows: list[Row], faults: Faults) -> Plan:
    levels = set(NumberLevel.objects.filter(tenant=tenant).values_list("code", flat=True))
    for row in rows:
        if row["level"] not in levels:
            faults.note("LEVEL_UNKNOWN", row.line, "level", row["level"], level=row["level"])
    before = set(LevelRule.objects.filter(tenant=tenant).values_list(*RULE_COLUMNS))
    after = {_rule(row): row for row in rows}
    return Plan(
        [row for rule, row in after.items() if rule not in before], gone=len(before - after.keys()),
        more=(sorted(before), sorted(after)),
    )  # fmt: skip


def _rule(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in RULE_COLUMNS)


def _write_rules(frame: Frame, plan: Plan) -> int:
    before, after = plan.more
    LevelRule.objects.filter(tenant=frame.tenant).delete()
    LevelRule.objects.bulk_create(
        LevelRule(tenant=frame.tenant, **dict(zip(RULE_COLUMNS, one, strict=True))) for one in after
    )
    frame.changed("level_rules", "all", before={"rules": before}, after={"rules": after})
    return len(plan.new)


LEVELS: Final = Subject("levels", _level_cells, ("level", "from"), _judge_levels, _write_levels)
LEVEL_RULES: Final = Subject("level-rules", lambda _: RULE_CELLS, ("priority",), _judge_rules, _write_rules)


def import_levels(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of terms or refuse it whole with BadInput. What is stored of a day is never changed."""
    return take(subject=LEVELS, tenant=tenant, actor=actor, path=path, now=now, seen=seen)


def import_level_rules(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file of rules: the whole set, in place of what was. Numbers are graded by it when a block is made, or by
    `grade_block`. BadInput.
    """
    return take(subject=LEVEL_RULES, tenant=tenant, actor=actor, path=path, now=now, seen=seen)
