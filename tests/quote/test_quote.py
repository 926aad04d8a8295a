"""A quote: month by month, every line accounted for, and the same money as the compiled arithmetic."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.quote.told import EXAMPLE, USAGE, write

from yidian.domains.product_catalog.types import read_tariff
from yidian.kernel.billing import compiled
from yidian.kernel.faults import BadInput
from yidian.kernel.rating import engine
from yidian.runs.quote.bill import bills
from yidian.runs.quote.quote import Quote, price_usage, quote
from yidian.runs.quote.rows import law, row_table, size, sums
from yidian.runs.quote.usage_file import read_usage

LONG = {"home_area": "010", "other_party": "13800210001"}
LOCAL = {"home_area": "010", "other_party": "13800100001"}


def asked(folder: Path, *rows: dict[str, str], cycle: str | None = None) -> Quote:
    return quote(tariff=EXAMPLE, usage=write(folder, *rows), cycle=cycle)


def test_rows_follow_the_file_and_every_line_is_accounted_for() -> None:
    found = quote(tariff=EXAMPLE, usage=USAGE)
    rows = row_table(found, "en").to_pylist()
    assert list(dict.fromkeys(row["event"] for row in rows)) == [one.name for one in found.usage.asked]
    told = law(found)
    assert told.lines == told.priced + told.rejected.total() + told.without_event == 10
    assert told.rejected == {"UNKNOWN_PLACE": 1}
    assert sum(row["amount_micro"] or 0 for row in rows) == sum(one.amount_micro for one in sums(found)) == 10_240_000


def test_why_names_the_price_or_the_allowance() -> None:
    found = quote(tariff=EXAMPLE, usage=USAGE)
    why = {(row["event"], row["band"], row["units"]): row["why"] for row in row_table(found, "en").to_pylist()}
    assert why["call-1", "", 600] == "included: voice250 of sl129, in blocks of 1min"
    assert why["call-4", "night", 120] == "price */voice_long/night/0: 0.04 CNY per 6s, in blocks of 6s"
    chinese = [row["why"] for row in row_table(found, "zh").to_pylist()]
    assert chinese[0] == "套餐内：sl129 的 voice250，计量单元 1min"
    assert chinese[-1] == "资费中没有该地点"


def test_why_names_the_step_and_the_cap(tmp_path: Path) -> None:
    step = asked(tmp_path, {"service": "fixed", "home_area": "010", "other_party": "01088880000", "duration": "4min"})
    assert [row["why"] for row in row_table(step, "en").to_pylist()][1].endswith(", from 3min of the event on")
    data = {"offers": "cx129", "service": "data", "bytes_down": "231GB"}
    rows = row_table(asked(tmp_path, data), "en").to_pylist()
    assert rows[1]["why"].endswith("0.03 CNY per 1MB, in blocks of 1KB, from 0B of the cycle on")
    assert rows[-2]["why"].endswith(", from 0B of the cycle on, cut by a cap")
    assert rows[-2]["cut_micro"] == 3_000_000


def test_events_of_several_months_are_priced_month_by_month(tmp_path: Path) -> None:
    rows = [
        {"offers": "sl129", "start": "2026-10-31T23:59:59", "duration": "250min", **LOCAL},
        {"start": "2026-11-01T00:00:00", "duration": "250min", **LOCAL},
        {"start": "2026-10-31T16:00:00Z", "duration": "60s", **LOCAL},  # midnight in Shanghai
    ]
    found = asked(tmp_path, *rows)
    assert [(month.name, len(month.asked)) for month in found.months] == [("2026-10", 1), ("2026-11", 2)]
    assert [total.amount_micro for month in found.months for total in month.priced.totals] == [0, 300_000]


def test_a_named_month_rejects_what_lies_outside(tmp_path: Path) -> None:
    rows = [{**LONG}, {"start": "2026-11-01T00:00:00", **LONG}]
    found = asked(tmp_path, *rows, cycle="2026-10")
    assert law(found).rejected == {"OUT_OF_CYCLE": 1}
    assert law(found).priced == 1
    with pytest.raises(BadInput, match="MONTH_UNKNOWN"):
        asked(tmp_path, *rows, cycle="October")


def test_events_of_one_instant_are_priced_in_the_order_of_their_lines(tmp_path: Path) -> None:
    same = {"offers": "sl129", "duration": "250min", **LONG}
    found = asked(tmp_path, same, same)
    assert [line.allowance is not None for line in found.months[0].priced.lines] == [True, False]


def test_a_family_shares(tmp_path: Path) -> None:
    rows = [
        {"subscriber": "main", "offers": "jt199", "unit": "family", "duration": "999min", **LOCAL},
        {"subscriber": "child", "offers": "fk10", "unit": "family", "start": "2026-10-06", "duration": "2min", **LOCAL},
    ]
    lines = asked(tmp_path, *rows).months[0].priced.lines
    told = [(line.subscriber, line.allowance is not None, line.amount_micro) for line in lines]
    assert told == [("main", True, 0), ("child", True, 0), ("child", False, 150_000)]


@pytest.mark.parametrize(
    ("row", "column"),
    [({"duration": "", **LONG}, "duration"), ({"service": "data"}, "bytes_down")],
)
def test_a_quantity_that_is_not_told_is_no_quantity_of_nought(row: dict[str, str], column: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        asked(tmp_path, row)
    (fault,) = refused.value.faults
    assert (fault.code, fault.where.line, fault.where.column) == ("QUOTE_QUANTITY_MISSING", 2, column)


def test_an_amount_beyond_bounds_is_parked_with_its_unit_and_the_others_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "tariff"
    folder.mkdir()
    sheets = {
        "tariff": "key,value\nformat,1\ncurrency,CNY\nzone,Asia/Shanghai",
        "items": "code,measure\ndata,volume",
        "rules": "order,item\n1,data",
        "offers": "code\ndear",
        "prices": "offer,item,price,per,block\n*,data,0.000001,1B,1B\ndear,data,999999999999,1B,1B",
    }
    for name, text in sheets.items():
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    usage = write(
        tmp_path,
        {"subscriber": "s", "offers": "dear", "service": "data", "bytes_down": "500TB"},
        {"subscriber": "t", "service": "data", "bytes_down": "5"},
    )
    found = quote(tariff=folder, usage=usage)
    assert law(found).rejected == Counter({"AMOUNT_OVERFLOW": 1})
    assert [row["reason"] for row in row_table(found, "en").to_pylist()] == ["AMOUNT_OVERFLOW", ""]
    (month,) = bills(found)
    assert month.aside == {"s": "UNIT_PARKED"}
    assert [bill.account for bill in month.bills] == ["t"]


def test_fees_discounts_and_minimum_are_on_the_bill(tmp_path: Path) -> None:
    rows = [
        {"offers": "cx129;hy2026", "account": "house", "duration": "60s", **LONG},
        {"subscriber": "t", "offers": "hy2026", "account": "house", "duration": "60s", **LONG},
    ]
    (month,) = bills(asked(tmp_path, *rows))
    told = [(line.subscriber, line.kind, line.item, line.of_item, line.amount_minor) for line in month.lines]
    assert told == [
        ("s", "usage", "voice_long", "", 0),
        ("s", "fee", "month_fee", "", 12900),
        ("s", "discount", "contract_gift", "month_fee", -1290),
        ("t", "usage", "voice_long", "", 70),
        ("t", "minimum", "minimum_gap", "", 3830),
    ]
    (bill,) = month.bills
    assert (bill.account, bill.total_minor) == ("house", 12900 - 1290 + 3900)
    assert [(t.tax_class, t.base_minor, t.tax_minor) for t in bill.taxes] == [("basic", 15510, 1281)]


def test_a_subscriber_without_usage_has_a_bill_of_its_month(tmp_path: Path) -> None:
    alone = {"offers": "gh25", "start": "", "service": "", "duration": ""}
    (month,) = bills(asked(tmp_path, alone, cycle="2026-10"))
    assert [bill.total_minor for bill in month.bills] == [2500]
    with pytest.raises(BadInput, match="QUOTE_MONTH_NEEDED"):
        asked(tmp_path, alone)


def test_plain_and_compiled_say_the_same() -> None:
    tariff = read_tariff(EXAMPLE)
    usage = read_usage(USAGE, tariff)
    plain = price_usage(tariff=tariff, usage=usage)
    fast = price_usage(tariff=tariff, usage=usage, with_engine=engine.fast())
    assert plain == fast
    assert bills(plain) == bills(fast, functions=compiled.machine())


@pytest.mark.parametrize(
    ("units", "measure", "words"),
    [
        (6, "duration", "6s"), (180, "duration", "3min"), (7200, "duration", "2h"), (0, "volume", "0B"),
        (1536, "volume", "1536B"), (3 << 20, "volume", "3MB"), (100, "count", "100"), (0, "count", "0"),
    ],
)  # fmt: skip
def test_sizes_are_told_as_a_tariff_writes_them(units: int, measure: str, words: str) -> None:
    assert size(units, measure) == words
