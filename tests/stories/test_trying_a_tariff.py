"""A product manager asks what October would have been under the prices of next year."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook
from tests.stories.shop import DEAR, Operator

CALLS = (
    "1,19900000001,13800211111,2026-10-02 10:00:00,61,021",  # Business Travel 49: two minutes at 0.19
    "2,19900000007,13800211111,2026-10-20 10:00:00,120,021",  # Business Travel 89: included
)


def test_the_prices_of_next_year_on_the_calls_of_october(operator: Operator, tmp_path: Path) -> None:
    operator.collect("october.csv", CALLS)
    draft = operator.tariff("draft", DEAR)
    assert "rate" in operator.yidian("tariff", "try", draft, "--cycle", "2026-10", exits=3)
    operator.yidian("rate", "2026-10")
    prices = draft / "prices.csv"
    now, coming = "sl49,voice_local,*,0.19,1min,1min,,,,,", "sl49,voice_local,*,0.29,1min,1min,,,,2027-01-01,"
    rows = prices.read_text(encoding="utf-8")
    assert now in rows
    prices.write_text(rows.replace(now, f"{now}2027-01-01\n{coming}"), encoding="utf-8")

    told = operator.yidian("tariff", "try", draft, "--cycle", "2026-10")
    assert "(0.00)" in told, "in October the old price is in force"
    told = operator.yidian(
        "tariff", "try", draft, "--cycle", "2026-10", "--on", "2027-01-01", "-o", tmp_path / "t.xlsx"
    )
    assert "(0.20)" in told, "two minutes, ten fen each"
    assert "1 pay more, 0 pay less" in told
    book = CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    assert book.sheet_names == ["summary", "distribution", "offers", "items", "sample bills", "accounts"]
    accounts = {row[0]: row[1:] for row in book.get_sheet_by_name("accounts").to_python()[1:]}
    assert accounts["A1"][2] == 0.2
    assert sum(row[2] for row in accounts.values()) == 0.2
    zh = operator.yidian("--lang", "zh", "tariff", "try", draft, "--cycle", "2026-10", "--move", "sl49=sl89")
    assert "个账户" in zh
    assert "sl49=" in operator.yidian("tariff", "try", draft, "--cycle", "2026-10", "--move", "sl49=", exits=2)
