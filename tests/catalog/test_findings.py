# ruff: noqa: E501 (a table: one finding, one line)
"""What `tariff check` finds risky: each code in a tariff that has it, and in one that nearly has it not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.catalog.example import EXAMPLE, as_workbook, change, copy_of_example, line_of
from tests.conftest import REPOSITORY

from yidian.domains.product_catalog.types import check_tariff, findings_of
from yidian.faces.cli.main import main

FOLDER = REPOSITORY / "src/yidian/domains/product_catalog/findings"
Edit = tuple[str, str, str]  # sheet, a line that is there (or ""), what stands there instead


@dataclass(frozen=True)
class Case:
    """After `has` the code is found at `column` of the line `at` in `sheet`; after `has_not` it is found nowhere there."""

    code: str
    sheet: str
    at: str
    column: str
    value: str
    has: tuple[Edit, ...]
    has_not: tuple[Edit, ...] = ()


MARKS = "marks", "code,offer,items,quantity,mark\n"
AREAS = "areas", "area,province\n"
HOME_FEE = "bz50,month_fee,50,cycle,day_price,1.64,,"
PACK_SMS = "ll5g,sms,*,0.05,1,1,,,,,"
GIFT_A = "gift_a,hy2026,contract_gift,month_fee,,30,,30"
VOICE_HMT = "90,voice_hmt,voice,out,hmt,home,*"
HK_IN_PLACES = tuple(
    ("places", line, "")
    for line in ("454,hmt,", "455,hmt,", "466,hmt,", "440,idd_night,", "310,idd_night,", "525,idd_night,")
)
CASES = (
    Case("OFFERS_COMPETE", "prices", "xs10g,sms,*,0.06,1,1,,,,,", "item", "sms",
         (("prices", "", PACK_SMS), ("prices", "", "xs10g,sms,*,0.06,1,1,,,,,")),
         (("prices", "", PACK_SMS), ("prices", "", "xs10g,sms,*,0.05,1,1,,,,,"))),
    Case("OFFERS_COMPETE", "prices", "ll5g,voice_long,day,0.05,1min,1min,,,,,", "item", "voice_long",
         (("prices", "", "ll5g,voice_long,day,0.05,1min,1min,,,,,"), ("prices", "", "ldxs,voice_long,*,0.06,1min,1min,,,,,")),
         (("prices", "", "ll5g,voice_long,day,0.05,1min,1min,,,,,"), ("prices", "", "ldxs,voice_long,night,0.06,1min,1min,,,,,"))),
    Case("ALLOWANCES_COMPETE", "allowances", "data9g,xs10g,data,9GB,1KB,*,50,subscriber", "priority", "50",
         (("allowances", "", "data9g,xs10g,data,9GB,1KB,*,50,subscriber"),),
         (("allowances", "", "data9g,xs10g,data,9GB,1KB,*,51,subscriber"),)),
    Case("RULE_UNREACHABLE", "rules", "85,voice_long,voice,out,cn,home,long", "order", "85",
         (("rules", "", "85,voice_long,voice,out,cn,home,long"),),
         (("rules", "", "75,voice_long,voice,out,cn,home,none"),)),
    Case("RULE_UNREACHABLE", "rules", "85,voice_long,voice,out,cn,home,province", "order", "85",
         ((*AREAS, "010,BJ"), ("rules", "", "85,voice_long,voice,out,cn,home,province")), ((*AREAS, "010,BJ"), ("rules", "", "75,voice_long,voice,out,cn,home,province"))),
    Case("RULE_NEVER_FITS", "rules", "600,voice_hmt,video,out,hmt,*,local", "relation", "local",
         (("rules", "", "600,voice_hmt,video,out,hmt,*,local"),), (("rules", "", "600,voice_hmt,video,out,hmt,*,none"),)),
    Case("RULE_NEVER_FITS", "rules", "600,voice_hmt,video,out,moon,*,*", "zone", "moon",
         (("zones", "", "moon,,,no"), ("rules", "", "600,voice_hmt,video,out,moon,*,*")),
         (("zones", "", "moon,,,no"), ("prefixes", "", "0099,moon,"), ("rules", "", "600,voice_hmt,video,out,moon,*,*"))),
    Case("PRICE_UNREACHABLE", "prices", "*,wap,*,0.01,1,1,,,,,", "item", "wap",
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("prices", "", "*,wap,*,0.01,1,1,,,,,")),
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("prices", "", "*,wap,*,0.01,1,1,,,,,"), ("rules", "", "600,wap,wap,*,*,*,*"))),
    Case("PRICE_SHADOWED", "prices", "*,voice_long,*,0.09,6s,6s,,,,,", "band", "voice_long",
         (("prices", "", "*,voice_long,*,0.09,6s,6s,,,,,"),),
         (("prices", "", "*,voice_long,*,0.09,6s,6s,,,,,"), ("prices", "*,voice_long,night,0.04,6s,6s,,,,,", ""))),
    Case("TIER_BEYOND_CAP", "prices", "cx129,data,*,0.01,1MB,1KB,20GB,cycle,,,", "tier_from", "20GB",
         (("prices", "cx129,data,*,0.03,1MB,1KB,0,cycle,1GB,,", "cx129,data,*,0.03,1MB,1KB,0,cycle,,,"), ("prices", "cx129,data,*,0,1MB,1KB,100MB,cycle,1GB,,", "cx129,data,*,0.01,1MB,1KB,20GB,cycle,,,")),
         (("prices", "cx129,data,*,0.03,1MB,1KB,0,cycle,1GB,,", "cx129,data,*,0.03,1MB,1KB,0,cycle,,,"), ("prices", "cx129,data,*,0,1MB,1KB,100MB,cycle,1GB,,", "cx129,data,*,0.01,1MB,1KB,19GB,cycle,,,"))),
    Case("ALLOWANCE_UNREACHABLE", "allowances", "wap9,cx129,wap,9,1,*,9,subscriber", "items", "wap",
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("allowances", "", "wap9,cx129,wap,9,1,*,9,subscriber")),
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("allowances", "", "wap9,cx129,wap;sms,9,1,*,9,subscriber"))),
    Case("CAP_UNREACHABLE", "caps", "wapcap,*,wap,9,subscriber", "items", "wap",
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("caps", "", "wapcap,*,wap,9,subscriber")),
         (("items", "", "wap,usage,,,count,basic,,,,,"), ("caps", "", "wapcap,*,wap sms,9,subscriber"))),
    Case("MARK_UNREACHABLE", "marks", "m1,*,wap,9,stop", "items", "wap",
         (("items", "", "wap,usage,,,count,basic,,,,,"), (*MARKS, "m1,*,wap,9,stop")),
         (("items", "", "wap,usage,,,count,basic,,,,,"), (*MARKS, "m1,*,sms,9,stop"))),
    Case("OFFER_SAYS_NOTHING", "offers", "void,pack,,,50,,,,", "code", "void",
         (("offers", "", "void,pack,,,50,,,,"),), (("offers", "", "void,pack,,,50,,,,"), ("fees", "", "void,pack_fee,1,cycle,none,,,"))),
    Case("OFFER_NEVER_ON_SALE", "offers", "void,pack,,,50,2026-01-01,2026-02-01,,", "to", "void",
         (("offers", "", "void,pack,,,50,2026-01-01,2026-02-01,,"), ("fees", "", "void,pack_fee,1,cycle,none,,2026-02-01,")),
         (("offers", "", "void,pack,,,50,2026-01-01,2026-02-02,,"), ("fees", "", "void,pack_fee,1,cycle,none,,2026-02-01,"))),
    Case("ITEM_WITHOUT_STANDARD_PRICE", "rules", "310,sms_in,mms,in,*,*,*", "item", "sms_in",
         (("prices", "*,sms_in,*,0,1,1,,,,,", "cx129,sms_in,*,0,1,1,,,,,"), ("rules", "300,sms_in,sms,in,*,*,*", "")),
         (("prices", "*,sms_in,*,0,1,1,,,,,", "*,sms_in,*,0,1,1,,,,2000-01-01,"),)),
    Case("ITEM_WITHOUT_STANDARD_PRICE", "rules", "600,sms,sms,out,*,*,*,2030-01-01", "item", "sms",
         (("rules", "320,sms,sms,out,*,*,*", ""), ("rules", "330,sms,mms,out,*,*,*", ""), ("prices", "*,sms,*,0.10,1,1,,,,,", "*,sms,*,0.10,1,1,,,,2031-01-01,"),
          ("rules", "order,item,service,direction,zone,visited,relation", "order,item,service,direction,zone,visited,relation,from"), ("rules", "", "600,sms,sms,out,*,*,*,2030-01-01")),
         (("rules", "320,sms,sms,out,*,*,*", ""), ("rules", "330,sms,mms,out,*,*,*", ""), ("prices", "*,sms,*,0.10,1,1,,,,,", "*,sms,*,0.10,1,1,,,,2029-01-01,"),
          ("rules", "order,item,service,direction,zone,visited,relation", "order,item,service,direction,zone,visited,relation,from"), ("rules", "", "600,sms,sms,out,*,*,*,2030-01-01"))),
    Case("BAND_WITHOUT_PRICE", "prices", "*,voice_long,day,0.07,6s,6s,,,,,", "band", "night",
         (("prices", "*,voice_long,night,0.04,6s,6s,,,,,", ""),),
         (("prices", "*,voice_long,night,0.04,6s,6s,,,,,", "*,voice_long,*,0.04,6s,6s,,,,,"),)),
    Case("DESTINATION_WITHOUT_RULE", "prefixes", "00852,hmt,", "zone", "hmt",
         (("rules", VOICE_HMT, ""),), (("rules", VOICE_HMT, "90,voice_hmt,voice,out,hmt,*,*"),)),
    Case("DESTINATION_WITHOUT_RULE", "prefixes", "010,cn,010", "zone", "cn",
         (("rules", "80,voice_long,voice,out,cn,home,long", ""),), (("rules", "80,voice_long,voice,out,cn,home,long", "80,voice_long,voice,out,cn,*,*"),)),
    Case("PLACE_WITHOUT_RULE", "rules", "10,voice_forward,voice,forward,*,*,*", "visited", "hmt, idd_night", (), HK_IN_PLACES),
    Case("PLACE_WITHOUT_RULE", "rules", "400,data,data,*,*,home,*", "visited", "hmt, idd_night, national",
         (("rules", "410,data,data,*,*,national,*", ""),), (("rules", "410,data,data,*,*,national,*", "410,data,data,*,*,*,*"),)),
    Case("USAGE_FREE_UNBOUNDED", "prices", "ll5g,data,*,0,1MB,1KB,,,,,", "price", "0",
         (("prices", "", "ll5g,data,*,0,1MB,1KB,,,,,"),), (("prices", "", "ll5g,data,*,0,1MB,1KB,,,,,"), (*MARKS, "m1,ll5g,data,15GB,throttle"))),
    Case("USAGE_FREE_UNBOUNDED", "prices", "cx129,data,*,0,1MB,1KB,100MB,cycle,,,", "price", "0",
         (("prices", "cx129,data,*,0.03,1MB,1KB,0,cycle,1GB,,", "cx129,data,*,0.03,1MB,1KB,0,cycle,,,"), ("prices", "cx129,data,*,0,1MB,1KB,100MB,cycle,1GB,,", "cx129,data,*,0,1MB,1KB,100MB,cycle,,,")), ()),
    Case("DISCOUNT_TAKES_ALL", "discounts", "contract10,hy2026,contract_gift,month_fee,100%,,,10", "rate", "100%",
         (("discounts", "contract10,hy2026,contract_gift,month_fee,10%,,,10", "contract10,hy2026,contract_gift,month_fee,100%,,,10"),),
         (("discounts", "contract10,hy2026,contract_gift,month_fee,10%,,,10", "contract10,hy2026,contract_gift,month_fee,99.9999%,,,10"),)),
    Case("DISCOUNT_ABOVE_FEE", "discounts", "clip,ldxs,contract_gift,clip_fee,,10.01,,9", "amount", "10.01",
         (("discounts", "", "clip,ldxs,contract_gift,clip_fee,,10.01,,9"),), (("discounts", "", "clip,ldxs,contract_gift,clip_fee,,10,,9"),)),
    Case("DISCOUNTS_TAKE_ALL", "discounts", "gift_b,hy2026,contract_gift,month_fee,,20,,40", "code", "contract10, gift_a, gift_b",
         (("discounts", "", GIFT_A), ("discounts", "", "gift_b,hy2026,contract_gift,month_fee,,20,,40")),
         (("discounts", "", GIFT_A), ("discounts", "", "gift_b,hy2026,contract_gift,month_fee,,10,,40"))),
    Case("INCLUDED_WORTH_MANY_FEES", "allowances", "data5g,ll5g,data,5GB,1KB,*,50,subscriber", "offer", "ll5g",
         (), (("allowances", "data5g,ll5g,data,5GB,1KB,*,50,subscriber", "data5g,ll5g,data,100MB,1KB,*,50,subscriber"),)),
    Case("INCLUDED_WITHOUT_FEE", "allowances", "online5h,sw5h,online_roam,5h,1min,*,100,subscriber", "offer", "sw5h",
         (), (("fees", "", "sw5h,pack_fee,10,cycle,none,,,"),)),
)  # fmt: skip


def _edited(folder: Path, edits: tuple[Edit, ...]) -> Path:
    made = copy_of_example(folder)
    for sheet, old, new in edits:
        path = made / f"{sheet}.csv"
        if not path.exists():
            path.write_text(f"{old}{new}\n", encoding="utf-8")
        elif path.read_text(encoding="utf-8").startswith(f"{old}\n"):  # a header with a column more
            _, *rows = path.read_text(encoding="utf-8").splitlines()
            path.write_text("\n".join([new, *(f"{row}," for row in rows)]) + "\n", encoding="utf-8")
        else:
            change(made, sheet, old, new)
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.sheet}-{case.value}")
def test_a_risk_is_told_with_its_place_and_not_where_there_is_none(case: Case, tmp_path: Path) -> None:
    folder = _edited(tmp_path / "has", case.has)
    found = [
        (f.fault.code, f.fault.where.sheet, f.fault.where.line, f.fault.where.column, f.fault.value)
        for f in check_tariff(folder)[1]
    ]
    line = line_of(folder, case.sheet, case.at)
    assert (case.code, case.sheet, line, case.column, case.value) in found
    near = check_tariff(_edited(tmp_path / "has not", case.has_not))[1]
    assert (case.code, case.column, case.value) not in [
        (f.fault.code, f.fault.where.column, f.fault.value) for f in near
    ]


def test_every_code_of_the_checks_has_its_case() -> None:
    told = {
        code
        for path in FOLDER.glob("*.py")
        for code in re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', path.read_text(encoding="utf-8"))
    }
    assert told == {case.code for case in CASES}


def test_what_the_example_tells_stands_in_its_readme() -> None:
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    findings = check_tariff(EXAMPLE)[1]
    assert {f.fault.code for f in findings} == {
        "PLACE_WITHOUT_RULE",
        "INCLUDED_WORTH_MANY_FEES",
        "INCLUDED_WITHOUT_FEE",
    }
    for finding in findings:
        assert finding.fault.code in page


def test_a_pool_is_worth_what_it_converts_to(tmp_path: Path) -> None:
    """The pool counts MB: 1,200 of them are 1,200 minutes at 0.40 (480.00), 120 messages at 10 MB each (12.00)."""
    made = _edited(tmp_path, (
        ("allowances", "data5g,ll5g,data,5GB,1KB,*,50,subscriber", "mixed,ll5g,voice_local;sms,1200,1,*,50,subscriber"),
        ("conversions", "allowance,item,block,takes\n", "mixed,voice_local,1min,1\nmixed,sms,1,10"),
    ))  # fmt: skip
    (told,) = (f.fault for f in check_tariff(made)[1] if f.fault.value == "ll5g")
    assert (told.code, told.params["worth"], told.params["times"]) == ("INCLUDED_WORTH_MANY_FEES", "480.00", 32)


def test_a_stored_tariff_has_the_same_findings_without_lines() -> None:
    tariff, findings = check_tariff(EXAMPLE)
    again = findings_of(tariff)
    assert sorted((f.fault.code, f.fault.value) for f in again) == sorted(
        (f.fault.code, f.fault.value) for f in findings
    )
    assert {f.fault.where.line for f in again} == {0}


def test_a_risk_ends_a_strict_check_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calm = _edited(tmp_path, HK_IN_PLACES)
    assert main(["--lang", "en", "tariff", "check", str(calm), "--strict"]) == 0  # notes are no warnings
    assert "0 warnings, 5 notes" in capsys.readouterr().out
    workbook = as_workbook(EXAMPLE, tmp_path / "t.xlsx")
    assert main(["--lang", "zh", "tariff", "check", str(workbook)]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("警告", "提示", "PLACE_WITHOUT_RULE", "visited", "hmt, idd_night"))
    assert main(["--lang", "zh", "tariff", "check", str(workbook), "--strict"]) == 2
    assert main(["tariff", "check", str(tmp_path / "none"), "--strict"]) == 2
