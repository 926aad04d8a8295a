"""Fields of a row → cells as somebody would write them: what `kinds` reads, read back is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from yidian.domains.product_catalog.workbook import kinds as k
from yidian.domains.product_catalog.workbook.forms import FORMS, VALIDITY, Column, Form
from yidian.kernel.money import currency, format_micro
from yidian.kernel.rating import tariff as t

FORM_OF: Final[Mapping[type[t.Row], Form]] = {form.row: form for form in FORMS}
LARGEST_FIRST: Final = sorted(((size, unit, measure) for unit, (measure, size) in k.UNITS.items()), reverse=True)


def told_columns(row_type: type[t.Row]) -> Sequence[Column]:
    """The columns of a row but its dates."""
    return [column for column in FORM_OF[row_type].columns if column not in VALIDITY]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the cells of one tariff's rows: what a quantity measures and what money is worth stands in other rows."""

    measures: Mapping[str, str]
    counted: frozenset[str]
    places: int

    @classmethod
    def of(cls, tariff: t.Tariff) -> Writer:
        return cls(
            {item.code: item.measure for item in tariff.items},
            frozenset(conversion.allowance for conversion in tariff.conversions),
            currency(tariff.currency).minor_digits,
        )

    def cell(self, row: t.Row, column: Column) -> str:
        """The text of a cell; "" where the row says nothing."""
        return self.written(column.kind, getattr(row, column.fills), self._measure(row, column.name))

    def written(self, kind: k.Kind, value: Any, measure: str = "") -> str:
        if value is None:
            return ""
        if kind is k.KIND_MONEY:
            return self.money(value)
        if kind is k.KIND_RATE:
            return f"{Decimal(value).scaleb(-4).normalize():f}%"
        if kind in (k.KIND_QUANTITY, k.KIND_SIZE):
            return quantity(value, measure)
        if kind is k.KIND_CLOCK:
            return f"{value // 60:02d}:{value % 60:02d}"
        return _plain(value)

    def money(self, amount_micro: int) -> str:
        return format_micro(amount_micro, at_least=self.places)

    def measure_of(self, items: Sequence[str]) -> str:
        """What all of these items measure; items of several measures are counted (they are converted)."""
        found = {self.measures[code] for code in items if code in self.measures}
        return found.pop() if len(found) == 1 else "count"

    def _measure(self, row: t.Row, column: str) -> str:
        if isinstance(row, t.Item):
            return row.measure
        if isinstance(row, t.Allowance):
            return "count" if row.code in self.counted else self.measure_of(row.items)
        if isinstance(row, t.Mark):
            return self.measure_of(row.items)
        if isinstance(row, t.Price) or (isinstance(row, t.Conversion) and column != "takes"):
            return self.measures.get(row.item, "count")
        return "count"


def quantity(units: int, measure: str) -> str:
    """In the largest unit that says it whole: 90 → 90s, 120 → 2min; nought as 0."""
    if not units:
        return "0"
    return next(f"{units // size}{unit}" for size, unit, of in LARGEST_FIRST if of == measure and units % size == 0)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
