"""A trial as a workbook for whoever decides: what it comes to, for whom, for what, with a chart; money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from yidian.kernel.money import currency
from yidian.platform.files import write_durably
from yidian.platform.wording import text
from yidian.runs.trial.run import Tried
from yidian.runs.trial.types import Sample, Step

Row = Sequence[object]
HEAD: Final = "TRIAL_COLUMN_"


class _Book:
    """Sheets of text and money in one language."""

    def __init__(self, path: Path, lang: str, digits: int) -> None:
        self.lang, self.digits = lang, digits
        self.book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        self.bold = self.book.add_format({"bold": True})
        self.money_format = self.book.add_format({"num_format": "#,##0." + "0" * digits if digits else "#,##0"})

    def money(self, amount_minor: int) -> Decimal:
        return Decimal(amount_minor).scaleb(-self.digits)

    def sheet(self, code: str, columns: Sequence[str], rows: Iterable[Row]) -> Any:
        sheet = self.book.add_worksheet(text(code, self.lang)[:31])
        for n, column in enumerate(columns):
            sheet.write_string(0, n, text(HEAD + column, self.lang), self.bold)
        for line, row in enumerate(rows, start=1):
            for n, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(line, n, value, self.money_format)
                elif isinstance(value, int):
                    sheet.write_number(line, n, value)
                else:
                    sheet.write_string(line, n, str(value))  # text is never a formula here
        sheet.set_column(0, max(len(columns) - 1, 0), 18)
        sheet.freeze_panes(1, 0)
        return sheet


def write_workbook(path: Path, tried: Tried, *, lang: str) -> None:
    """Sheets: what it comes to, distribution (with a chart), offers, items, sample bills, every account."""
    write_durably(path, lambda temporary: _write(temporary, tried, lang))


def _write(path: Path, tried: Tried, lang: str) -> None:
    trial = tried.trial
    made = _Book(path, lang, currency(trial.currency).minor_digits)
    made.sheet("TRIAL_SHEET_SUMMARY", ("WHAT", "BEFORE", "AFTER", "DIFFERENCE"), _summary(made, tried))
    _distribution(made, trial.steps)
    pairs = ("CODE", "COUNT", "BEFORE", "AFTER", "DIFFERENCE")
    for code, found in (("TRIAL_SHEET_OFFERS", trial.offers), ("TRIAL_SHEET_ITEMS", trial.items)):
        rows = (
            (one.code, one.count, *map(made.money, (one.before_minor, one.after_minor, one.difference_minor)))
            for one in found
        )
        made.sheet(code, pairs, rows)
    lines = ("ACCOUNT", "SUBSCRIBER", "KIND", "ITEM", "DETAIL", "BEFORE", "AFTER", "DIFFERENCE")
    made.sheet("TRIAL_SHEET_SAMPLES", lines, _samples(made, (*trial.rises, *trial.falls)))
    table = tried.accounts.to_pydict()
    everybody = zip(
        table["account"],
        *(map(made.money, table[f"{n}_minor"]) for n in ("before", "after", "difference")),
        strict=True,
    )
    made.sheet("TRIAL_SHEET_ACCOUNTS", ("ACCOUNT", "BEFORE", "AFTER", "DIFFERENCE"), everybody)
    made.book.close()


def _summary(made: _Book, tried: Tried) -> list[Row]:
    trial, lang = tried.trial, made.lang
    sums = ((trial.before_minor, trial.after_minor), (trial.tax_before_minor, trial.tax_after_minor))
    rows: list[Row] = [
        (text(code, lang), made.money(old), made.money(new), made.money(new - old))
        for code, (old, new) in zip(("TRIAL_REVENUE", "TRIAL_TAX"), sums, strict=True)
    ]
    counts = (("TRIAL_MORE", trial.more), ("TRIAL_LESS", trial.less), ("TRIAL_SAME", trial.same))
    rows += [(text(code, lang), "", count, "") for code, count in counts]
    rows.append((text("TRIAL_PARKED", lang), trial.parked_before, trial.parked_after, ""))
    for reason in sorted({*trial.rejected_before, *trial.rejected_after}):
        rows.append((reason, trial.rejected_before.get(reason, 0), trial.rejected_after.get(reason, 0), ""))
    return rows


def _distribution(made: _Book, steps: Sequence[Step]) -> None:
    rows = [
        (step_words(step, made.lang, made.digits), step.accounts, made.money(step.difference_minor)) for step in steps
    ]
    sheet = made.sheet("TRIAL_SHEET_DISTRIBUTION", ("CHANGE", "ACCOUNTS", "DIFFERENCE"), rows)
    chart = made.book.add_chart({"type": "column"})
    name = text("TRIAL_SHEET_DISTRIBUTION", made.lang)[:31]
    last = len(rows)
    chart.add_series({"categories": [name, 1, 0, last, 0], "values": [name, 1, 1, last, 1], "gap": 20})
    chart.set_legend({"none": True})
    chart.set_title({"name": text("TRIAL_DISTRIBUTION", made.lang)})
    sheet.insert_chart("E2", chart, {"x_scale": 1.6, "y_scale": 1.3})


def step_words(step: Step, lang: str, digits: int) -> str:
    """A step of the distribution in whole units of the currency: "+5 … +10"."""
    unit = 10**digits
    if step.from_minor == 0 and step.to_minor == 1:
        return text("TRIAL_STEP_SAME", lang)
    if step.from_minor is None:
        return text("TRIAL_STEP_LESS", lang, amount=_whole(-(1 - (step.to_minor or 0)), unit))
    if step.to_minor is None:
        return text("TRIAL_STEP_MORE", lang, amount=_whole(step.from_minor, unit))
    low, high = (step.from_minor, step.to_minor) if step.from_minor > 0 else (step.from_minor - 1, step.to_minor - 1)
    return text("TRIAL_STEP", lang, low=_whole(low, unit), high=_whole(high, unit))


def _whole(amount_minor: int, unit: int) -> str:
    """Whole units with their sign; what lies within one unit of nothing is 0."""
    count = abs(amount_minor) // unit
    return f"{'−' if amount_minor < 0 else '+'}{count}" if count else "0"


def _samples(made: _Book, samples: Sequence[Sample]) -> Iterable[Row]:
    for sample in samples:
        whole = (sample.before_minor, sample.after_minor, sample.after_minor - sample.before_minor)
        yield (sample.account, "", "", "", "", *map(made.money, whole))
        for line in sample.lines:
            amounts = (line.before_minor, line.after_minor, line.after_minor - line.before_minor)
            yield (sample.account, line.subscriber, line.kind, line.item, line.detail, *map(made.money, amounts))
