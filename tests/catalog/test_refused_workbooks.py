# ruff: noqa: E501 (a table: one hostile file, one line)
"""More than sixty ways in which a workbook is wrong: each is named with its place by `tariff load`, none loads in part."""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.catalog import test_faults_of_bills as bills
from tests.catalog import test_faults_of_calling as calling
from tests.catalog import test_faults_of_holding as holding
from tests.catalog import test_faults_of_the_walk as walk
from tests.catalog.example import EXAMPLE, as_workbook, change, copy_of_example, line_of
from tests.catalog.test_faults import CASES, Case, faulty

from yidian.domains.product_catalog import models, operations
from yidian.domains.product_catalog.types import read_tariff
from yidian.faces.cli import tariff as command
from yidian.faces.cli.context import Context
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.sheets import archive
from yidian.platform.tenancy.models import Tenant

IN_CSV_ONLY = ("ROW_RAGGED",)  # a worksheet has no short rows
OF_EACH_CODE = tuple({case.code: case for case in reversed(CASES)}.values())
OF_THE_WALK = tuple({c.code: c for c in reversed(walk.CASES) if c.code not in {case.code for case in CASES}}.values())


@pytest.fixture
def load(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fault]:
    """Types `tariff load PATH` where an edition is loaded already: the fault, after a look whether anything was stored."""
    context = Context(home=None, lang="en", quiet=True)
    context.__dict__["tenant"] = tenant
    operations.load_tariff(
        tenant=tenant, tariff=read_tariff(EXAMPLE), source="good", now=datetime(2026, 11, 2, tzinfo=UTC)
    )

    def loaded(path: Path, wanted: tuple[str, str, int, str], *, closed_until: date | None = None) -> Fault:
        monkeypatch.setattr(command, "_closed_until", lambda *_: closed_until)
        before = _stored()
        with pytest.raises(BadInput) as refused:
            command.run(argparse.Namespace(action="load", path=path), context)
        assert _stored() == before
        faults = refused.value.faults
        found = [(fault.code, fault.where.sheet, fault.where.line, fault.where.column) for fault in faults]
        assert wanted in found
        return faults[found.index(wanted)]

    return loaded


def _stored() -> tuple[int, ...]:
    return (models.TariffEdition.objects.count(), *(table.objects.count() for table in models.TABLES.values()))


@pytest.mark.parametrize("case", OF_EACH_CODE, ids=lambda case: case.code)
def test_a_wrong_cell_or_row_is_refused_and_nothing_is_stored(case: Case, tmp_path: Path, load: Any) -> None:
    folder = faulty(case, tmp_path)
    path = folder if case.code in IN_CSV_ONLY else as_workbook(folder, tmp_path / "tariff.xlsx")
    line = line_of(folder, case.sheet, case.at or case.new)
    fault = load(path, (case.code, case.sheet, line, case.column))
    assert fault.where.file == str(folder / f"{case.sheet}.csv" if path == folder else path)


@pytest.mark.parametrize("case", OF_THE_WALK, ids=lambda case: case.code)
def test_rows_that_make_no_sense_are_refused_and_nothing_is_stored(case: walk.Case, tmp_path: Path, load: Any) -> None:
    folder, line = walk.faulty(case, tmp_path)
    load(as_workbook(folder, tmp_path / "tariff.xlsx"), (case.code, case.at, line, case.column))


@pytest.mark.parametrize("case", calling.CASES, ids="-".join)
def test_rows_about_who_is_called_are_refused_and_nothing_is_stored(
    case: tuple[str, str, str], tmp_path: Path, load: Any
) -> None:
    folder, line = calling.faulty(tmp_path, *calling.CASES[case])
    code, sheet, column = case
    load(as_workbook(folder, tmp_path / "tariff.xlsx"), (code, sheet, line, column))


OF_BILLS = (
    ("FEE_ONCE_ONLY", "fees", "plan,once,30,once,half,any,0,arrears,", "proration"),
    ("CYCLES_TOO_MANY", "fees", "plan,rent,30,cycle,none,any,1201,arrears,", "free_cycles"),
    ("FEE_TERM_UNCLEAR", "fees", "plan,once,30,leaving,none,any,0,arrears,1", "term_cycles"),
    ("FEE_LEAVING_ONLY", "fees", "plan,once,30,once,each_left,any,0,arrears,", "proration"),
    ("FEE_LEAVING_WHOLE", "fees", "plan,once,30,leaving,none,active,0,arrears,24", "during"),
    ("PART_WITHOUT_FEE", "parts", "pack,rent,part,10", "item"),
    ("PART_ITEM_UNKNOWN", "parts", "plan,rent,voice,10", "part_item"),
    ("PART_PRICE", "parts", "plan,rent,part,0", "price"),
    ("BUNDLE_OFFER_UNKNOWN", "discounts", "e9,plan,off,rent,10%,unit,nothing,,,", "requires"),
    ("CAP_WITH_THRESHOLD", "discounts", "e9,plan,off,rent,,account,,,500,600", "threshold"),
)


