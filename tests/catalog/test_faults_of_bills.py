"""Fees, parts and discounts that make no sense are refused with their code and place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.example import faults_of

from yidian.domains.product_catalog.workbook import read_tariff

SHEETS = {
    "tariff": "key,value\nformat,1\ncurrency,CNY\nzone,Asia/Shanghai",
    "items": "code,kind\nrent,recurring\nonce,once\npart,recurring\noff,discount\nvoice,usage\nleast,minimum",
    "offers": "code\nplan\npack",
    "fees": "offer,item,amount,charged,proration,during,free_cycles,billed,term_cycles",
    "parts": "offer,item,part_item,price",
    "discounts": "code,offer,item,items,rate,scope,requires,cycles,cap,threshold",
    "minimums": "offer,item,amount,during,level",
}
GOOD_FEE = "plan,rent,30,cycle,none,any,0,arrears,"


def read(folder: Path, **more: str) -> tuple[tuple[str, str, int, str], ...]:
    """(code, sheet, line, column) of the faults."""
    for name, text in SHEETS.items():
        (folder / f"{name}.csv").write_text("\n".join([text, *more.get(name, "").split()]) + "\n", encoding="utf-8")
    found = faults_of(lambda: read_tariff(folder))
    return tuple((fault.code, fault.where.sheet, fault.where.line, fault.where.column) for fault in found)


def test_what_makes_sense_is_taken(tmp_path: Path) -> None:
    fees = f"{GOOD_FEE} plan,rent,5,cycle,half,kept,2,advance, plan,once,90,leaving,each_left,any,0,arrears,24"
    cuts = "e9,plan,off,rent,10%,unit,pack,,, e9,pack,off,rent,10%,unit,,3,, most,pack,off,rent;voice,,account,,,500,"
    least = "plan,least,39,any,gold;silver plan,least,19,any,* plan,least,5,kept,*"
    parts = "plan,rent,part,10 plan,rent,rent,20"
    assert read(tmp_path, fees=fees, parts=parts, discounts=cuts, minimums=least) == ()


@pytest.mark.parametrize(
    ("sheet", "rows", "code", "column"),
    [
        ("fees", "plan,once,30,once,half,any,0,arrears,", "FEE_ONCE_ONLY", "proration"),
        ("fees", "plan,once,30,once,none,any,0,advance,", "FEE_ONCE_ONLY", "billed"),
        ("fees", "plan,once,30,once,none,any,1,arrears,", "FEE_ONCE_ONLY", "free_cycles"),
        ("fees", "plan,rent,30,cycle,none,any,1201,arrears,", "CYCLES_TOO_MANY", "free_cycles"),
        ("fees", "plan,once,30,leaving,half,any,0,arrears,24", "FEE_ONCE_ONLY", "proration"),
        ("fees", "plan,once,30,leaving,none,any,0,advance,24", "FEE_ONCE_ONLY", "billed"),
        ("fees", "plan,once,30,leaving,none,any,3,arrears,24", "FEE_ONCE_ONLY", "free_cycles"),
        ("fees", "plan,once,30,leaving,none,any,0,arrears,", "FEE_TERM_UNCLEAR", "term_cycles"),
        ("fees", "plan,once,30,leaving,none,any,0,arrears,1", "FEE_TERM_UNCLEAR", "term_cycles"),
        ("fees", "plan,once,30,once,none,any,0,arrears,24", "FEE_TERM_UNCLEAR", "term_cycles"),
        ("fees", "plan,once,30,leaving,none,any,0,arrears,1201", "CYCLES_TOO_MANY", "term_cycles"),
        ("fees", "plan,once,30,once,each_left,any,0,arrears,", "FEE_LEAVING_ONLY", "proration"),
        ("fees", "plan,rent,30,cycle,by_term,any,0,arrears,", "FEE_LEAVING_ONLY", "proration"),
        ("fees", "plan,once,30,leaving,by_days,any,0,arrears,24", "FEE_LEAVING_WHOLE", "proration"),
        ("fees", "plan,once,30,leaving,none,active,0,arrears,24", "FEE_LEAVING_WHOLE", "during"),
        ("fees", "plan,rent,30,leaving,none,any,0,arrears,24", "ITEM_KIND_WRONG", "item"),
        ("parts", "pack,rent,part,10", "PART_WITHOUT_FEE", "item"),
        ("parts", "plan,rent,voice,10", "PART_ITEM_UNKNOWN", "part_item"),
        ("parts", "plan,rent,part,0", "PART_PRICE", "price"),
        ("discounts", "e9,plan,off,rent,10%,unit,nothing,,,", "BUNDLE_OFFER_UNKNOWN", "requires"),
        ("discounts", "e9,plan,off,rent,10%,unit,,,500,", "DISCOUNT_UNCLEAR", "rate"),
        ("discounts", "e9,plan,off,rent,,unit,,,,", "DISCOUNT_UNCLEAR", "rate"),
        ("discounts", "e9,plan,off,rent,,account,,,500,600", "CAP_WITH_THRESHOLD", "threshold"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, sheet: str, rows: str, code: str, column: str) -> None:
    more = {"fees": GOOD_FEE} | {sheet: rows}
    assert read(tmp_path, **more) == ((code, sheet, 2, column),)


def test_rows_of_one_code_and_parts_said_twice_are_refused(tmp_path: Path) -> None:
    cuts = "e9,plan,off,rent,10%,unit,,,, e9,pack,off,rent,10%,subscriber,,,,"
    assert read(tmp_path, fees=GOOD_FEE, discounts=cuts) == (("DISCOUNT_SCOPES_DISAGREE", "discounts", 3, "scope"),)
    least = "plan,least,39,any,gold plan,least,19,any,gold"
    assert read(tmp_path, fees=GOOD_FEE, minimums=least) == (("MINIMUM_OVERLAP", "minimums", 3, "offer"),)
    parts = "plan,rent,part,10 plan,rent,part,20"
    assert read(tmp_path, fees=GOOD_FEE, parts=parts) == (("PART_OVERLAP", "parts", 3, "part_item"),)
