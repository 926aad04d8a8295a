"""A trial as a workbook for whoever decides: what it comes to, for whom, for what, with a chart; money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from yidian.kernel.money import currency
from yidian.platform.files import write_durably
from yidian.platform.sheets.book import Book, written_book
from yidian.platform.wording import text
from yidian.runs.trial.run import Tried
from yidian.runs.trial.types import Sample, Step

Row = Sequence[object]


def write_workbook(path: Path, tried: Tried, *, lang: str) -> None:
    """Sheets: what it comes to, distribution (with a chart), offers, items, sample bills, every account."""
    write_durably(path, lambda temporary: _write(temporary, tried, lang))


def _write(path: Path, tried: Tried, lang: str) -> None:
    trial = tried.trial
    with written_book(path, digits=currency(trial.currency).minor_digits) as made:
        made.sheet(
            text("TRIAL_SHEET_SUMMARY", lang), _heads(lang, "WHAT", "BEFORE", "AFTER", "DIFFERENCE"),
            _summary(made, tried, lang),
        )  # fmt: skip
        _distribution(made, trial.steps, lang)
        pairs = _heads(lang, "CODE", "COUNT", "BEFORE", "AFTER", "DIFFERENCE")
        for code, found in (("TRIAL_SHEET_OFFERS", trial.offers), ("TRIAL_SHEET_ITEMS", trial.items)):
            rows = (
                (one.code, one.count, *map(made.money, (one.before_minor, one.after_minor, one.difference_minor)))
                for one in found
            )
            made.sheet(text(code, lang), pairs, rows)
        lines = _heads(lang, "ACCOUNT", "SUBSCRIBER", "KIND", "ITEM", "DETAIL", "BEFORE", "AFTER", "DIFFERENCE")
        made.sheet(text("TRIAL_SHEET_SAMPLES", lang), lines, _samples(made, (*trial.rises, *trial.falls)))
        table = tried.accounts.to_pydict()
        everybody = zip(
            table["account"],
            *(map(made.money, table[f"{n}_minor"]) for n in ("before", "after", "difference")),
            strict=True,
        )
        heads = _heads(lang, "ACCOUNT", "BEFORE", "AFTER", "DIFFERENCE")
        made.sheet(text("TRIAL_SHEET_ACCOUNTS", lang), heads, everybody)


def _heads(lang: str, *columns: str) -> list[str]:
    return [text(f"TRIAL_COLUMN_{column}", lang) for column in columns]


def _summary(made: Book, tried: Tried, lang: str) -> list[Row]:
    trial = tried.trial
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


def _distribution(made: Book, steps: Sequence[Step], lang: str) -> None:
    rows = [(step_words(step, lang, made.digits), step.accounts, made.money(step.difference_minor)) for step in steps]
    sheet = made.sheet(text("TRIAL_SHEET_DISTRIBUTION", lang), _heads(lang, "CHANGE", "ACCOUNTS", "DIFFERENCE"), rows)
    made.columns_drawn(sheet, count=len(rows), title=text("TRIAL_DISTRIBUTION", lang), at="E2")


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


def _samples(made: Book, samples: Sequence[Sample]) -> Iterable[Row]:
    for sample in samples:
        whole = (sample.before_minor, sample.after_minor, sample.after_minor - sample.before_minor)
        yield (sample.account, "", "", "", "", *map(made.money, whole))
        for line in sample.lines:
            amounts = (line.before_minor, line.after_minor, line.after_minor - line.before_minor)
            yield (sample.account, line.subscriber, line.kind, line.item, line.detail, *map(made.money, amounts))
