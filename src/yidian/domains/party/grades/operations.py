"""Giving customers their grade: one at a desk, or a file taken whole or refused whole (docs/howto/customers.md)."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.party.grades.bulk import add_grades, end_grades
from yidian.domains.party.models import CustomerGrade
from yidian.domains.party.queries import customers_by_code
from yidian.domains.party.types import NORMAL_GRADE
from yidian.kernel.faults import BadInput
from yidian.kernel.timeline import Kept, Said, lay_out
from yidian.platform.database.asking import where
from yidian.platform.locks import hold_until_commit
from yidian.platform.sheets import FaultList, Sheet, check_columns, read_table
from yidian.platform.sheets.instants import instant_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken, take_file

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

REQUIRED: Final = ("customer", "grade", "from")
GRADE: Final = re.compile(r"[A-Za-z0-9_.-]{1,32}")
Told = dict[str, list[Said]]  # by customer


class UnableToGrade(Exception):
    """CUSTOMER_UNKNOWN, GRADE_CODE (no code of a grade), GRADE_TWICE (another grade begins at that instant)."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def set_grade(*, frame: Frame, customer: str, grade: str, from_ms: int) -> None:
    """Give a customer (by code) a grade from an instant (UTC ms) on, in a write of the caller. UnableToGrade."""
    if not GRADE.fullmatch(grade):
        raise UnableToGrade("GRADE_CODE", grade=grade)
    faults = FaultList()
    _book(frame, {customer: [Said(from_ms, grade, 0)]}, faults, "")
    for fault in faults.faults:
        raise UnableToGrade(fault.code, customer=customer, grade=grade)
    frame.changed("customer_grade", customer, before=None, after={"grade": grade, "from_ms": from_ms})


def import_grades(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of grades (csv or xlsx: customer, grade, from), or refuse it whole with BadInput.

    A grade is good until the next one. The same bytes again do nothing; what is so already adds nothing.
    """
    sheet, faults = read_table(path), FaultList()
    check_columns(sheet, required=REQUIRED, allowed=REQUIRED, faults=faults)
    faults.raise_if_any()
    told = _read(sheet, tenant.zone, faults)

    def book(frame: Frame) -> dict[str, Any]:
        counts = _book(frame, told, faults, sheet.file)
        faults.raise_if_any()
        return counts

    return take_file(tenant=tenant, actor=actor, path=path, now=now, subject="grades", kind="grade_file", book=book)


def _read(sheet: Sheet, zone: str, faults: FaultList) -> Told:
    found: Told = defaultdict(list)
    for line, cells in sheet.rows:
        cell = {name: value.strip() for name, value in cells.items()}
        missing = [name for name in REQUIRED if not cell.get(name)]
        for name in missing:
            faults.add("VALUE_MISSING", file=sheet.file, sheet=sheet.name, line=line, column=name)
        if missing:
            continue
        if not GRADE.fullmatch(cell["grade"]):
            faults.add(
                "GRADE_CODE", file=sheet.file, sheet=sheet.name, line=line, column="grade", value=cell["grade"],
                grade=cell["grade"],
            )  # fmt: skip
            continue
        try:
            found[cell["customer"]].append(Said(instant_ms(cell["from"], zone), cell["grade"], line))
        except BadInput as refusal:
            code = refusal.faults[0].code
            faults.add(
                code, file=sheet.file, sheet=sheet.name, line=line, column="from", value=cell["from"],
                local=cell["from"], zone=zone,
            )  # fmt: skip
    faults.raise_if_any()
    return found


def _book(frame: Frame, told: Told, faults: FaultList, file: str) -> dict[str, Any]:
    hold_until_commit(f"grades of {frame.tenant.pk}")
    tenant = frame.tenant
    ids = {code: row.id for code, row in customers_by_code(tenant=tenant, codes=told).items()}
    kept: defaultdict[int, list[Kept]] = defaultdict(list)
    rows = CustomerGrade.objects.filter(tenant=tenant)
    for customer, *row in where(rows, "customer_id", set(ids.values()), "id", "grade", "from_ms", "to_ms"):
        kept[customer].append(Kept(*row))
    add: list[tuple[int, str, int, int]] = []
    end: list[tuple[int, int]] = []
    for code, said in sorted(told.items()):
        if code not in ids:
            faults.add(
                "CUSTOMER_UNKNOWN", file=file, line=said[0].line, column="customer", value=code, customer=code
            )  # fmt: skip
            continue
        line = lay_out(kept[ids[code]], said, default=NORMAL_GRADE)
        for one, other in line.against:
            faults.add(
                "GRADE_TWICE", file=file, line=one.line, column="grade", value=one.what, customer=code, other=other
            )  # fmt: skip
        add += [(ids[code], *row) for row in line.add]
        end += line.end
    if not faults.faults:
        add_grades(tenant=tenant, rows=add)
        end_grades(tenant=tenant, ends=end)
    return {"rows": sum(map(len, told.values())), "added": len(add), "ended": len(end)}
