"""Every table of docs/numbers is computed, by the plain functions and the compiled ones, to the last micro and 分."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.numbers.arithmetic import ROUNDING_COLUMNS, SHARE_COLUMNS, rounding_faults, share_faults
from tests.numbers.cases import Answer, cases_of, priced
from tests.numbers.pages import FOLDER, PAGES, PageUnreadable, Section, Table, read_page, read_text

from yidian.domains.product_catalog.types import read_tariff
from yidian.kernel.billing import compiled as billing
from yidian.kernel.rating import engine

DOORS = {"plain": (engine.plain, billing.plain), "compiled": (engine.fast, billing.machine)}
PAGES_ASKED = {"tf.md", "ctc.md", "roundings.md", "plans.md", "plans-ctc.md", "packs-and-rollover.md"}
TF_ASKED = tuple(f"TF-{n:02}" for n in range(1, 15) if n not in (3, 4))
FACTS_ASKED = (*(f"TP{n}" for n in (*range(1, 7), *range(8, 13))), "TF-03", "TF-04", "TF-05", "TF-12", "TF-13")


def faults_of(section: Section, table: Table, folder: Path, door: str) -> tuple[int, list[str]]:
    """How many rows were computed, and what is not as the table says."""
    rating, bills = DOORS[door]
    if table.header == ROUNDING_COLUMNS:
        return len(table.rows), rounding_faults(table, rating())
    if table.header == SHARE_COLUMNS:
        return len(table.rows), share_faults(table)
    cases = cases_of(table)
    if not (folder / "tariff").is_dir():
        section.write_tariff(folder / "tariff")
    tariff = read_tariff(folder / "tariff")
    faults = []
    for case in cases:
        answer = Answer(case, priced(case, tariff, folder, rating()), bills())
        for row in case.rows:
            found, wanted = answer.of(row), answer.wanted(row)
            faults += [
                f"line {row.line}, {case.name}, {c}: {found[c]!r} instead of {wanted[c]!r}"
                for c in wanted
                if found[c] != wanted[c]
            ]
    return sum(len(case.rows) for case in cases), faults


def check(sections: list[Section], folder: Path, door: str) -> int:
    """Compute all tables; the number of rows. AssertionError with everything that is not as said."""
    rows, faults = 0, []
    for number, section in enumerate(sections):
        for table in section.tables:
            computed, wrong = faults_of(section, table, folder / str(number), door)
            rows, faults = rows + computed, faults + wrong
    assert not faults, "\n" + "\n".join(faults)
    return rows


def test_the_pages_that_are_asked_for_are_there() -> None:
    assert {page.name for page in PAGES} >= PAGES_ASKED


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_says_is_what_is_computed(page: Path, door: str, tmp_path: Path) -> None:
    sections = read_page(page)
    rows = check(sections, tmp_path, door)
    lines = sum(line.lstrip().startswith("|") for line in page.read_text(encoding="utf-8").splitlines())
    tables = sum(len(section.tables) for section in sections)
    assert rows == lines - 2 * tables > 0, "a row of a table was not computed"


def test_every_requirement_of_tariffs_has_its_row() -> None:
    page = next(path for path in PAGES if path.name == "tf.md")
    named = " ".join(row["case"] for section in read_page(page) for table in section.tables for _, row in table.rows)
    assert [name for name in TF_ASKED if name not in named] == []


def test_every_fact_of_tariffs_that_is_asked_for_is_named_where_it_is_worked_out() -> None:
    """In a heading or a row of some page, those with tests of their own included."""
    pages = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")]
    lines = " ".join(line for text in pages for line in text.splitlines() if line.startswith(("##", "|")))
    assert [fact for fact in FACTS_ASKED if not re.search(rf"\b{fact}\b", lines)] == []


EXAMPLE = """
Tariff: [examples/tariff-cn](../../examples/tariff-cn)

| case | offers | home_area | start | service | other_party | duration | amount |
|---|---|---|---|---|---|---|---|
| ten minutes | sl89 | 010 | 2026-10-05T09:00:00 | voice | 13800100001 | 10min | 3.50 |
"""


def computed(text: str, tmp_path: Path) -> int:
    return check(read_text(text, FOLDER), tmp_path, "plain")


def test_a_wrong_expectation_fails(tmp_path: Path) -> None:
    assert computed(EXAMPLE, tmp_path / "a") == 1
    with pytest.raises(AssertionError, match="3500000 instead of 3500001"):
        computed(EXAMPLE.replace("3.50 ", "3.500001 "), tmp_path / "b")


UNREADABLE = {
    "an unknown column": EXAMPLE.replace("duration |", "lenght |"),
    "nothing expected": EXAMPLE.replace("| 3.50 |", "|  |"),
    "no column of expectations": EXAMPLE.replace("amount |", "why |"),
    "a row without its case": EXAMPLE.replace("| ten minutes |", "|  |"),
    "a cell too many": EXAMPLE.replace("| 3.50 |", "| 3.50 | |"),
    "no rows": EXAMPLE.rpartition("\n|")[0],
    "an unknown block": EXAMPLE + "\n```csv prices\na,b\n```\n",
    "a block without an end": EXAMPLE + "\n```csv tariff prices\na,b\n",
    "no such tariff": EXAMPLE.replace("../../examples/tariff-cn", "../../examples/tariff-none"),
    "an item that is not there": EXAMPLE.replace("amount |", "bill rent |"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_computed_is_not_passed_over(kind: str, tmp_path: Path) -> None:
    with pytest.raises(PageUnreadable):
        computed(UNREADABLE[kind], tmp_path)


def test_the_sheets_of_a_section_take_the_place_of_the_page_s(tmp_path: Path) -> None:
    dearer = "```csv tariff prices\noffer,item,price,per,block\n*,voice_local,0.50,1min,1min\n```\n"
    table = EXAMPLE[EXAMPLE.index("| case") :].replace("sl89", "").replace("3.50", "5.00")
    others = "```csv tariff {}\n{}\n```\n"
    small = [
        ("allowances", "code,offer,items,quantity,block"), ("caps", "code,offer,items,amount"),
    ]  # fmt: skip
    page = EXAMPLE + "\n## Dearer\n" + dearer + "".join(others.format(*one) for one in small) + table
    assert computed(page, tmp_path) == 2


def test_a_door_that_errs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def off_by_one() -> SimpleNamespace:
        functions = engine.plain()
        right = functions.price_units

        def price_units(*arguments: object) -> object:
            answer = right(*arguments)
            arguments[3].amount_micro[0] += 1  # type: ignore[attr-defined]
            return answer

        functions.price_units = price_units
        return functions

    monkeypatch.setitem(DOORS, "plain", (off_by_one, billing.plain))
    with pytest.raises(AssertionError, match="3500001 instead of 3500000"):
        computed(EXAMPLE, tmp_path)
