"""Everybody's best plan as a workbook for marketing: what it comes to, flows, and the list; money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from yidian.kernel.money import currency
from yidian.platform.files import write_durably
from yidian.platform.sheets.book import Book, written_book
from yidian.platform.wording import text
from yidian.runs.best.types import BestPlans, Step

LIST_COLUMNS: Final = ("SUBSCRIBER", "NUMBER", "OFFER", "PRESENT", "BEST", "COST", "SAVING", "SECOND", "SECOND_COST",
                       "REASON")  # fmt: skip
AMOUNTS: Final = ("present_minor", "best_minor", "saving_minor", "second_minor")
ROWS_OF_A_SHEET: Final = 1_000_000  # Excel ends at 1,048,576


def write_workbook(path: Path, told: BestPlans, table: pa.Table, *, lang: str) -> None:
    """`table`: rows of block.LIST_SCHEMA. Written whole or not at all."""
    write_durably(path, lambda temporary: _write(temporary, told, table, lang))


def _write(path: Path, told: BestPlans, table: pa.Table, lang: str) -> None:
    def said(code: str) -> str:
        return text(code, lang)

    with written_book(path, digits=currency(told.currency).minor_digits) as made:
        summary: list[Sequence[object]] = [
            (said("BEST_COLUMN_MONTHS"), f"{told.cycles[0]} – {told.cycles[-1]}"),
            (said("BEST_COLUMN_SUBSCRIBERS"), told.subscribers),
            (said("BEST_COLUMN_SAVERS"), told.savers),
            (said("BEST_COLUMN_PRESENT"), made.money(told.present_minor)),
            (said("BEST_COLUMN_RISK"), made.money(told.saving_minor)),
            *((why_nothing(reason, lang), count) for reason, count in told.unanswered.items()),
        ]
        made.sheet(said("BEST_SUMMARY"), _heads(lang, "WHAT", "VALUE"), summary)
        steps = [
            (step_words(one, lang, made.digits), one.subscribers, made.money(one.saving_minor)) for one in told.steps
        ]
        made.sheet(said("BEST_STEPS"), _heads(lang, "STEP", "SUBSCRIBERS", "SAVING"), steps)
        flows = [(one.from_offer, one.to_offer, one.subscribers, made.money(one.saving_minor)) for one in told.flows]
        made.sheet(said("BEST_FLOWS"), _heads(lang, "FROM", "TO", "SUBSCRIBERS", "SAVING"), flows)
        for first in range(0, max(table.num_rows, 1), ROWS_OF_A_SHEET):
            number = first // ROWS_OF_A_SHEET
            name = said("BEST_LIST") + (f" {number + 1}" if number else "")
            made.sheet(name, _heads(lang, *LIST_COLUMNS), _rows(made, table.slice(first, ROWS_OF_A_SHEET), lang))


def _heads(lang: str, *columns: str) -> list[str]:
    return [text(f"BEST_COLUMN_{column}", lang) for column in columns]


def _rows(made: Book, table: pa.Table, lang: str) -> Iterable[Sequence[object]]:
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [_cells(made, name, batch[name].to_pylist(), lang) for name in table.column_names]
        yield from zip(*columns, strict=True)


def _cells(made: Book, name: str, values: list[Any], lang: str) -> list[Any]:
    if name in AMOUNTS:
        return [made.money(amount_minor) for amount_minor in values]
    return [why_nothing(reason, lang) for reason in values] if name == "reason" else values


def why_nothing(reason: str, lang: str) -> str:
    """Why nothing can be said of a number, in words; "" of those of which it can."""
    return text(f"BEST_NUMBERS_{reason}", lang) if reason else ""


def step_words(step: Step, lang: str, digits: int) -> str:
    """A step of the distribution in whole units of the currency: "5 … 10"."""
    unit = 10**digits
    if step.to_minor is None:
        return text("BEST_STEP_MORE", lang, amount=step.from_minor // unit)
    return text("BEST_STEP", lang, low=step.from_minor // unit, high=step.to_minor // unit)
