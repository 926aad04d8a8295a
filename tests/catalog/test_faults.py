# ruff: noqa: E501 (a table: one mistake, one line)
"""A small mistake in the example tariff is answered with its code and its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.catalog.example import EXAMPLE, change, copy_of_example, faults_of, line_of

from yidian.domains.product_catalog.workbook import read_tariff


@dataclass(frozen=True)
class Case:
    """`old` is replaced by `new` in a sheet (empty `old`: appended); the fault is in the line `at` (default: `new`)."""

    code: str
    sheet: str
    old: str
    new: str
    column: str
    at: str = ""
    at_sheet: str = ""


BASE = "cx129,sms,*,0.10,1,1,,,,,"
CASES = (
    Case("FORMAT_UNKNOWN", "tariff", "format,1", "format,2", "value"),
    Case("CURRENCY_UNKNOWN", "tariff", "currency,CNY", "currency,RMB", "value"),
    Case("ZONE_UNKNOWN", "tariff", "zone,Asia/Shanghai", "zone,Asia/Peking", "value"),
    Case("VALUE_UNKNOWN", "tariff", "bill_rounding,half_up", "bill_rounding,banker", "value"),
    Case("TARIFF_KEY_UNKNOWN", "tariff", "", "colour,red", "key"),
    Case("TARIFF_KEY_TWICE", "tariff", "", "currency,CNY", "key"),
    Case("VALUE_MISSING", "prices", BASE, "cx129,sms,*,,1,1,,,,,", "price"),
    Case("VALUE_UNKNOWN", "rules", "10,voice_forward,voice,forward,*,*,*", "10,voice_forward,voice,up,*,*,*", "direction"),
    Case("VALUE_TWICE", "caps", "online500,*,online_roam,500,subscriber", "online500,*,online_roam online_roam,500,unit", "items"),
    Case("CODE_INVALID", "zones", "", "a b,,,no", "code"),
    Case("TEXT_TOO_LONG", "zones", "", f"x,{'x' * 201},,no", "name_zh"),
    Case("INTEGER_INVALID", "rules", "500,online_home,online,*,*,home,*", "5.5,online_home,online,*,*,home,*", "order"),
    Case("PREFIX_INVALID", "prefixes", "", "13A,cn,", "prefix"),
    Case("AMOUNT_NOT_A_NUMBER", "prices", BASE, "cx129,sms,*,0.1O,1,1,,,,,", "price"),
    Case("AMOUNT_TOO_PRECISE", "prices", BASE, "cx129,sms,*,0.0000001,1,1,,,,,", "price"),
    Case("AMOUNT_OUT_OF_RANGE", "prices", BASE, "cx129,sms,*,1000000000000,1,1,,,,,", "price"),
    Case("AMOUNT_OUT_OF_RANGE", "caps", "online500,*,online_roam,500,subscriber", "online500,*,online_roam,1e30,subscriber", "amount"),
    Case("PRICE_NEGATIVE", "prices", BASE, "cx129,sms,*,-0.10,1,1,,,,,", "price"),
    Case("RATE_INVALID", "taxes", "value_added,6%,2014-06-01,", "value_added,six,2014-06-01,", "rate"),
    Case("RATE_OUT_OF_RANGE", "taxes", "value_added,6%,2014-06-01,", "value_added,6,2014-06-01,", "rate"),
    Case("RATE_TOO_PRECISE", "taxes", "value_added,6%,2014-06-01,", "value_added,6.00001%,2014-06-01,", "rate"),
    Case("QUANTITY_INVALID", "prices", BASE, "cx129,sms,*,0.10,1 piece,1,,,,,", "per"),
    Case("QUANTITY_NEGATIVE", "prices", BASE, "cx129,sms,*,0.10,1,-1,,,,,", "block"),
    Case("QUANTITY_ZERO", "prices", BASE, "cx129,sms,*,0.10,1,0,,,,,", "block"),
    Case("QUANTITY_NOT_WHOLE", "prices", BASE, "cx129,sms,*,0.10,1,0.5,,,,,", "block"),
    Case("QUANTITY_OUT_OF_RANGE", "allowances", "data5g,ll5g,data,5GB,1KB,*,50,subscriber", "data5g,ll5g,data,99999TB,1KB,*,50,subscriber", "quantity"),
    Case("DATE_IMPOSSIBLE", "days", "2026-10-01,holiday", "2026-02-30,holiday", "on"),
    Case("DATE_IMPOSSIBLE", "days", "2026-10-01,holiday", "2026/10/01,holiday", "on"),
    Case("TIME_IMPOSSIBLE", "bands", "night,day,*,07:00,24:00", "night,day,*,07:00,24:01", "end"),
    Case("BAND_EMPTY", "bands", "night,day,*,07:00,24:00", "night,day,*,07:00,07:00", "end"),
    Case("PERIOD_EMPTY", "prices", BASE, "cx129,sms,*,0.10,1,1,,,,2026-01-01,2026-01-01", "to"),
    Case("CODE_RESERVED", "zones", "", "none,,,no", "code"),
    Case("DISCOUNT_UNCLEAR", "discounts", "contract10,hy2026,contract_gift,month_fee,10%,,,10", "contract10,hy2026,contract_gift,month_fee,10%,5,,10", "rate"),
    Case("DAY_PRICE_UNCLEAR", "fees", "bz50,month_fee,50,cycle,day_price,1.64,,", "bz50,month_fee,50,cycle,day_price,,,", "day_price"),
    Case("ZONE_TWICE", "zones", "", "cn,,,yes", "code"),
    Case("PREFIX_OVERLAP", "prefixes", "", "010,idd,", "prefix"),
    Case("PLACE_OVERLAP", "places", "", "460,idd,", "place"),
    Case("DAY_TWICE", "days", "", "2026-10-01,workday", "on"),
    Case("ITEM_TWICE", "items", "", "sms,usage,,,count,basic,,,,,", "code"),
    Case("RULE_ORDER_TWICE", "rules", "", "510,sms,sms,*,*,*,*", "order"),
    Case("OFFER_TWICE", "offers", "", "cx129,base,,,1,2030-01-01,,,", "code"),
    Case("FEE_OVERLAP", "fees", "", "cx129,month_fee,9,cycle,none,,2026-01-01,", "item"),
    Case("PRICE_OVERLAP", "prices", "", "cx129,sms,*,0.20,1,1,,,,2026-01-01,2027-01-01", "item"),
    Case("ALLOWANCE_OVERLAP", "allowances", "", "data30g,cx129,data,1GB,1KB,*,1,subscriber", "code"),
    Case("CAP_OVERLAP", "caps", "", "data600,cx129,data,700,subscriber", "code"),
    Case("CAP_ITEM_TWICE", "caps", "", "data700,cx129,data,700,subscriber", "items"),
    Case("DISCOUNT_OVERLAP", "discounts", "", "spend300,hy2026,spend_gift,sms,,1,,1", "code"),
    Case("MINIMUM_OVERLAP", "minimums", "", "hy2026,minimum_gap,49", "offer"),
    Case("TAX_OVERLAP", "taxes", "data_sms,9%,2026-01-01,", "data_sms,9%,2025-12-31,", "tax_class"),
    Case("TARIFF_ZONE_UNKNOWN", "prefixes", "", "0099,moon,", "zone"),
    Case("TARIFF_ZONE_UNKNOWN", "rules", "", "600,data,data,*,*,moon,*", "visited"),
    Case("AREA_NOT_DOMESTIC", "prefixes", "", "0099,idd,99", "area"),
    Case("TARIFF_ITEM_UNKNOWN", "prices", BASE, "cx129,smms,*,0.10,1,1,,,,,", "item"),
    Case("TARIFF_ITEM_UNKNOWN", "allowances", "", "x,ll5g,data;datum,1GB,1KB,*,1,unit", "items"),
    Case("ITEM_KIND_WRONG", "prices", BASE, "cx129,month_fee,*,0.10,1,1,,,,,", "item"),
    Case("ITEM_KIND_WRONG", "fees", "uim,card_fee,20,once,none,,,", "uim,card_fee,20,cycle,none,,,", "item"),
    Case("TARIFF_OFFER_UNKNOWN", "fees", "", "cx130,month_fee,9,cycle,none,,,", "offer"),
    Case("BAND_SET_UNKNOWN", "items", "", "wap,usage,,,count,basic,dusk,,,,", "band_set"),
    Case("BAND_UNKNOWN", "prices", BASE, "cx129,sms,night,0.10,1,1,,,,,", "band"),
    Case("BAND_UNKNOWN", "allowances", "", "x,ll5g,data,1GB,1KB,night,1,unit", "bands"),
    Case("TARIFF_TAX_CLASS_UNKNOWN", "items", "", "wap,usage,,,count,gold,,,,,", "tax_class"),
    Case("UNIT_MISMATCH", "prices", "*,data,*,0.0003,1KB,1KB,,,,,", "*,data,*,0.0003,1KB,60s,,,,,", "block"),
    Case("UNIT_MISMATCH", "prices", BASE, "cx129,sms,*,0.10,1,1min,,,,,", "block"),
    Case("UNIT_MISMATCH", "allowances", "online5h,sw5h,online_roam,5h,1min,*,100,subscriber", "online5h,sw5h,online_roam,5,1min,*,100,subscriber", "quantity"),
    Case("MEASURES_MIXED", "allowances", "", "x,ll5g,data voice_local,1GB,1KB,*,1,unit", "items"),
    Case("SPLIT_NOT_DURATION", "items", "", "wap,usage,,,volume,basic,,block,,,", "split"),
    Case("TIER_NOT_FROM_ZERO", "prices", "*,fixed_local,*,0.22,3min,3min,,event,,,", "*,fixed_local,*,0.22,3min,3min,1min,event,,,", "tier_from"),
    Case("TIERS_DISAGREE", "prices", "*,fixed_local,*,0.11,1min,1min,3min,event,,,", "*,fixed_local,*,0.11,1min,1min,3min,cycle,,,", "tier_scope"),
    Case("TIER_WIDTH", "prices", "*,fixed_local,*,0.11,1min,1min,3min,event,,,", "*,fixed_local,*,0.11,1min,1min,4min,event,,,", "tier_from"),
    Case("TIER_WIDTH", "prices", BASE, "cx129,sms,*,0.10,1,10,,cycle,15,,", "repeat"),
    Case("TIER_BEYOND_REPEAT", "prices", "cx129,data,*,0,1MB,1KB,100MB,cycle,1GB,,", "cx129,data,*,0,1MB,1KB,2GB,cycle,1GB,,", "tier_from"),
    Case("PRICE_GAP", "prices", BASE, "cx129,sms,*,0.10,1,1,,,,,2027-01-01", "to"),
    Case("BAND_GAP", "bands", "night,day,*,07:00,24:00", "night,day,*,07:01,24:00", "start", at="night,night,*,00:00,07:00"),
    Case("BAND_OVERLAP", "bands", "night,day,*,07:00,24:00", "night,day,*,06:59,24:00", "start"),
    Case("TAX_GAP", "taxes", "data_sms,9%,2026-01-01,", "data_sms,9%,2026-01-02,", "to", at="data_sms,6%,2014-06-01,2026-01-01"),
    Case("TAX_GAP", "taxes", "data_sms,9%,2026-01-01,", "data_sms,9%,2026-01-01,2027-01-01", "to"),
    Case("ROW_RAGGED", "minimums", "", "hy2026,minimum_gap", ""),
    Case("COLUMN_UNKNOWN", "days", "", "", "dag", at="on,dag"),
    Case("COLUMN_TWICE", "days", "", "", "on", at="on,on"),
    Case("COLUMN_MISSING", "days", "", "", "day_type", at="on,dag"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.sheet}-{case.column}")
def test_a_mistake_is_told_with_its_place(case: Case, tmp_path: Path) -> None:
    folder = faulty(case, tmp_path)
    found = [
        (fault.code, fault.where.file, fault.where.sheet, fault.where.line, fault.where.column)
        for fault in faults_of(lambda: read_tariff(folder))
    ]
    line = line_of(folder, case.sheet, case.at or case.new)
    assert (case.code, str(folder / f"{case.sheet}.csv"), case.sheet, line, case.column) in found


def faulty(case: Case, folder: Path) -> Path:
    """The example with the mistake in it."""
    folder = copy_of_example(folder)
    if case.new:
        change(folder, case.sheet, case.old, case.new)
    else:  # the header itself is wrong
        body = (folder / f"{case.sheet}.csv").read_text(encoding="utf-8").split("\n", 1)[1]
        (folder / f"{case.sheet}.csv").write_text(f"{case.at}\n{body}", encoding="utf-8")
    return folder


def test_the_example_itself_has_no_fault() -> None:
    assert faults_of(lambda: read_tariff(EXAMPLE)) == ()


def test_a_counter_is_of_one_measure_and_of_a_cycle(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    (folder / "prices.csv").write_text(
        "offer,item,price,per,block,tier_scope,counter\n"
        "*,data,0.1,1MB,1KB,cycle,both\n*,sms,0.1,1,1,cycle,both\n*,sms_in,0,1,1,event,own\n", encoding="utf-8"
    )  # fmt: skip
    found = [(fault.code, fault.where.line) for fault in faults_of(lambda: read_tariff(folder))]
    assert found == [("MEASURES_MIXED", 3), ("COUNTER_UNUSED", 4)]


def test_all_faults_are_told_at_once_and_no_more_than_a_hundred(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "prices", "*,sms,*,0.10,1,1,,,,,", "*,sms,*,-1,x,1,,,,,")
    change(folder, "taxes", "value_added,6%,2014-06-01,", "value_added,x,2014-13-01,")
    assert [fault.code for fault in faults_of(lambda: read_tariff(folder))] == [
        "PRICE_NEGATIVE", "QUANTITY_INVALID", "RATE_INVALID", "DATE_IMPOSSIBLE",
    ]  # fmt: skip
    (folder / "days.csv").write_text("on,day_type\n" + "x,y\n" * 500, encoding="utf-8")
    assert len(faults_of(lambda: read_tariff(folder))) == 100


def test_an_unknown_sheet_and_a_missing_head_are_refused(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    (folder / "prizes.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "tariff.csv").unlink()
    assert {fault.code for fault in faults_of(lambda: read_tariff(folder))} == {"SHEET_UNKNOWN", "SHEET_MISSING"}
    change(copy_of_example(tmp_path / "second"), "tariff", "currency,CNY", "")
    found = faults_of(lambda: read_tariff(tmp_path / "second" / "tariff"))
    assert [(fault.code, fault.value) for fault in found] == [("TARIFF_KEY_MISSING", "currency")]


def test_what_is_allowed_is_not_refused(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    # touching periods; a named band beside *; a price that ends with its offer; a longer prefix
    change(folder, "prices", BASE, f"{BASE}2026-07-01\ncx129,sms,*,0.08,1,1,,,,2026-07-01,")
    change(folder, "prices", "", "cx129,voice_long,night,0.1,1min,1min,,,,,")
    change(folder, "offers", "", "old,base,,,1,2020-01-01,2021-01-01,,")
    change(folder, "prices", "", "old,sms,*,0.3,1,1,,,,2020-01-01,2021-01-01")
    change(folder, "prefixes", "", "1700,cn,010")
    assert faults_of(lambda: read_tariff(folder)) == ()


def test_a_day_without_a_price_is_found_between_rows_and_before_them(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "prices", BASE, f"{BASE}2026-07-01\ncx129,sms,*,0.08,1,1,,,,2026-07-02,")
    change(folder, "offers", "", "new,base,,,1,2026-01-01,2027-01-01,,")
    change(folder, "prices", "", "new,sms,*,0.3,1,1,,,,2026-02-01,")
    found = [
        (fault.code, fault.where.column, fault.params["start"], fault.params["end"])
        for fault in faults_of(lambda: read_tariff(folder))
    ]
    assert found == [
        ("PRICE_GAP", "to", "2026-07-01", "2026-07-02"), ("PRICE_GAP", "from", "2026-01-01", "2026-02-01"),
    ]  # fmt: skip


def test_a_band_set_that_ends_leaves_a_gap_and_its_successor_fills_it(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    header = "band_set,band,day_type,start,end,from,to\n"
    kept = "idle,idle,*,00:00,24:00,,\nidle,busy,workday,07:00,23:00,,\nnight,night,*,00:00,07:00,,\n"
    ended = header + kept + "night,day,*,07:00,24:00,,2026-07-01\n"
    (folder / "bands.csv").write_text(ended, encoding="utf-8")
    found = [(fault.code, fault.params["date"], fault.value) for fault in faults_of(lambda: read_tariff(folder))]
    assert found == [("BAND_GAP", "2026-07-01", "07:00–24:00")]
    (folder / "bands.csv").write_text(ended + "night,day,*,07:00,24:00,2026-07-01,\n", encoding="utf-8")
    assert [fault.code for fault in faults_of(lambda: read_tariff(folder))] == []
