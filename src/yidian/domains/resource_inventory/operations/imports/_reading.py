"""Files of resources: which columns, what each cell must be, and every fault with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django_scopes import scope

from yidian.domains.resource_inventory._check_digits import luhn
from yidian.kernel.faults import BadInput, refuse
from yidian.kernel.money import currency, parse_minor
from yidian.platform.sheets import FaultList, Sheet, check_columns, read_table
from yidian.platform.sheets.fault_list import MOST
from yidian.platform.sheets.instants import instant_ms
from yidian.platform.writing.files import FileSeen, FileTaken, take_file

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

CODE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,96}")
KEY: Final = re.compile(r"[0-9A-Fa-f]{16}|[0-9A-Fa-f]{32}")
DIGITS: Final = re.compile(r"[0-9]+")
YES: Final = {"yes": True, "no": False, "是": True, "否": False}


class Wrong(Exception):
    """What is wrong with a cell: a code and parameters of its words."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(code)


class Cell(NamedTuple):
    """How a cell is read. `needed`: it may not be empty; else an empty one (or no such column) is `empty`."""

    read: Callable[[str], Any]
    needed: bool = True
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: its line, its values by column."""

    line: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


class Faults(FaultList):
    """The first faults of one sheet."""

    def __init__(self, sheet: Sheet, *, most: int = MOST) -> None:
        super().__init__(most=most)
        self.sheet = sheet

    def note(self, code: str, line: int, column: str, value: object, /, **params: str | int) -> None:
        self.add(code, file=self.sheet.file, sheet=self.sheet.name, line=line, column=column, value=value, **params)

    def raise_if_any(self) -> None:
        if self.faults:
            raise BadInput(sorted(self.faults, key=lambda fault: fault.where.line))


@dataclass(slots=True)
class Plan:
    """What a file would do: rows that are new, rows that change what is stored; all others are stored as they say.

    `gone`: how many stored rows it ends; `more`: what `write` needs besides.
    """

    new: list[Row]
    changed: list[Row] = field(default_factory=list)
    gone: int = 0
    more: Any = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of file. `once`: columns that together name a row once in it; `secret`: columns that nobody is shown.

    `judge` notes what stored rows speak against and writes nothing; `write` does what it answered, nothing of its own
    wish, and tells how many were added.
    """

    name: str
    cells: Callable[[Tenant], Mapping[str, Cell]]
    once: tuple[str, ...]
    judge: Callable[[Tenant, datetime, list[Row], Faults], Plan]
    write: Callable[[Frame, Plan], int]
    secret: tuple[str, ...] = ()
    match: Callable[[Tenant, list[Row]], list[Any]] | None = None  # held against what was ordered: of looks

    @property
    def operation(self) -> str:
        return self.name.replace("-", "_")


def take(
    *, subject: Subject, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = ""
) -> FileTaken:  # fmt: skip
    """Take a file whole or refuse it whole. `seen`: what it would do when somebody looked (`FileSeen.seen`); where it
    is something else by now BadInput IMPORT_STALE.
    """
    sheet = read_table(path)
    faults = Faults(sheet)
    rows = _read(subject, tenant, sheet, faults)
    faults.raise_if_any()
    sheet.rows.clear()  # a million of them need not be twice in memory

    def work(frame: Frame) -> dict[str, Any]:
        plan = subject.judge(tenant, now, rows, faults)
        faults.raise_if_any()
        if seen and seen != _seen(rows, plan):
            raise refuse("IMPORT_STALE", file=str(path))
        added = subject.write(frame, plan)
        return {"rows": len(rows), "added": added, "ended": len(plan.changed) + plan.gone}

    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject=subject.operation, kind=f"{subject.operation}_file",
        book=work,
    )  # fmt: skip


def look(*, subject: Subject, tenant: Tenant, sheet: Sheet, now: datetime, most: int) -> FileSeen:
    """What a file would do, with at most so many faults of its rows; nothing is done. BadInput for its columns.

    Rows that can be read are held against what is stored beside those that cannot: who mends a file mends it once.
    """
    faults = Faults(sheet, most=most)
    rows = _read(subject, tenant, sheet, faults)
    wrong = {fault.where.line for fault in faults.faults}
    sound = [row for row in rows if row.line not in wrong]
    with scope(tenant=tenant):
        plan = subject.judge(tenant, now, sound, faults)
    told = tuple(sorted(faults.faults, key=lambda fault: fault.where.line))
    states = _states(sound, plan) | {fault.where.line: "refused" for fault in told}
    match = tuple(asdict(one) for one in subject.match(tenant, rows)) if subject.match else ()
    return FileSeen(states, told, gone=plan.gone, seen=_seen(rows, plan), full=faults.full, match=match)


def _read(subject: Subject, tenant: Tenant, sheet: Sheet, faults: Faults) -> list[Row]:
    cells = subject.cells(tenant)
    check_columns(
        sheet, required=[name for name, cell in cells.items() if cell.needed], allowed=list(cells), faults=faults
    )
    faults.raise_if_any()
    return read_rows(sheet, cells, subject.once, faults)


