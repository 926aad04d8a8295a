"""A tariff as it was read: every row with its place, so that a rule can say where a fault is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from yidian.kernel.rating.tariff import Item, Prefix, Row, Tariff
from yidian.platform.sheets import FaultList

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Written(Generic[R]):
    """A row, where it was written, its cells as text; `measures`: column → what its quantity measures, if it said."""

    row: R
    sheet: str
    line: int
    measures: Mapping[str, str]
    cells: Mapping[str, str]

    @property
    def span(self) -> tuple[date, date]:
        """The validity as dates that compare: open ends are the ends of the calendar."""
        return self.row.valid_from or date.min, self.row.valid_to or date.max


@dataclass(slots=True)
class Draft:
    """All rows by their type, the head of the tariff, and the faults found so far."""

    files: dict[str, str]
    head: dict[str, str]
    faults: FaultList
    rows: dict[type[Row], list[Written[Row]]] = field(default_factory=dict)

    @classmethod
    def of_tariff(cls, tariff: Tariff, sheets: Mapping[str, type[Row]]) -> Draft:
        """Rows that no file says any more: without lines."""
        rows: dict[type[Row], list[Written[Row]]] = {
            row_type: [Written(row, sheet, 0, {}, {}) for row in getattr(tariff, sheet)]
            for sheet, row_type in sheets.items()
        }
        return cls(files={}, head={"currency": tariff.currency}, faults=FaultList(), rows=rows)

    def of(self, row_type: type[R]) -> list[Written[R]]:
        return self.rows.get(row_type, [])  # type: ignore[return-value]

    def complain(self, code: str, written: Written[R], column: str, value: object = None, **params: str | int) -> None:
        """Add a fault of a row. `value`: which part of the cell is wrong; left out, the cell as it was written."""
        self.faults.add(
            code,
            file=self.files.get(written.sheet, ""),
            sheet=written.sheet,
            line=written.line,
            column=column,
            value=written.cells.get(column, "") if value is None else value,
            **params,
        )

    def first_prefixes(self) -> dict[str, Written[Prefix]]:
        """Zone → the first of the rows of prefixes that lead to it."""
        found: dict[str, Written[Prefix]] = {}
        for written in self.of(Prefix):
            found.setdefault(written.row.zone, written)
        return found

    def items(self) -> dict[str, Item]:
        return {written.row.code: written.row for written in self.of(Item)}

    def tariff(self, sheets: Mapping[str, type[Row]]) -> Tariff:
        rows = {sheet: tuple(written.row for written in self.of(row_type)) for sheet, row_type in sheets.items()}
        head: dict[str, str] = {key: value for key, value in self.head.items() if key != "format"}
        return Tariff(**head, **rows)  # type: ignore[arg-type]
