"""Exports: exact decimals, harmless cells, refusals, and nothing half-written."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.billing.office import MONTH, Office
from tests.billing.test_bill_run import USED

from yidian.kernel.faults import BadInput
from yidian.runs.bill import exports, table_files

TABLE = pa.table({
    "account": pa.array(["=1+1", "+86", "-x", "@cmd", "\tq", "plain", "-12.5"]),
    "amount_micro": pa.array([1, -1, 1_234_567, 0, -(1 << 62), (1 << 62), 5], pa.int64()),
    "amount_minor": pa.array([1, -1, 123, 0, -5, 5, 7], pa.int64()),
    "events": pa.array([1, 2, 3, 4, 5, 6, None], pa.int64()),
})  # fmt: skip


def write(path: Path, table: pa.Table = TABLE, digits: int = 2) -> int:
    return table_files.write(path, [table.slice(0, 3), table.slice(3)], schema=table.slice(0, 0), digits=digits)


def test_csv_has_exact_decimals_and_no_formulas(tmp_path: Path) -> None:
    assert write(tmp_path / "x.csv") == 7
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["account", "amount", "amount_billed", "events"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "+86", "'-x", "'@cmd", "'\tq", "plain", "-12.5"]
    assert [row[1] for row in rows[1:5]] == ["0.000001", "-0.000001", "1.234567", "0.000000"]
    assert rows[5][1] == "-4611686018427.387904"
    assert [row[2] for row in rows[1:4]] == ["0.01", "-0.01", "1.23"]


@pytest.mark.parametrize(("digits", "text"), [(0, "123"), (3, "0.123")])
def test_minor_units_follow_the_currency(tmp_path: Path, digits: int, text: str) -> None:
    write(tmp_path / "x.csv", digits=digits)
    assert (tmp_path / "x.csv").read_text().splitlines()[3].split(",")[2] == text


def test_parquet_keeps_text_as_it_is_and_money_as_decimals(tmp_path: Path) -> None:
    write(tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert table["account"][0].as_py() == "=1+1"
    assert str(table["amount"][2].as_py()) == "1.234567"


def test_xlsx_has_numbers_and_no_formulas(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    write(tmp_path / "x.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["'=1+1", 0.000001, 0.01]
    assert rows[5][1] == "-4611686018427.387904", "more digits than a spreadsheet keeps stay text"


def test_a_worksheet_that_is_too_small_is_refused_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "SHEET_ROWS", 6)
    with pytest.raises(BadInput) as told:
        write(tmp_path / "x.xlsx")
    assert told.value.faults[0].code == "EXPORT_TOO_LARGE"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        write(tmp_path / "x.ods")
    assert told.value.faults[0].code == "EXPORT_FORMAT_UNKNOWN"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("kind", ["bills", "items", "usage", "suspense"])
def test_every_kind_in_every_format(office: Office, kind: str, ending: str) -> None:
    office.rate(*USED)
    report = office.bill()
    path = office.home / f"{kind}.{ending}"
    rows = exports.export(tenant=office.tenant, lake=office.places.lake, kind=kind, cycle=MONTH, path=path)
    assert rows == {"bills": report.billed, "items": report.items, "usage": 0, "suspense": 0}[kind]
    assert path.stat().st_size > 0


def test_bills_show_totals_and_tax_by_class(office: Office) -> None:
    office.rate(*USED)
    office.bill()
    path = office.home / "bills.csv"
    exports.export(tenant=office.tenant, lake=office.places.lake, kind="bills", cycle=MONTH, path=path)
    with path.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["account"], first["customer"], first["total"], first["currency"]) == ("a1", "c1", "121.00", "CNY")
    assert (first["base_basic"], first["tax_basic"]) == ("121.00", "9.99")