def _states(rows: list[Row], plan: Plan) -> dict[int, str]:
    found = {row.line: "same" for row in rows}
    for state, some in (("new", plan.new), ("changed", plan.changed)):
        found |= {row.line: state for row in some}
    return found


def _seen(rows: list[Row], plan: Plan) -> str:
    """A name of all that a file would do: another one, and something else would be done."""
    told = hashlib.sha256(f"{len(rows)} {plan.gone}".encode())
    for line, state in sorted(_states([*plan.new, *plan.changed], plan).items()):
        told.update(f" {line}{state}".encode())
    return told.hexdigest()


def read_rows(sheet: Sheet, cells: Mapping[str, Cell], once: Sequence[str], faults: Faults) -> list[Row]:
    rows: list[Row] = []
    seen: dict[tuple[Any, ...], int] = {}
    for line, written in sheet.rows:
        values = {name: _value(line, name, cell, written.get(name, "").strip(), faults) for name, cell in cells.items()}
        row = Row(line, values)
        key = tuple(values[name] for name in once)
        first = seen.setdefault(key, line)
        if first != line and None not in key:
            faults.note("ROW_TWICE", line, once[-1], written.get(once[-1], ""), other_line=first)
        rows.append(row)
        if faults.full:
            break
    return rows


def _value(line: int, name: str, cell: Cell, written: str, faults: Faults) -> Any:
    if not written:
        if cell.needed:
            faults.note("VALUE_MISSING", line, name, "")
        return None if cell.needed else cell.empty
    try:
        return cell.read(written)
    except Wrong as wrong:
        faults.note(wrong.code, line, name, written, **wrong.params)
    except BadInput as refusal:
        fault = refusal.faults[0]
        faults.note(fault.code, line, name, written, **fault.params)
    return None


def code(most: int) -> Callable[[str], str]:
    """CODE_UNUSABLE, TEXT_TOO_LONG."""

    def read(written: str) -> str:
        if len(written) > most:
            raise Wrong("TEXT_TOO_LONG", most=most)
        if not CODE.fullmatch(written):
            raise Wrong("RESOURCE_CODE")
        return written

    return read


def words(most: int) -> Callable[[str], str]:
    """TEXT_TOO_LONG."""

    def read(written: str) -> str:
        if len(written) > most:
            raise Wrong("TEXT_TOO_LONG", most=most)
        return written

    return read


def among(known: Sequence[str]) -> Callable[[str], str]:
    """VALUE_UNKNOWN."""

    def read(written: str) -> str:
        if written not in known:
            raise Wrong("VALUE_UNKNOWN", allowed=", ".join(known))
        return written

    return read


def digits(least: int, most: int) -> Callable[[str], str]:
    """DIGITS_WRONG."""

    def read(written: str) -> str:
        if not DIGITS.fullmatch(written) or not least <= len(written) <= most:
            raise Wrong("DIGITS_WRONG", least=least, most=most)
        return written

    return read


def checked(least: int, most: int) -> Callable[[str], str]:
    """DIGITS_WRONG, CHECK_DIGIT."""
    plain = digits(least, most)

    def read(written: str) -> str:
        if not luhn(plain(written)):
            raise Wrong("CHECK_DIGIT")
        return written

    return read


def hexadecimal(written: str) -> str:
    """KEY_WRONG."""
    if not KEY.fullmatch(written):
        raise Wrong("KEY_WRONG")
    return written.upper()


def whole(least: int, most: int) -> Callable[[str], int]:
    """WHOLE_WRONG."""

    def read(written: str) -> int:
        if not DIGITS.fullmatch(written) or len(written) > 12 or not least <= int(written) <= most:
            raise Wrong("WHOLE_WRONG", least=least, most=most)
        return int(written)

    return read


def yes_or_no(written: str) -> bool:
    """VALUE_UNKNOWN."""
    if written.lower() not in YES:
        raise Wrong("VALUE_UNKNOWN", allowed="yes, no")
    return YES[written.lower()]


def money(tenant: Tenant) -> Callable[[str], int]:
    """Minor units from a decimal, nothing below zero. AMOUNT_NOT_A_NUMBER, AMOUNT_TOO_PRECISE, AMOUNT_OUT_OF_RANGE,
    AMOUNT_BELOW_ZERO.
    """
    unit = currency(tenant.currency)

    def read(written: str) -> int:
        found = parse_minor(written, unit)
        if found < 0:
            raise Wrong("AMOUNT_BELOW_ZERO")
        return found

    return read


def instant(tenant: Tenant) -> Callable[[str], int]:
    """UTC ms of a local date or date and time. DATE_IMPOSSIBLE, what the zone's clock refuses."""
    return lambda written: instant_ms(written, tenant.zone)
