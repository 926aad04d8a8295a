"""Rules of arrears as a workbook or a folder of CSV: sheets `late_fee`, `stages`, `accounts`; any may be absent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from yidian.domains.credit.operations.rules import set_rules
from yidian.domains.credit.types import STAGES, FeeTerm, StageRule
from yidian.domains.party.queries import accounts_by_code
from yidian.kernel.faults import BadInput, Fault, Where
from yidian.kernel.money import currency, parse_minor
from yidian.platform.sheets.reading import read_sheets
from yidian.platform.sheets.sheet import Sheet
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor, Outcome

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "late_fee": ("brand", "from", "charged", "rate_ppm", "grace_days", "cap_ppm"),
    "stages": ("brand", "stage", "from", "days_overdue", "at_least"),
    "accounts": ("account", "from", "brand"),
}
MOST_DAYS: Final = 3_650
MOST_PPM: Final = 1_000_000
MOST_CAP_PPM: Final = 100 * MOST_PPM


def import_rules(*, tenant: Tenant, actor: Actor, now: datetime, path: Path) -> Outcome:
    """Set what the sheets say, wholly or not at all. BadInput with every fault; UnableToSetTerms."""
    sheets = read_sheets(path)
    reading = _Reading(tenant)
    for name, sheet in sheets.items():
        reading.sheet(name, sheet)
    if reading.faults:
        raise BadInput(reading.faults)
    digest = hashlib.sha256(repr([(n, sheet.rows) for n, sheet in sorted(sheets.items())]).encode()).hexdigest()
    return set_rules(
        tenant=tenant, actor=actor, key=f"arrears/{digest}", now=now, fees=reading.fees, stages=reading.stages,
        brands=reading.brands,
    )  # fmt: skip


class _Reading:
    """The rows of all sheets and what is wrong with them."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.faults: list[Fault] = []
        self.fees: list[FeeTerm] = []
        self.stages: list[StageRule] = []
        self.brands: list[tuple[str, date, str]] = []

    def sheet(self, name: str, sheet: Sheet) -> None:
        if name not in COLUMNS or set(sheet.header) != set(COLUMNS[name]):
            wanted = ", ".join(COLUMNS.get(name, tuple(COLUMNS)))
            self.faults.append(
                Fault("ARREARS_SHEET", Where(sheet.file, name), ", ".join(sheet.header), {"wanted": wanted})
            )
            return
        read: Callable[[_Row], None] = {"late_fee": self._fee, "stages": self._stage, "accounts": self._brand}[name]
        for line, cells in sheet.rows:
            row = _Row(sheet, line, cells)
            read(row)
            self.faults += row.faults

    def _fee(self, row: _Row) -> None:
        fee = FeeTerm(
            row.text("brand"), row.day("from"), row.flag("charged"), row.whole("rate_ppm", MOST_PPM),
            row.whole("grace_days", MOST_DAYS), row.whole("cap_ppm", MOST_CAP_PPM),
        )  # fmt: skip
        if not row.faults:
            self.fees.append(fee)

    def _stage(self, row: _Row) -> None:
        if row.text("stage") not in STAGES:
            row.fault("ARREARS_STAGE", "stage", known=", ".join(STAGES))
        least = row.minor("at_least", self._tenant.currency)
        rule = StageRule(
            row.text("brand"), row.text("stage"), row.day("from"), row.whole("days_overdue", MOST_DAYS), least
        )
        if not row.faults:
            self.stages.append(rule)

    def _brand(self, row: _Row) -> None:
        account = row.text("account")
        if account not in accounts_by_code(tenant=self._tenant, codes=[account]):
            row.fault("ACCOUNT_UNKNOWN", "account", account=account)
        brand = (account, row.day("from"), row.text("brand"))
        if not row.faults:
            self.brands.append(brand)


class _Row:
    """One row: its cells as values; what is wrong is kept with its place."""

    def __init__(self, sheet: Sheet, line: int, cells: Mapping[str, str]) -> None:
        self._sheet, self._line, self._cells = sheet, line, cells
        self.faults: list[Fault] = []

    def fault(self, code: str, column: str, **params: str | int) -> None:
        where = Where(self._sheet.file, self._sheet.name, self._line, column)
        self.faults.append(Fault(code, where, self._cells.get(column, "")[:200], params))

    def text(self, column: str) -> str:
        text = self._cells.get(column, "").strip()
        if column == "brand" and len(text) > 32:
            self.fault("ARREARS_CELL", column)
        return text

    def day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.text(column)[:10])
        except ValueError:
            self.fault("ARREARS_DAY", column)
            return date.max

    def flag(self, column: str) -> bool:
        told = self.text(column).lower()
        if told not in ("yes", "no", "是", "否"):
            self.fault("ARREARS_CELL", column)
        return told in ("yes", "是")

    def whole(self, column: str, most: int) -> int:
        told = self.text(column)
        if not (told.isascii() and told.isdecimal() and len(told) < 12 and int(told) <= most):
            self.fault("ARREARS_WHOLE", column, most=most)
            return 0
        return int(told)

    def minor(self, column: str, currency_code: str) -> int:
        try:
            amount = parse_minor(self.text(column) or "0", currency(currency_code))
        except BadInput as error:
            self.fault(error.faults[0].code, column, **_plain(error.faults[0].params))
            return 0
        if amount < 0:
            self.fault("ARREARS_CELL", column)
        return amount


def _plain(params: Mapping[str, Any]) -> dict[str, str | int]:
    return dict(params)
