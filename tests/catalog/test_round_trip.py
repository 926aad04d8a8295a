"""One tariff, three homes: a folder of CSV, a workbook, the database."""

from __future__ import annotations

import contextlib
import random
import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from tests.catalog.example import EXAMPLE, as_workbook, change, copy_of_example

from yidian.domains.product_catalog.canonical import digest
from yidian.domains.product_catalog.workbook import read_tariff
from yidian.kernel.calendar import band_edges, month_period
from yidian.kernel.rating import tariff as t

DIGEST_OF_THE_EXAMPLE = "13d0ff475b33f446762496a3b4e501339600c4363f32de3654d03cf51bd9978d"  # made before ADR 24


def _as_a_spreadsheet_types(text: str) -> object:
    """Numbers, dates, times and percents become what a spreadsheet makes of them when somebody types them in."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"[01][0-9]:[0-9]{2}", text):
        return time.fromisoformat(text)
    if re.fullmatch(r"[1-9][0-9]*%", text):
        return int(text[:-1]) / 100
    if re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?", text):
        with contextlib.suppress(ValueError):
            return float(text)
    return text


def test_a_folder_and_a_workbook_say_the_same(tmp_path: Path) -> None:
    from_folder = read_tariff(EXAMPLE)
    assert read_tariff(as_workbook(EXAMPLE, tmp_path / "text.xlsx")) == from_folder
    assert read_tariff(as_workbook(EXAMPLE, tmp_path / "typed.xlsx", _as_a_spreadsheet_types)) == from_folder


def test_the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(rows)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert read_tariff(folder) == read_tariff(EXAMPLE)
    assert digest(read_tariff(folder)) == digest(read_tariff(EXAMPLE))
    change(folder, "minimums", "hy2026,minimum_gap,39", "hy2026,minimum_gap,39.01")
    assert digest(read_tariff(folder)) != digest(read_tariff(EXAMPLE))


def test_columns_that_the_format_was_given_later_change_no_digest_until_they_say_something(tmp_path: Path) -> None:
    """The example has rows on every sheet of the first format, and was an edition before the later columns.

    Since then its sub card says beside what it is given, and its offers of which line they are: without that it is the
    edition of old.
    """
    assert digest(read_tariff(EXAMPLE)) != digest(_as_of_old(EXAMPLE)) == DIGEST_OF_THE_EXAMPLE
    folder = copy_of_example(tmp_path)
    written = (folder / "minimums.csv").read_text(encoding="utf-8").splitlines()
    for free_cycles, same in (("0", True), ("1", False)):
        rows = [f"{written[0]},during,free_cycles", *(f"{row},any,{free_cycles}" for row in written[1:])]
        (folder / "minimums.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        assert (digest(_as_of_old(folder)) == DIGEST_OF_THE_EXAMPLE) is same


def _as_of_old(folder: Path) -> t.Tariff:
    """The tariff with what its offers were given later at its default."""
    tariff = read_tariff(folder)
    return replace(tariff, offers=tuple(replace(offer, needs=(), line_of_business="") for offer in tariff.offers))


def test_units_are_those_of_the_kernel() -> None:
    tariff = read_tariff(EXAMPLE)
    prices = {(p.offer, p.item, p.band, p.tier_from): p for p in tariff.prices}
    step = prices["cx129", "data", "*", 100 << 20]
    assert (step.price_micro, step.per, step.block, step.repeat) == (0, 1 << 20, 1 << 10, 1 << 30)
    assert prices["*", "voice_long", "night", 0].price_micro == 40_000
    assert prices["*", "fixed_local", "*", 180].block == 60
    assert {a.code: a.quantity for a in tariff.allowances}["voice500"] == 30_000
    assert t.Tax(tax_class="data_sms", rate_ppm=90_000, valid_from=date(2026, 1, 1)) in tariff.taxes
    assert {(d.code, d.rate_ppm, d.amount_micro) for d in tariff.discounts} == {
        ("contract10", 100_000, 0), ("spend300", 0, 20_000_000),
    }  # fmt: skip


def test_a_band_over_midnight_is_two_and_the_kernel_takes_them() -> None:
    tariff = read_tariff(EXAMPLE)
    idle = [b for b in tariff.bands if b.band_set == "idle" and b.day_type == "*"]
    assert sorted((b.band, b.from_minute, b.to_minute) for b in idle) == [
        ("busy", 420, 1380), ("idle", 0, 420), ("idle", 1380, 1440),
    ]  # fmt: skip
    edges, names = band_edges(
        bands=tariff.bands,
        days=tariff.days,
        band_set="idle",
        zone=tariff.zone,
        period=month_period("2026-10", tariff.zone),
    )
    assert names[:2] == ["idle", "busy"]
    assert edges[1] == 1_791_414_000_000  # the holidays are idle to the end: busy from 8 October 2026 07:00 +08:00


def test_a_tariff_of_a_hundred_thousand_prefixes_is_read(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    rows = "".join(f"1{n},cn,010\n" for n in range(500_000, 600_000))
    change(folder, "prefixes", "", rows.rstrip("\n"))
    assert len(read_tariff(folder).prefixes) > 100_000
