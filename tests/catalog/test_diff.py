"""What two tariffs differ in, told by day, by row and by cell; and nothing told where they say the same."""

from __future__ import annotations

import csv
import random
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.example import EXAMPLE, as_workbook, change, copy_of_example

from yidian.domains.product_catalog.canonical import ROWS
from yidian.domains.product_catalog.comparing.keys import KEY_OF
from yidian.domains.product_catalog.types import Change, compare_tariffs, read_tariff
from yidian.domains.product_catalog.workbook.forms import FORMS
from yidian.domains.product_catalog.workbook.kinds import Quantity
from yidian.domains.product_catalog.workbook.writing import Writer, told_columns
from yidian.faces.cli.main import main
from yidian.kernel.rating import tariff as t

DECEMBER = date(2026, 12, 1)
SMS = "*,sms,*,0.10,1,1,,,,,"


def _told(changes: tuple[Change, ...]) -> list[tuple[Any, ...]]:
    return [
        (c.sheet, c.key, c.how, c.since, c.until, [(cell.column, cell.before, cell.after) for cell in c.cells])
        for c in changes
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_example(tmp_path)


def test_a_tariff_does_not_differ_from_itself_in_any_order_or_file(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(3).shuffle(rows)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    example = read_tariff(EXAMPLE)
    assert compare_tariffs(example, read_tariff(folder)) == ()
    assert compare_tariffs(example, read_tariff(as_workbook(folder, tmp_path / "t.xlsx"))) == ()


def test_a_price_that_changes_on_a_day_is_one_change_from_that_day(folder: Path) -> None:
    change(folder, "prices", SMS, "*,sms,*,0.10,1,1,,,,,2026-12-01\n*,sms,*,0.12,1,1,,,,2026-12-01,")
    assert _told(compare_tariffs(read_tariff(EXAMPLE), read_tariff(folder))) == [
        ("prices", ("*", "sms", "*", "0"), "changed", DECEMBER, None, [("price", "0.10", "0.12")])
    ]


def test_a_row_cut_into_periods_or_a_list_in_another_order_says_the_same(folder: Path) -> None:
    change(folder, "prices", SMS, "*,sms,*,0.10,1,1,,,,,2026-12-01\n*,sms,*,0.10,1,1,,,,2026-12-01,")
    change(
        folder, "allowances", "voice500,cx129,voice_local;voice_long;voice_roam,500min,1min,*,100,subscriber",
        "voice500,cx129,voice_roam;voice_local;voice_long,500min,60s,*,100,subscriber",
    )  # fmt: skip
    assert compare_tariffs(read_tariff(EXAMPLE), read_tariff(folder)) == ()


def test_rows_that_came_went_and_ended_are_told_whole_with_their_days(folder: Path) -> None:
    change(folder, "caps", "data600,jt199,data,600,subscriber", "")
    change(folder, "fees", "ll5g,pack_fee,15,cycle,none,,,", "ll5g,pack_fee,15,cycle,none,,,2026-12-01")
    change(folder, "prefixes", "", "00499,idd_night,")
    change(folder, "taxes", "data_sms,9%,2026-01-01,", "data_sms,9.5%,2026-01-01,")
    change(folder, "bands", "night,day,*,07:00,24:00", "night,day,*,07:00,23:00\nnight,night,*,23:00,24:00")
    assert _told(compare_tariffs(read_tariff(EXAMPLE), read_tariff(folder))) == [
        ("prefixes", ("00499",), "added", None, None, [("zone", "", "idd_night")]),
        ("bands", ("night", "*", "07:00"), "changed", None, None, [("end", "24:00", "23:00")]),
        ("bands", ("night", "*", "23:00"), "added", None, None, [("band", "", "night"), ("end", "", "24:00")]),
        ("fees", ("ll5g", "pack_fee", "cycle", "any"), "ended", DECEMBER, None, [("amount", "15.00", "")]),
        ("caps", ("data600", "jt199"), "ended", None, None, [("items", "data", ""), ("amount", "600.00", "")]),
        ("taxes", ("data_sms",), "changed", date(2026, 1, 1), None, [("rate", "9%", "9.5%")]),
    ]


def test_new_names_are_told_apart_from_new_amounts(folder: Path) -> None:
    change(
        folder,
        "offers",
        "ll5g,pack,5GB流量包,5 GB data pack,50,,,,mobile",
        "ll5g,pack,五GB包,5 GB data pack,50,,,,mobile",
    )
    change(folder, "offers", "ldxs,pack,来电显示,caller display,50,,,,", "ldxs,pack,来显,caller display,60,,,,")
    assert _told(compare_tariffs(read_tariff(EXAMPLE), read_tariff(folder))) == [
        ("offers", ("ldxs",), "changed", None, None, [("name_zh", "来电显示", "来显"), ("priority", "50", "60")]),
        ("offers", ("ll5g",), "renamed", None, None, [("name_zh", "5GB流量包", "五GB包")]),
    ]


def test_the_head_and_money_of_another_currency() -> None:
    example = read_tariff(EXAMPLE)
    yen = replace(example, currency="JPY", bill_rounding="up", minimums=())
    least = ("hy2026", "any", "*")
    assert _told(compare_tariffs(example, yen)) == [
        ("tariff", ("currency",), "changed", None, None, [("value", "CNY", "JPY")]),
        ("tariff", ("bill_rounding",), "changed", None, None, [("value", "half_up", "up")]),
        ("minimums", least, "ended", None, None, [("item", "minimum_gap", ""), ("amount", "39.00", "")]),
    ]
    back = compare_tariffs(yen, replace(example, minimums=()))
    assert [c.cells[0].after for c in back] == ["CNY", "half_up"]


def test_what_is_told_is_what_differs_on_each_day() -> None:
    """Random histories of one price: on every day, the tariffs differ exactly where a change says so."""
    rng = random.Random(11)
    first = date(2026, 1, 1)
    days = [first + timedelta(n) for n in range(-1, 13)]
    price = t.Price(offer="*", item="sms", price_micro=0, per=1, block=1)
    example = read_tariff(EXAMPLE)

    def history() -> tuple[t.Price, ...]:
        cuts = sorted(rng.sample(range(12), rng.randint(2, 5)))
        rows = [
            replace(price, price_micro=rng.randint(1, 2) * 10_000, valid_from=first + timedelta(a), valid_to=end)
            for a, end in zip(cuts, [*(first + timedelta(b) for b in cuts[1:]), None], strict=True)
            if rng.random() < 0.8
        ]
        return tuple(rows)

    def on(rows: tuple[t.Price, ...], day: date) -> list[int]:
        return [row.price_micro for row in rows if row.in_force(day)]

    for _ in range(300):
        old, new = history(), history()
        changes = compare_tariffs(replace(example, prices=old), replace(example, prices=new))
        for day in days:
            told = [c.how for c in changes if (c.since or date.min) <= day and (c.until is None or day < c.until)]
            was, now = on(old, day), on(new, day)
            expected = [] if was == now else ["added" if not was else "ended" if not now else "changed"]
            assert told == expected, (old, new, day)


def test_every_sheet_has_a_key_and_every_cell_is_written_as_it_is_read() -> None:
    assert set(KEY_OF) == set(ROWS.values())
    example = read_tariff(EXAMPLE)
    writer = Writer.of(example)
    for form in FORMS:
        for row in getattr(example, form.sheet):
            for column in told_columns(form.row):
                text = writer.cell(row, column)
                read = column.kind.read(text) if text else form.defaults[column.fills]
                read = read.units if isinstance(read, Quantity) else read
                assert read == getattr(row, column.fills), (form.sheet, column.name, text)


def test_every_field_can_be_told() -> None:
    for form in FORMS:
        assert {c.fills for c in told_columns(form.row)} == {f.name for f in fields(form.row)} - {
            "valid_from",
            "valid_to",
        }


def test_the_command_tells_it_and_writes_it(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "tariff", "diff", str(EXAMPLE), str(EXAMPLE)]) == 0
    assert "They say the same" in capsys.readouterr().out
    change(folder, "prices", SMS, "*,sms,*,0.12,1,1,,,,,")
    change(
        folder,
        "offers",
        "ll5g,pack,5GB流量包,5 GB data pack,50,,,,mobile",
        "ll5g,pack,五GB包,5 GB data pack,50,,,,mobile",
    )
    assert main(["--lang", "zh", "tariff", "diff", str(EXAMPLE), str(folder)]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("变更", "仅改名", "0.10", "0.12", "五GB包"))
    target = tmp_path / "diff.csv"
    assert main(["--lang", "en", "tariff", "diff", str(EXAMPLE), str(folder), "-o", str(target)]) == 0
    with target.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["offers", "ll5g", "name only", "", "", "name_zh", "5GB流量包", "五GB包"],
            ["prices", "* sms * 0", "changed", "", "", "price", "0.10", "0.12"],
        ]
    assert main(["tariff", "diff", str(EXAMPLE), str(folder / "none.xlsx")]) == 2


def test_editions_are_compared_by_their_numbers(tenant: Any, folder: Path) -> None:
    from datetime import UTC, datetime

    from yidian.domains.product_catalog import operations, queries

    change(folder, "prefixes", "", "00499,idd_night,")
    for path in (EXAMPLE, folder):
        operations.load_tariff(
            tenant=tenant, tariff=read_tariff(path), source="x", now=datetime(2026, 11, 2, tzinfo=UTC)
        )
    one, two = (queries.tariff_of_edition(tenant=tenant, number=number) for number in (1, 2))
    assert _told(compare_tariffs(one, two)) == [
        ("prefixes", ("00499",), "added", None, None, [("zone", "", "idd_night")])
    ]
    assert compare_tariffs(two, read_tariff(folder)) == ()
