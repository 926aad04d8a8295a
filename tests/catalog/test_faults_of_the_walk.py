# ruff: noqa: E501 (a table: one mistake, one line)
"""Days, blocks on counters, volume prices, set-ups, free events, pools that convert, limits and marks: what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.catalog.example import copy_of_example, faults_of

from yidian.domains.product_catalog.workbook import read_tariff

PRICES = "offer,item,price,per,block,tier_from,tier_scope,repeat,block_on,tier_mode,setup,counter"
ALLOWANCES = "code,offer,items,quantity,block,scope,period,proration,member_limit"
CONVERSIONS = "allowance,item,block,takes,from,to"
MARKS = "code,offer,items,quantity,mark"
POOL = "pool,ll5g,voice_local;data;sms,500,1,,,,"
WHOLE = ("pool,voice_local,1min,1,,", "pool,data,1MB,1,,")


@dataclass(frozen=True)
class Case:
    """Rows in place of a sheet's; the fault is in the last row of the sheet `at`."""

    code: str
    at: str
    column: str
    prices: tuple[str, ...] = ("*,sms,0.10,1,1,,,,,,,",)
    allowances: tuple[str, ...] = ()
    conversions: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    item: str = ""


CASES = (
    Case("BLOCK_ON_UNCOUNTED", "prices", "block_on", ("*,sms,0.10,1,1,,event,,counter,,,",)),
    Case("VOLUME_UNCLEAR", "prices", "repeat", ("*,sms,0.10,1,1,,cycle,10,,volume,,",)),
    Case("VOLUME_UNCLEAR", "prices", "block_on", ("*,sms,0.10,1,1,,day,,counter,volume,,",)),
    Case("SETUP_NOT_FIRST", "prices", "setup", ("*,sms,0.10,1,1,,,,,,,", "*,sms,0.05,1,1,10,,,,,0.10,")),
    Case("TIERS_DISAGREE", "prices", "tier_scope", ("*,sms,0.10,1,1,,day,,counter,,,", "*,sms,0.05,1,1,10,day,,,,,")),
    Case("TIERS_DISAGREE", "prices", "tier_scope", ("*,sms,0.10,1,1,,day,,,,,", "*,sms,0.05,1,1,10,day,,,volume,,")),
    Case("COUNTER_UNUSED", "prices", "counter", ("*,sms,0.10,1,1,,event,,,,,mine",)),
    Case("PRICE_NEGATIVE", "prices", "setup", ("*,sms,0.10,1,1,,,,,,-1,",)),
    Case("FREE_NOT_USAGE", "items", "free_below", item="x_fee,recurring,count,basic,1"),
    Case("UNIT_MISMATCH", "items", "free_below", item="x_call,usage,duration,basic,6KB"),
    Case("ALLOWANCE_PRORATED", "allowances", "proration", allowances=("day,ll5g,data,1GB,1KB,,day,by_days,",)),
    Case("MEMBER_LIMIT_ALONE", "allowances", "member_limit", allowances=("day,ll5g,data,1GB,1KB,subscriber,,,1MB",)),
    Case("UNIT_MISMATCH", "allowances", "member_limit", allowances=("day,ll5g,data,1GB,1KB,unit,,,1min",)),
    Case("UNIT_MISMATCH", "allowances", "quantity", allowances=("pool,ll5g,voice_local;data,500min,1,,,,",), conversions=WHOLE),
    Case("MEASURES_MIXED", "allowances", "items", allowances=(POOL,)),
    Case("CONVERSION_GAP", "allowances", "items", allowances=(POOL,), conversions=WHOLE[:1]),
    Case("CONVERSION_GAP", "allowances", "items", allowances=(POOL,), conversions=(WHOLE[0], "pool,data,1MB,1,,2030-01-01")),
    Case("CONVERSION_ALLOWANCE_UNKNOWN", "conversions", "allowance", allowances=(POOL,), conversions=(*WHOLE, "pol,sms,1,1,,")),
    Case("CONVERSION_NOT_SERVED", "conversions", "item", allowances=(POOL,), conversions=(*WHOLE, "pool,voice_long,1min,1,,")),
    Case("CONVERSION_OVERLAP", "conversions", "item", allowances=(POOL,), conversions=(*WHOLE, "pool,data,1GB,1,2026-01-01,")),
    Case("UNIT_MISMATCH", "conversions", "block", allowances=(POOL,), conversions=(WHOLE[0], "pool,data,1min,1,,")),
    Case("UNIT_MISMATCH", "conversions", "takes", allowances=(POOL,), conversions=(WHOLE[0], "pool,data,1MB,1KB,,")),
    Case("TARIFF_ITEM_UNKNOWN", "conversions", "item", allowances=(POOL,), conversions=(*WHOLE, "pool,smms,1,1,,")),
    Case("MARK_OVERLAP", "marks", "code", marks=("m,*,data,15GB,stop", "m,*,data,20GB,notice")),
    Case("MEASURES_MIXED", "marks", "items", marks=("m,*,data;sms,15GB,stop",)),
    Case("UNIT_MISMATCH", "marks", "quantity", marks=("m,*,data,15min,stop",)),
    Case("TARIFF_OFFER_UNKNOWN", "marks", "offer", marks=("m,nobody,data,15GB,stop",)),
    Case("TARIFF_ITEM_UNKNOWN", "marks", "items", marks=("m,*,datum,15GB,stop",)),
    Case("VALUE_UNKNOWN", "marks", "mark", marks=("m,*,data,15GB,halt",)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.at}-{case.column}")
def test_what_makes_no_sense_is_told_with_its_place(case: Case, tmp_path: Path) -> None:
    folder, last = faulty(case, tmp_path)
    found = {
        (fault.code, fault.where.sheet, fault.where.line, fault.where.column)
        for fault in faults_of(lambda: read_tariff(folder))
    }
    assert (case.code, case.at, last, case.column) in found


def faulty(case: Case, folder: Path) -> tuple[Path, int]:
    """The example with the rows of a case, and the line of the fault."""
    folder = copy_of_example(folder)
    sheets = {"prices": (PRICES, *case.prices), "allowances": (ALLOWANCES, *case.allowances)}
    sheets |= {"conversions": (CONVERSIONS, *case.conversions), "marks": (MARKS, *case.marks)}
    for name, lines in sheets.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if case.item:
        items = (folder / "items.csv").read_text(encoding="utf-8").rstrip("\n").split("\n")
        code, kind, measure, tax, free = case.item.split(",")
        lines = [f"{items[0]},free_below", *(f"{line}," for line in items[1:])]
        lines.append(f"{code},{kind},,,{measure},{tax},,,,,,{free}")
        (folder / "items.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder, len((folder / f"{case.at}.csv").read_text(encoding="utf-8").rstrip("\n").split("\n"))


def test_a_pool_that_converts_everything_is_taken(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    (folder / "prices.csv").write_text(f"{PRICES}\n*,sms,0.10,1,1,,,,,,,\n", encoding="utf-8")
    (folder / "allowances.csv").write_text(f"{ALLOWANCES}\n{POOL}\n", encoding="utf-8")
    (folder / "conversions.csv").write_text("\n".join((CONVERSIONS, *WHOLE)) + "\n", encoding="utf-8")
    (folder / "marks.csv").write_text(f"{MARKS}\nm,*,data,15GB,stop\n", encoding="utf-8")
    assert faults_of(lambda: read_tariff(folder)) == ()
