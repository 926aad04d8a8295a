"""Everybody's best plan as a workbook for marketing: what it comes to, flows, and the list; money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import xlsxwriter

from yidian.kernel.money import currency
from yidian.platform.files import write_durably
from yidian.platform.wording import text
from yidian.runs.best.types import BestPlans, Step

LIST_COLUMNS: Final = ("SUBSCRIBER", "NUMBER", "OFFER", "PRESENT", "BEST", "COST", "SAVING", "SECOND", "SECOND_COST",
                       "REASON")  # fmt: skip
AMOUNTS: Final = ("present_minor", "best_minor", "saving_minor", "second_minor")
ROWS_OF_A_SHEET: Final = 1_000_000  # Excel ends at 1,048,576


class _Book:
    def __init__(self, path: Path, lang: str, digits: int) -> None:
        self.lang, self.digits = lang, digits
        self.book = xlsxwriter.Workbook(
            path, {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
        )
        self.bold = self.book.add_format({"bold": True})
        self.money = self.book.add_format({"num_format": "#,##0." + "0" * digits if digits else "#,##0"})

    def amount(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-self.digits)

    def sheet(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        sheet = self.book.add_worksheet(name[:31])
        sheet.set_column(0, max(len(columns) - 1, 0), 18)
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(columns):
            sheet.write_string(0, n, text(f"BEST_COLUMN_{column}", self.lang), self.bold)
        for line, row in enumerate(rows, start=1):
            for n, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(line, n, value, self.money)
                elif isinstance(value, int):
                    sheet.write_number(line, n, value)
                else:
                    sheet.write_string(line, n, str(value))  # text is never a formula here


def write_workbook(path: Path, told: BestPlans, table: pa.Table, *, lang: str) -> None:
    """`table`: rows of block.LIST_SCHEMA. Written whole or not at all."""
    write_durably(path, lambda temporary: _write(temporary, told, table, lang))


def _write(path: Path, told: BestPlans, table: pa.Table, lang: str) -> None:
    made = _Book(path, lang, currency(told.currency).minor_digits)
    summary: list[Sequence[object]] = [
        (text("BEST_COLUMN_MONTHS", lang), f"{told.cycles[0]} – {told.cycles[-1]}"),
        (text("BEST_COLUMN_SUBSCRIBERS", lang), told.subscribers),
        (text("BEST_COLUMN_SAVERS", lang), told.savers),
        (text("BEST_COLUMN_PRESENT", lang), made.amount(told.present_minor)),
        (text("BEST_COLUMN_RISK", lang), made.amount(told.saving_minor)),
        *told.unanswered.items(),
    ]
    made.sheet(text("BEST_SUMMARY", lang), ("WHAT", "VALUE"), summary)
    steps = [(step_words(one, lang, made.digits), one.subscribers, made.amount(one.saving_minor)) for one in told.steps]
    made.sheet(text("BEST_STEPS", lang), ("STEP", "SUBSCRIBERS", "SAVING"), steps)
    flows = [(one.from_offer, one.to_offer, one.subscribers, made.amount(one.saving_minor)) for one in told.flows]
    made.sheet(text("BEST_FLOWS", lang), ("FROM", "TO", "SUBSCRIBERS", "SAVING"), flows)
    for first in range(0, max(table.num_rows, 1), ROWS_OF_A_SHEET):
        number = first // ROWS_OF_A_SHEET
        name = text("BEST_LIST", lang) + (f" {number + 1}" if number else "")
        made.sheet(name, LIST_COLUMNS, _rows(made, table.slice(first, ROWS_OF_A_SHEET)))
    made.book.close()


def _rows(made: _Book, table: pa.Table) -> Iterable[Sequence[object]]:
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [
            [made.amount(n) for n in batch[name].to_pylist()] if name in AMOUNTS else batch[name].to_pylist()
            for name in table.column_names
        ]
        yield from zip(*columns, strict=True)


def step_words(step: Step, lang: str, digits: int) -> str:
    """A step of the distribution in whole units of the currency: "5 … 10"."""
    unit = 10**digits
    if step.to_minor is None:
        return text("BEST_STEP_MORE", lang, amount=step.from_minor // unit)
    return text("BEST_STEP", lang, low=step.from_minor // unit, high=step.to_minor // unit)