@pytest.mark.parametrize(("code", "sheet", "row", "column"), OF_BILLS)
def test_rows_about_bills_are_refused_and_nothing_is_stored(
    code: str, sheet: str, row: str, column: str, tmp_path: Path, load: Any
) -> None:
    bills.read(tmp_path, **({"fees": bills.GOOD_FEE} | {sheet: row}))
    load(tmp_path, (code, sheet, 2, column))


@pytest.mark.parametrize(("code", "row"), [(code, row) for row, code, _ in holding.REFUSED if "NEEDS" in code])
def test_what_is_given_only_beside_nothing_is_refused_and_nothing_is_stored(
    code: str, row: str, tmp_path: Path, load: Any
) -> None:
    folder = holding.offers(copy_of_example(tmp_path), row)
    line = len((folder / "offers.csv").read_text(encoding="utf-8").splitlines())
    load(as_workbook(folder, tmp_path / "t.xlsx"), (code, "offers", line, "needs"))


def _worksheet(path: Path, sheet: str, cells: dict[str, object]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        written = workbook.add_worksheet(sheet)
        for place, value in cells.items():
            written.write(place, value)
    return path


def _rewritten(path: Path, name: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    assert old in members[name]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for each, content in members.items():
            target.writestr(each, content.replace(old, new) if each == name else content)
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _with_member(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return path


HEAD = {"A1": "key", "B1": "value", "A2": "format", "B2": "1"}
WORKBOOKS: dict[str, tuple[Callable[[Path], Path], tuple[str, str, int, str]]] = {
    "a formula": (lambda p: _worksheet(p, "tariff", {**HEAD, "B3": "=1+1"}), ("FORMULA_IN_CELL", "tariff", 3, "B")),
    "a formula that runs a program": (lambda p: _worksheet(p, "tariff", {**HEAD, "B4": "=cmd|'/c calc'!A1"}), ("FORMULA_IN_CELL", "tariff", 4, "B")),
    "an error": (lambda p: _rewritten(_worksheet(p, "tariff", {**HEAD, "B3": "=1+1"}), "xl/worksheets/sheet1.xml", b'<c r="B3"><f>1+1</f><v>0</v></c>', b'<c r="B3" t="e"><v>#N/A</v></c>'), ("ERROR_IN_CELL", "tariff", 3, "B")),
    "a number of 16 digits": (lambda p: _worksheet(p, "tariff", {**HEAD, "A3": "zone", "B3": 1234567890.123456}), ("NUMBER_NOT_EXACT", "tariff", 3, "value")),
    "a long cell": (lambda p: _worksheet(p, "tariff", {"A1": "key", "B1": "value", **{f"A{n}": "x" * 32_767 for n in range(2, 4_200)}}), ("XLSX_TOO_LARGE", "tariff", 4098, "")),
    "a far cell": (lambda p: _worksheet(p, "tariff", {**HEAD, "XFD1048576": "far"}), ("XLSX_TOO_LARGE", "tariff", 1_048_576, "XFD")),
    "a bomb": (lambda p: _with_member(_worksheet(p, "tariff", HEAD), "xl/media/zeros.bin", bytes(40 << 20)), ("XLSX_TOO_LARGE", "", 0, "")),
    "a document type": (lambda p: _rewritten(_worksheet(p, "tariff", HEAD), "xl/workbook.xml", b"<workbook", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook'), ("XLSX_DAMAGED", "", 0, "")),
    "a cut file": (lambda p: _bytes(p, _worksheet(p, "tariff", HEAD).read_bytes()[:700]), ("XLSX_DAMAGED", "", 0, "")),
    "no workbook at all": (lambda p: _bytes(p, b"key,value\nformat,1\n"), ("XLSX_DAMAGED", "", 0, "")),
    "a password": (lambda p: _bytes(p, archive.OLE + bytes(600)), ("XLSX_ENCRYPTED", "", 0, "")),
    "a column without a name": (lambda p: _worksheet(p, "tariff", {**HEAD, "C1": "", "D1": "note"}), ("COLUMN_UNNAMED", "tariff", 1, "C")),
    "a column twice": (lambda p: _worksheet(p, "tariff", {**HEAD, "C1": "value"}), ("COLUMN_TWICE", "tariff", 1, "value")),
    "a cell beside the columns": (lambda p: _worksheet(p, "tariff", {**HEAD, "D2": "note"}), ("ROW_RAGGED", "tariff", 2, "")),
    "a sheet of another name": (lambda p: _worksheet(p, "Sheet1", HEAD), ("SHEET_UNKNOWN", "Sheet1", 0, "")),
    "no head": (lambda p: _worksheet(p, "zones", {"A1": "code", "A2": "cn"}), ("SHEET_MISSING", "tariff", 0, "")),
    "a head without a currency": (lambda p: _worksheet(p, "tariff", {**HEAD, "A3": "zone", "B3": "Asia/Shanghai"}), ("TARIFF_KEY_MISSING", "tariff", 0, "currency")),
    "nothing in it": (lambda p: _worksheet(p, "tariff", {}), ("SHEET_EMPTY", "", 0, "")),
    "not there": (lambda p: p, ("FILE_NOT_FOUND", "", 0, "")),
    "macros": (lambda p: _bytes(p.with_suffix(".xlsm"), b"PK"), ("FILE_KIND_UNKNOWN", "", 0, "")),
}  # fmt: skip
TEXTS: dict[str, tuple[str, bytes, tuple[str, str, int, str]]] = {
    "gbk": ("zones", "code,name_zh\ncn,中国\n".encode("gbk"), ("ENCODING_WRONG", "zones", 2, "")),
    "nul": ("zones", b"code\nc\0n\n", ("NUL_BYTE", "zones", 2, "")),
    "a line without end": ("zones", b"code\n" + b"x," * (1 << 19) + b"x\n", ("LINE_TOO_LONG", "zones", 2, "")),
    "a cell without end": ("zones", b"code\ncn\n" + b"x" * 40_000 + b"\n", ("CELL_TOO_LONG", "zones", 3, "code")),
    "an open quote": ("zones", b'code\n"cn\n', ("CSV_DAMAGED", "zones", 2, "")),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_or_broken_workbook_is_refused_and_nothing_is_stored(name: str, tmp_path: Path, load: Any) -> None:
    make, wanted = WORKBOOKS[name]
    path = make(tmp_path / "tariff.xlsx")
    assert load(path, wanted).where.file == str(path)


@pytest.mark.parametrize("name", TEXTS)
def test_a_broken_text_file_is_refused_and_nothing_is_stored(name: str, tmp_path: Path, load: Any) -> None:
    sheet, content, wanted = TEXTS[name]
    folder = copy_of_example(tmp_path)
    path = _bytes(folder / f"{sheet}.csv", content)
    assert load(folder, wanted).where.file == str(path)


def test_what_counts_only_beside_other_rows_is_refused_and_nothing_is_stored(tmp_path: Path, load: Any) -> None:
    folder = copy_of_example(tmp_path)
    data, dear = "*,data,*,0.0003,1KB,1KB,,,,,", "*,data,*,999999999999,1KB,1KB,,,,,"
    change(folder, "prices", data, dear)  # sums of these could not be counted exactly
    line = line_of(folder, "prices", dear)
    fault = load(as_workbook(folder, tmp_path / "t.xlsx"), ("PRICE_BEYOND_BOUNDS", "prices", line, "price"))
    assert fault.value == "999999999999"
    change(folder, "prices", dear, data)
    change(folder, "prices", "cx129,sms,*,0.10,1,1,,,,,", "cx129,sms,*,0.11,1,1,,,,,")
    load(folder, ("TARIFF_CHANGES_HISTORY", "prices", 0, ""), closed_until=date(2026, 11, 1))


def test_they_are_more_than_sixty_reasons() -> None:
    codes = {case.code for case in (*OF_EACH_CODE, *OF_THE_WALK)} | {wanted[0] for _, wanted in WORKBOOKS.values()}
    codes |= {wanted[0] for _, _, wanted in TEXTS.values()} | {"PRICE_BEYOND_BOUNDS", "TARIFF_CHANGES_HISTORY"}
    codes |= {code for code, _, _ in calling.CASES} | {code for code, *_ in OF_BILLS}
    assert len(codes) >= 100
