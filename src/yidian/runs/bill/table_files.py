"""Tables of results as files for people: csv, xlsx or parquet by the ending. Money in exact decimals, text harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from yidian.kernel.faults import refuse
from yidian.kernel.money.currency import MICRO_DIGITS
from yidian.platform.files import write_durably

ENDINGS: Final = (".csv", ".xlsx", ".parquet")
SHEET_ROWS: Final = 1_048_575  # what a worksheet holds below its heading
EXACT_DIGITS: Final = 15  # more digits than these a spreadsheet does not keep: such a number is written as text
_DANGEROUS: Final = "^[=+\\-@\t\r]"
_NUMBER: Final = "^[+-]?[0-9]+(\\.[0-9]+)?$"


def check_ending(path: Path) -> str:
    """The file's ending in lower case; BadInput EXPORT_FORMAT_UNKNOWN."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise refuse("EXPORT_FORMAT_UNKNOWN", file=str(path), value=ending or path.name)
    return ending


def in_currency(table: pa.Table, digits: int) -> pa.Table:
    """Columns `…_micro` and `…_minor` as exact decimals of whole units under their plain names."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        plain, _, unit = name.rpartition("_")
        if unit == "micro":
            columns[plain] = _decimals(table[name], MICRO_DIGITS)
        elif unit == "minor":
            columns[plain if plain not in columns else f"{plain}_billed"] = _decimals(table[name], digits)
        else:
            columns[name] = table[name]
    return pa.table(columns)


def _decimals(column: pa.ChunkedArray, digits: int) -> pa.Array:
    """Integers of 10⁻ᵈ as decimals of 128 bits: the same bits with a sign before them."""
    whole = column.combine_chunks()
    values = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    wide = np.stack([values, values >> 63], axis=1)
    made = pa.Array.from_buffers(pa.decimal128(19, digits), len(values), [None, pa.py_buffer(wide.tobytes())])
    return pc.if_else(whole.is_valid(), made, pa.scalar(None, made.type))


def harmless(table: pa.Table) -> pa.Table:
    """Text that a spreadsheet would take for a formula gets a ' before it; plain numbers stay."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            formula = pc.match_substring_regex(column, _DANGEROUS)
            number = pc.match_substring_regex(column, _NUMBER)
            escaped = pc.binary_join_element_wise("'", column, "")
            column = pc.if_else(pc.and_(formula, pc.invert(number)), escaped, column)
        columns[name] = column
    return pa.table(columns)


def write(path: Path, tables: Iterable[pa.Table], *, schema: pa.Table, digits: int) -> int:
    """Write tables of one kind; `schema`: an empty table for the heading. Rows written; the file appears whole or not.

    BadInput EXPORT_TOO_LARGE when a worksheet cannot hold the rows.
    """
    ending = check_ending(path)
    counter = [0]

    def counted() -> Iterator[pa.Table]:
        for table in tables:
            counter[0] += table.num_rows
            yield in_currency(table, digits)

    head = in_currency(schema, digits)
    writer = {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet}[ending]
    try:
        write_durably(path, lambda temporary: writer(temporary, head, counted()))
    except BaseException:
        path.with_name(path.name + ".part").unlink(missing_ok=True)
        raise
    return counter[0]


def _write_csv(path: Path, head: pa.Table, tables: Iterator[pa.Table]) -> None:
    schema = harmless(head).schema
    with pa_csv.CSVWriter(path, schema, write_options=pa_csv.WriteOptions(quoting_style="needed")) as writer:
        for table in tables:
            writer.write_table(harmless(table).cast(schema))


def _write_parquet(path: Path, head: pa.Table, tables: Iterator[pa.Table]) -> None:
    with pq.ParquetWriter(path, head.schema, compression="zstd", compression_level=1) as writer:
        for table in tables:
            writer.write_table(table.cast(head.schema))


def _write_xlsx(path: Path, head: pa.Table, tables: Iterator[pa.Table]) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        formats = [
            book.add_format({"num_format": "0" + ("." + "0" * f.type.scale if f.type.scale else "")})
            if pa.types.is_decimal(f.type) else None
            for f in head.schema
        ]  # fmt: skip
        for column, name in enumerate(head.column_names):
            sheet.write_string(0, column, name)
        row = 0
        for table in tables:
            if row + table.num_rows > SHEET_ROWS:
                raise refuse("EXPORT_TOO_LARGE", file=path.name.removesuffix(".part"), limit=SHEET_ROWS)
            for values in zip(*(c.to_pylist() for c in harmless(table).columns), strict=True):
                row += 1
                for column, value in enumerate(values):
                    _write_cell(sheet, row, column, value, formats[column])


def _write_cell(sheet: Any, row: int, column: int, value: object, cell_format: Any) -> None:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        sheet.write_string(row, column, "" if value is None else str(value))
    elif isinstance(value, (int, Decimal)):
        exact = len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS
        if exact:
            sheet.write_number(row, column, value, cell_format)
        else:
            sheet.write_string(row, column, str(value))
    else:
        sheet.write_string(row, column, str(value))
