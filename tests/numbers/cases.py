"""The rows of a table of usage as cases: a case is a few events of some subscribers in one world of its own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from tests.numbers.pages import PageUnreadable, Table

from yidian.kernel.money import currency, parse_micro, parse_minor
from yidian.kernel.rating.quote import Line
from yidian.kernel.rating.tariff import Tariff
from yidian.runs.quote import cells
from yidian.runs.quote.bill import MonthBills, bills
from yidian.runs.quote.quote import Month, Quote, price_usage
from yidian.runs.quote.rows import size
from yidian.runs.quote.usage_file import COLUMNS, read_usage

ABOUT = ("case", "month", "why")
OF_EVENT = ("item", "band", "included", "charged", "amount", "cut", "total", "parts", "reason", "marks")
OF_BILL = ("bill ", "tax ")
NOTHING = ("", "–")


@dataclass
class Row:
    """One row: what is used, and what is expected of it (column → text; what is not expected is left out)."""

    line: int
    usage: dict[str, str]
    expected: dict[str, str]


@dataclass
class Case:
    name: str
    month: str
    rows: list[Row]


def is_expected(column: str) -> bool:
    return column in OF_EVENT or (column.startswith(OF_BILL) and len(column.split(" ")) == 2)


def check_header(table: Table) -> None:
    """Every column is known; something is used and something expected. Raises PageUnreadable."""
    unknown = [c for c in table.header if c not in (*ABOUT, *COLUMNS) and not is_expected(c)]
    if unknown or table.header[0] != "case" or not any(map(is_expected, table.header)):
        raise PageUnreadable(f"line {table.line}: columns of no worked table: {unknown or table.header}")


def cases_of(table: Table) -> list[Case]:
    """Rows with an empty first cell belong to the case above. Raises PageUnreadable where a row expects nothing."""
    check_header(table)
    found: list[Case] = []
    for line, cells_ in table.rows:
        used = {c: cells_[c] for c in table.header if c in COLUMNS}
        expected = {c: cells_[c] for c in table.header if is_expected(c) and cells_[c] not in NOTHING}
        if not expected:
            raise PageUnreadable(f"line {line}: nothing is expected")
        if cells_["case"]:
            found.append(Case(cells_["case"], cells_.get("month", ""), []))
        elif not found or cells_.get("month"):
            raise PageUnreadable(f"line {line}: a row without its case")
        found[-1].rows.append(Row(line, used, expected))
    return found


def priced(case: Case, tariff: Tariff, folder: Path, engine: SimpleNamespace | None) -> Quote:
    """The case as a usage file, read and priced as by the command."""
    path = folder / "usage.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="")
        out.writeheader()
        for row in case.rows:
            is_event = any(row.usage.get(c) for c in ("start", "service"))
            event = {"event": row.usage.get("event") or str(row.line)} if is_event else {}
            out.writerow({**row.usage, **event, "subscriber": row.usage.get("subscriber") or "s"})
    return price_usage(tariff=tariff, usage=read_usage(path, tariff), cycle=case.month or None, with_engine=engine)


class Answer:
    """What the kernel says of a case, in the words of the expectations."""

    def __init__(self, case: Case, quote: Quote, billing: SimpleNamespace | None) -> None:
        self.case, self.quote = case, quote
        self.unit = currency(quote.tariff.currency)
        self.months = {one.name: month for month in quote.months for one in month.asked}
        self.places = {one.name: one.event.event_id for one in quote.usage.asked}
        self.measure = {item.code: item.measure for item in quote.tariff.items}
        self.pools = {conversion.allowance for conversion in quote.tariff.conversions}  # counted in bare units
        self.bills: tuple[MonthBills, ...] = bills(quote, functions=billing)

    def of(self, row: Row) -> dict[str, object]:
        """Answers to the row's expectations, each comparable with `wanted`."""
        return {column: self._one(row, column) for column in row.expected}

    def wanted(self, row: Row) -> dict[str, object]:
        return {column: self._read(column, text) for column, text in row.expected.items()}

    def _read(self, column: str, text: str) -> object:
        if column.startswith(OF_BILL):
            return parse_minor(text, self.unit)
        if column in ("amount", "cut", "total"):
            return parse_micro(text)
        if column in ("included", "charged"):
            return cells.duration_s(text) if text.endswith(("s", "min", "h")) else cells.volume(text)
        if column == "parts":
            return [tuple(part.split()) for part in text.split(" + ")]
        return text

    def _one(self, row: Row, column: str) -> object:
        if column.startswith(OF_BILL):
            return self._of_bill(*column.split(" "))
        name = row.usage.get("event") or str(row.line)
        if name not in self.places:
            raise PageUnreadable(f"line {row.line}: {column} is expected and there is no event")
        at, month = self.places[name], self.months[name]
        if column == "reason":
            return month.reasons.get(at)
        if column == "marks":
            return " ".join(sorted(one.mark.code for one in month.priced.marks if one.event_id == at)) or "none"
        return self._of_lines(month, at, row, column)

    def _of_lines(self, month: Month, at: int, row: Row, column: str) -> object:
        lines = month.lines.get(at, [])
        if column == "total":
            rows = self.case.rows[: self.case.rows.index(row) + 1]
            names = [r.usage.get("event") or str(r.line) for r in rows]
            return sum(x.amount_micro for n in names for x in self.months[n].lines.get(self.places[n], []))
        if column in ("item", "band"):
            return "+".join(dict.fromkeys(getattr(line, column) for line in lines))
        if column == "included":
            return sum(line.units for line in lines if line.allowance is not None)
        if column == "charged":
            return sum(line.units for line in lines if line.price is not None)
        if column == "parts":
            return [self._part(line) for line in lines]
        return sum(getattr(line, f"{column}_micro") for line in lines) if lines else None

    def _part(self, line: Line) -> tuple[str, ...]:
        """What was drawn or where it was charged, and how much: ("voice250", "10min") or ("night", "60s")."""
        name = line.allowance.code if line.allowance is not None else line.band or line.item
        return name, size(line.units, "count" if name in self.pools else self.measure[line.item])

    def _of_bill(self, kind: str, name: str) -> int:
        """Minor units over all bills of the case: an item less its discounts, all together, or a class's tax."""
        if kind == "tax":
            if name not in {tax.tax_class for tax in self.quote.tariff.taxes}:
                raise PageUnreadable(f"the tariff has no tax class {name}")
            return sum(t.tax_minor for m in self.bills for b in m.bills for t in b.taxes if t.tax_class == name)
        if name == "total":
            return sum(bill.total_minor for month in self.bills for bill in month.bills)
        known = {item.code for item in self.quote.tariff.items}
        if name not in known:
            raise PageUnreadable(f"the tariff has no item {name}")
        lines = (line for month in self.bills for line in month.lines)
        return sum(line.amount_minor for line in lines if name in (line.of_item or line.item, line.item))
