"""The command as it is typed, in a folder without an installation and in a Python without Django."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.conftest import REPOSITORY
from tests.quote.told import EXAMPLE, USAGE, write, yidian

from yidian.platform.sheets import read_table
from yidian.platform.wording import entries

QUOTE = ("quote", "--tariff", EXAMPLE, USAGE)
COLUMNS = ["event", "subscriber", "start", "item", "band", "why", "quantity", "units", "amount", "cut", "reason"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_go_to_a_file_and_sums_to_the_terminal(tmp_path: Path) -> None:
    code, told, complaint = yidian(*QUOTE, "-o", "out.csv", folder=tmp_path)
    assert (code, complaint) == (0, "")
    rows = rows_of(tmp_path / "out.csv")
    assert list(rows[0]) == COLUMNS
    assert sum(Decimal(row["amount"] or 0) for row in rows) == Decimal("10.24")
    assert [row["reason"] for row in rows if row["reason"]] == ["UNKNOWN_PLACE"]
    assert "13 rows written to out.csv." in told
    assert "lines = priced + rejected + without an event" in told
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_without_a_file_the_rows_are_shown_and_with_bill_the_bill(tmp_path: Path) -> None:
    code, told, _ = yidian(*QUOTE, "--bill", folder=tmp_path)
    assert code == 0
    for words in ("included: voice250 of sl129", "lines of the bill", "37.64", "tax inside the bills", "10.24"):
        assert words in told
    assert list(tmp_path.iterdir()) == []
    chinese = yidian(*QUOTE, "--bill", lang="zh", folder=tmp_path)[1]
    for words in ("套餐内：sl129 的 voice250", "行数 = 已批价 + 拒绝 + 无话单", "账单明细", "固定费", "37.64"):
        assert words in chinese
    assert "QUOTE_" not in told + chinese, "a code without words"


def test_a_workbook_and_parquet_say_the_same(tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx", "out.parquet"):
        assert yidian(*QUOTE, "-o", name, folder=tmp_path)[0] == 0
    rows = rows_of(tmp_path / "out.csv")
    amounts = [Decimal(row["amount"]) for row in rows if row["amount"]]
    workbook = [row for _, row in read_table(tmp_path / "out.xlsx").rows]
    assert [Decimal(row["amount"]) for row in workbook if row["amount"]] == amounts
    assert [row["why"] for row in workbook] == [row["why"] for row in rows]
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == COLUMNS
    assert [value for value in table["amount"].to_pylist() if value is not None] == amounts


def test_a_tariff_may_be_a_workbook(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "tariff.xlsx") as book:
        for path in sorted(EXAMPLE.glob("*.csv")):
            sheet = book.add_worksheet(path.stem)
            with path.open(encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.reader(file)):
                    sheet.write_row(number, 0, row)
    for tariff, name in (("tariff.xlsx", "a.csv"), (EXAMPLE, "b.csv")):
        assert yidian("quote", "--tariff", tariff, USAGE, "-o", name, folder=tmp_path)[0] == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_text_that_a_spreadsheet_would_obey_is_made_harmless(tmp_path: Path) -> None:
    usage = write(tmp_path, {"event": "=1+1", "home_area": "010", "other_party": "13800100001"})
    assert yidian("quote", "--tariff", EXAMPLE, usage, "-o", "out.csv", folder=tmp_path)[0] == 0
    assert rows_of(tmp_path / "out.csv")[0]["event"] == "'=1+1"


def test_bad_input_is_told_with_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("yesterday's\n", encoding="utf-8")
    usage = write(tmp_path, {"duration": "-5s"}, {"offers": "gold", "start": "soon"})
    code, told, complaint = yidian("quote", "--tariff", EXAMPLE, usage, "-o", "out.csv", folder=tmp_path)
    assert (code, told) == (2, "")
    for words in (
        "QUANTITY_NEGATIVE",
        "QUOTE_OFFER_UNKNOWN",
        "QUOTE_START_IMPOSSIBLE",
        "usage.csv",
        "-5s",
        "gold",
        "soon",
    ):
        assert words in complaint
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "yesterday's\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "usage.csv"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--tariff", EXAMPLE, USAGE, "-o", "out.txt"), "EXPORT_FORMAT_UNKNOWN"),
        (("--tariff", EXAMPLE, "nowhere.csv"), "FILE_NOT_FOUND"),
        (("--tariff", "nowhere.xlsx", USAGE), "FILE_NOT_FOUND"),
        (("--tariff", EXAMPLE, USAGE, "--cycle", "2026-13"), "MONTH_UNKNOWN"),
    ],
)
def test_a_command_that_cannot_be_done_says_so(arguments: tuple[object, ...], code: str, tmp_path: Path) -> None:
    ended, told, complaint = yidian("quote", *arguments, folder=tmp_path)
    assert (ended, told) == (2, "")
    assert code in complaint
    assert list(tmp_path.iterdir()) == []


def test_the_answer_is_never_written_over_the_question(tmp_path: Path) -> None:
    usage = write(tmp_path, {})
    before = usage.read_bytes()
    ended, _, complaint = yidian("quote", "--tariff", EXAMPLE, usage, "-o", usage, folder=tmp_path)
    assert (ended, usage.read_bytes()) == (2, before)
    assert "QUOTE_OUTPUT_IS_INPUT" in complaint
    assert yidian("quote", "--tariff", EXAMPLE, usage, "-o", EXAMPLE / "new.csv", folder=tmp_path)[0] == 2
    assert not (EXAMPLE / "new.csv").exists()


def test_the_help_speaks_both_languages(tmp_path: Path) -> None:
    assert "Needs no installation" in yidian("quote", "--help", folder=tmp_path)[1]
    assert "不需要安装目录" in yidian("quote", "--help", lang="zh", folder=tmp_path)[1]


def test_every_code_of_the_quote_has_words() -> None:
    files = [*(REPOSITORY / "src/yidian/runs/quote").glob("*.py"), REPOSITORY / "src/yidian/faces/cli/quote.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    codes = set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', source)) - {"OF_ITEM", "TAX_CLASS"}
    assert len(codes) > 30
    assert [code for code in sorted(codes) if code not in entries()] == []
