"""Files as people (and worse) send them: read exactly, or refused with the place and before they can hurt."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from tests.catalog.example import as_workbook, copy_of_example, faults_of

from yidian.platform.sheets import Sheet, archive, read_sheets, read_table


def _csv(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return path


def _refusal(path: Path) -> tuple[str, int, str]:
    fault = faults_of(lambda: read_table(path))[0]
    return fault.code, fault.where.line, fault.where.column


def test_lines_are_those_an_editor_shows(tmp_path: Path) -> None:
    sheet = read_table(_csv(tmp_path, b'\xef\xbb\xbfa,b\r\n1,"x\r\ny"\r\n\r\n2, z \r\n'))
    assert sheet == Sheet(
        file=str(tmp_path / "table.csv"), name="table", header=("a", "b"), header_line=1,
        rows=[(2, {"a": "1", "b": "x\r\ny"}), (5, {"a": "2", "b": " z "})],
    )  # fmt: skip


BAD_CSV = {
    "gbk": ("a,b\n1,上海\n".encode("gbk"), ("ENCODING_WRONG", 2, "")),
    "utf-16": ("a,b\n1,2\n".encode("utf-16"), ("ENCODING_WRONG", 1, "")),
    "latin": (b"a,b\n1,2\n\n3,\xe9\n", ("ENCODING_WRONG", 4, "")),
    "nul": (b"a,b\n1,\x00\n", ("NUL_BYTE", 2, "")),
    "long line": (b"a,b\n1," + b"x" * (1 << 20) + b"\n", ("LINE_TOO_LONG", 2, "")),
    "10 MB line": (b"a,b\n" + b"1," * 5_000_000, ("LINE_TOO_LONG", 2, "")),
    "long cell": (b"a,b\n1,2\n1," + b"x" * 40_000 + b"\n", ("CELL_TOO_LONG", 3, "b")),
    "open quote": (b'a,b\n1,2\n"1,2\n3,4\n', ("CSV_DAMAGED", 3, "")),
    "stray quote": (b'a,b\n1,2\n"1"x,2\n', ("CSV_DAMAGED", 3, "")),
    "old mac": (b"a,b\r1,2\r", ("CSV_DAMAGED", 1, "")),
    "short row": (b"a,b\n1,2\n1\n", ("ROW_RAGGED", 3, "")),
    "wide row": (b"a,b\n1,2,3\n", ("ROW_RAGGED", 2, "")),
    "same column": (b"a,a\n1,2\n", ("COLUMN_TWICE", 1, "a")),
    "no name": (b"a,,c\n1,2,3\n", ("COLUMN_UNNAMED", 1, "B")),
    "empty": (b"", ("SHEET_EMPTY", 0, "")),
    "only blanks": (b"\n\n,,\n", ("SHEET_EMPTY", 0, "")),
}


@pytest.mark.parametrize("name", BAD_CSV)
def test_a_bad_csv_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    content, refusal = BAD_CSV[name]
    assert _refusal(_csv(tmp_path, content)) == refusal


def test_the_wrong_byte_is_told(tmp_path: Path) -> None:
    fault = faults_of(lambda: read_table(_csv(tmp_path, b"a,b\n1,ab\xc9\xcf\n")))[0]
    assert (fault.value, fault.params) == ("0xC9", {"byte": 5})


def test_an_unclosed_quote_does_not_swallow_a_huge_file(tmp_path: Path) -> None:
    path = _csv(tmp_path, b'a,b\n1,"x\n' + b"1,2\n" * 4_000_000)
    tracemalloc.start()
    code, line, _ = _refusal(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, line) == ("CELL_TOO_LONG", 2)
    assert peak < 8 << 20


def test_files_of_other_kinds_are_refused_and_not_passed_over(tmp_path: Path) -> None:
    assert faults_of(lambda: read_table(tmp_path / "none.csv"))[0].code == "FILE_NOT_FOUND"
    (tmp_path / "a.ods").write_bytes(b"")
    assert faults_of(lambda: read_table(tmp_path / "a.ods"))[0].code == "FILE_KIND_UNKNOWN"
    folder = copy_of_example(tmp_path)
    (folder / "README.md").write_text("read me", encoding="utf-8")
    assert faults_of(lambda: read_sheets(folder)) == ()
    (folder / "prices.csv.bak").write_text("x", encoding="utf-8")
    assert faults_of(lambda: read_sheets(folder))[0].code == "FILE_KIND_UNKNOWN"
    (tmp_path / "void").mkdir()
    assert faults_of(lambda: read_sheets(tmp_path / "void"))[0].code == "SHEET_EMPTY"


def _workbook(tmp_path: Path, cells: dict[str, object]) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("first")
        formats = {
            kind: workbook.add_format({"num_format": shown})
            for kind, shown in {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "time": "hh:mm"}.items()
        }
        for place, value in cells.items():
            kind = type(value).__name__
            if kind in formats:
                sheet.write_datetime(place, value, formats[kind])
            elif isinstance(value, str) and value.startswith("="):
                sheet.write_formula(place, value)
            elif isinstance(value, str):
                sheet.write_string(place, value)
            else:
                sheet.write(place, value)
    return path


def test_cells_of_a_workbook_come_as_exact_text(tmp_path: Path) -> None:
    values: list[tuple[object, str]] = [
        (0.15, "0.15"), (0.09, "0.09"), (12.0, "12"), (13800138000, "13800138000"), (0.00001, "0.00001"),
        (1234567890.12345, "1234567890.12345"), (-3, "-3"), (0, "0"), ("007", "007"), (" 1 ", " 1 "), (True, "yes"),
        (date(2026, 10, 1), "2026-10-01"), (time(7, 30), "07:30"),
        (datetime(2026, 10, 1, 23, 59), "2026-10-01 23:59:00"),  # noqa: DTZ001 (a cell has no zone)
    ]  # fmt: skip
    cells: dict[str, object] = {"A1": "value"} | {f"A{row}": value for row, (value, _) in enumerate(values, start=3)}
    sheet = read_table(_workbook(tmp_path, cells))
    assert sheet.rows == [(row, {"value": text}) for row, (_, text) in enumerate(values, start=3)]


@pytest.mark.parametrize("number", [1e21, 1234567890.123456, 10**15, 89860012345678901234])
def test_a_number_that_a_spreadsheet_does_not_keep_is_refused(number: float, tmp_path: Path) -> None:
    path = _workbook(tmp_path, {"A1": "id", "B1": "name", "A2": 1, "A4": number, "B4": "x"})
    assert _refusal(path) == ("NUMBER_NOT_EXACT", 4, "id")


def test_formulas_and_error_cells_are_refused_where_they_stand(tmp_path: Path) -> None:
    path = _workbook(tmp_path, {"A1": "a", "B1": "b", "B7": "=SUM(A1:A6)", "A9": "x"})
    fault = faults_of(lambda: read_sheets(path))[0]
    assert (fault.code, fault.where.sheet, fault.where.line, fault.where.column) == ("FORMULA_IN_CELL", "first", 7, "B")
    assert fault.value == "=SUM(A1:A6)"
    _rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        b'<c r="B7"><f>SUM(A1:A6)</f><v>0</v></c>',
        b'<c r="B7" t="e"><v>#REF!</v></c>',
    )
    assert _refusal(path) == ("ERROR_IN_CELL", 7, "B")


def test_a_cell_right_of_the_header_is_not_passed_over(tmp_path: Path) -> None:
    assert _refusal(_workbook(tmp_path, {"A1": "a", "B1": "b", "A2": 1, "D5": "note"})) == ("ROW_RAGGED", 5, "")


def _rewrite(path: Path, name: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for each, content in members.items():
            target.writestr(each, content)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = _workbook(tmp_path, {"A1": "a"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/media/zeros.bin", bytes(40 << 20))
    fault = faults_of(lambda: read_table(path))[0]
    assert (fault.code, fault.params["what"]) == ("XLSX_TOO_LARGE", "ratio")


def test_a_directory_with_too_many_members_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, {"A1": "a"})
    with zipfile.ZipFile(path, "a") as target:
        for number in range(archive.MEMBERS):
            target.writestr(f"xl/media/{number}", b"")
    fault = faults_of(lambda: read_table(path))[0]
    assert (fault.code, fault.params["what"]) == ("XLSX_TOO_LARGE", "members")


def test_a_zip_bomb_whose_directory_lies_is_not_inflated(tmp_path: Path) -> None:
    """The directory says 10 bytes with the right checksum for them; the stream holds 64 MB."""
    path = _workbook(tmp_path, {"A1": "a"})
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflater.compress(bytes(64 << 20)) + deflater.flush()
    buffer = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(buffer, "a") as target:
        target.writestr("xl/media/x.bin", packed)  # stored; then the headers are changed to say deflated, 10 bytes
    raw = bytearray(buffer.getvalue())
    for signature, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = raw.rindex(b"xl/media/x.bin", 0, None if at == 10 else raw.index(b"PK\x01\x02"))
        header = raw.rindex(signature, 0, start)
        raw[header + at : header + at + 2] = struct.pack("<H", 8)
        sizes = header + (14 if at == 8 else 16)
        raw[sizes : sizes + 12] = struct.pack("<III", zlib.crc32(bytes(10)), len(packed), 10)
    path.write_bytes(raw)
    tracemalloc.start()
    fault = faults_of(lambda: read_table(path))[0]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fault.code == "XLSX_DAMAGED"
    assert peak < 8 << 20


def test_a_lone_cell_at_the_far_corner_lays_out_no_rectangle(tmp_path: Path) -> None:
    fault = faults_of(lambda: read_table(_workbook(tmp_path, {"A1": "a", "XFD1048576": "far"})))[0]
    assert (fault.code, fault.params["what"], fault.where.line) == ("XLSX_TOO_LARGE", "cells", 1_048_576)


def test_one_long_text_in_many_cells_is_counted_before_it_is_copied(tmp_path: Path) -> None:
    cells: dict[str, object] = {"A1": "a"} | {f"A{row}": "x" * 32_000 for row in range(2, 5000)}
    fault = faults_of(lambda: read_table(_workbook(tmp_path, cells)))[0]
    assert (fault.code, fault.params["what"]) == ("XLSX_TOO_LARGE", "characters")


def test_no_document_type_is_read(tmp_path: Path) -> None:
    path = _workbook(tmp_path, {"A1": "a"})
    declaration = b'<!DOCTYPE s [<!ENTITY x "xxxxxxxxxx">]>'
    _rewrite(path, "xl/sharedStrings.xml", b"<sst", declaration + b"<sst")
    assert _refusal(path)[0] == "XLSX_DAMAGED"


def test_no_zip_an_encrypted_one_and_any_cut_one_are_refused(tmp_path: Path) -> None:
    good = _workbook(tmp_path, {"A1": "a", "A2": 1}).read_bytes()
    path = tmp_path / "bad.xlsx"
    for content, code in (
        (b"a,b\n1,2\n", "XLSX_DAMAGED"), (b"", "XLSX_DAMAGED"), (archive.OLE + bytes(600), "XLSX_ENCRYPTED"),
    ):  # fmt: skip
        path.write_bytes(content)
        assert _refusal(path)[0] == code
    for length in range(0, len(good), 97):
        path.write_bytes(good[:length])
        assert _refusal(path)[0] == "XLSX_DAMAGED"
    for place in range(0, len(good), 61):  # a byte turned over: read as it was, or refused; never another error
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        faults_of(lambda: read_table(path))


def test_a_workbook_of_a_hundred_thousand_rows_reads_as_its_csv(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    rows = "".join(f"{n},zone{n % 7},0{n % 90}\n" for n in range(1_000_000, 1_100_000))
    (folder / "prefixes.csv").write_text("prefix,zone,area\n" + rows, encoding="utf-8")
    from_csv = read_sheets(folder)["prefixes"]
    from_xlsx = read_sheets(as_workbook(folder, tmp_path / "many.xlsx"))["prefixes"]
    assert len(from_csv.rows) == 100_000
    assert from_csv.rows == from_xlsx.rows
