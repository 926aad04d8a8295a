"""The tables of docs/numbers/bills.md and leaving.md, by the plain functions and by the compiled ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.billing.desk import ms
from tests.numbers.pages import FOLDER, Section, read_page

from yidian.domains.product_catalog.types import read_tariff
from yidian.kernel.billing import compiled
from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills, Circumstances, Holdings, Payers, States, Usage, bill
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.calendar import FOREVER_MS, month_period
from yidian.kernel.money import parse_micro, parse_minor
from yidian.kernel.rating.tariff import Tariff

PAGES = ("bills.md", "leaving.md")
SECTIONS = [section for page in PAGES for section in read_page(FOLDER / page) if section.tables]
COLUMNS = {"case", "month", "holds", "states", "used", "pays", "level", "bill"}
SPAN = re.compile(r"([0-9-]{10})\.\.([0-9-]{10})?")


def entries(text: str) -> list[list[str]]:
    return [entry.split() for entry in text.split(";") if entry.strip()]


def span(text: str) -> tuple[int, int]:
    match = SPAN.fullmatch(text)
    assert match is not None, text
    return ms(match[1]), ms(match[2]) if match[2] else FOREVER_MS


def columns(rows: list[tuple[int, ...]], width: int) -> list[Any]:
    return [np.array([row[n] for row in rows], np.int64) for n in range(width)]


class Case:
    """One row of a table: everything in it by name, and its bill."""

    def __init__(self, tariff: Tariff, row: dict[str, str]) -> None:
        self.book = compile_billing(tariff, month_period(row.get("month") or "2026-10", tariff.zone))
        self.held, self.states = entries(row["holds"]), entries(row.get("states", ""))
        self.used, self.pays = entries(row.get("used", "")), entries(row.get("pays", ""))
        self.people = sorted({entry[0] for entry in (*self.held, *self.used)})
        self.accounts = sorted({*self.people, *(entry[2] for entry in self.pays)})
        grades, level = self.book.grades, row.get("level", "") or "normal"
        self.grade = grades.index(level) if level in grades else len(grades)

    def bills(self, functions: Any) -> Bills:
        who, account, book = self.people.index, self.accounts.index, self.book
        used = [(who(s), account(s), book.items.index(i), parse_micro(m), 1, 1) for s, i, m in self.used]
        held = [(who(s), account(s), book.offers.index(o), *span(when)) for s, o, when in self.held]
        states = [(who(s), at.STATES.index(state), *span(when)) for s, state, when in self.states]
        return bill(
            book=book, usage=Usage(*columns(used, 6)), holdings=Holdings(*columns(held, 5)),
            subscribers=len(self.people), accounts=len(self.accounts), functions=functions,
            known=Circumstances(
                unit=np.zeros(len(self.people), np.int64), grade=np.full(len(self.people), self.grade, np.int64),
                states=States(*columns(states, 4)), payers=self.payers(book),
            ),
        )  # fmt: skip

    def payers(self, book: BillingBook) -> Payers:
        rows = []
        for n, (who, _, account, mode, *much) in enumerate(self.pays):
            value = 0
            if much:
                value = int(much[0].removesuffix("%")) * 10_000 if mode == "share" else parse_micro(much[0])
            rows.append((self.people.index(who), self.accounts.index(account), at.MODES.index(mode), value, n))
        named = [[items == "*" or item in items.split("+") for item in book.items] for _, items, *_ in self.pays]
        return Payers(*columns(rows, 5), np.array(named, np.int64).reshape(len(named), len(book.items)))

    def lines(self, made: Bills) -> dict[tuple[str, str], int]:
        """(account, item) → minor units; a discount under the item it reduces."""
        found: dict[tuple[str, str], int] = {}
        for row in made.rows.tolist():
            item = row[at.ROW_OF_ITEM] if row[at.ROW_OF_ITEM] >= 0 else row[at.ROW_ITEM]
            key = self.accounts[row[at.ROW_ACCOUNT]], self.book.items[item]
            found[key] = found.get(key, 0) + row[at.ROW_MINOR]
        return found


def tariff_of(section: Section, folder: Path) -> Tariff:
    return read_tariff(section.write_tariff(folder / "tariff"))


@pytest.mark.parametrize("door", ["plain", "machine"])
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_what_the_page_says_is_what_is_computed(section: Section, door: str, tmp_path: Path) -> None:
    tariff = tariff_of(section, tmp_path)
    faults = []
    for table in section.tables:
        taxes = [name for name in table.header if name.startswith("tax ")]
        assert set(table.header) - set(taxes) <= COLUMNS
        for line, row in table.rows:
            case = Case(tariff, row)
            made = case.bills(getattr(compiled, door)())
            wanted = {(a, i): parse_minor(m, case.book.currency) for a, i, m in entries(row["bill"])}
            if case.lines(made) != wanted:
                faults.append(f"line {line}, {row['case']}: {case.lines(made)} instead of {wanted}")
            for name in taxes:
                tax = int(made.tax_minor[:, case.book.tax_classes.index(name[4:])].sum())
                if tax != parse_minor(row[name], case.book.currency):
                    faults.append(f"line {line}, {row['case']}, {name}: {tax} instead of {row[name]}")
    assert not faults, "\n".join(faults)


def test_every_feature_has_its_section() -> None:
    titles = " ".join(section.title for section in SECTIONS)
    wanted = ("B7", "TP6", "TP7", "TP8", "TP12", "TP13", "X3", "T3", "D4", "advance", "half")
    assert all(name in titles for name in wanted)
