"""Sheets of text → a tariff that can be priced by, or every fault with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from yidian.domains.product_catalog.canonical import canonical
from yidian.domains.product_catalog.rules import RULES
from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.workbook.forms import FORMS, HEAD, HEAD_SHEET, Column, Form
from yidian.domains.product_catalog.workbook.kinds import CellRefused, Quantity
from yidian.kernel.calendar import zone_named
from yidian.kernel.faults import BadInput, Fault, Where
from yidian.kernel.money import currency
from yidian.kernel.rating.book import prove_bounds
from yidian.kernel.rating.tariff import Price, Row, Tariff
from yidian.platform.sheets import FaultList, Sheet, check_columns, read_sheets


def read_tariff(path: Path) -> Tariff:
    """The tariff of a workbook or folder of CSV, rows in canonical order. Raises BadInput with the first 100 faults."""
    return read_written(path)[1]


def read_written(path: Path) -> tuple[Draft, Tariff]:
    """The same, and its rows with the places where they were written.

    Cells are judged first, and rules over several rows only when every cell can be read: they would complain of echoes.
    """
    sheets = read_sheets(path)
    faults = FaultList()
    draft = Draft(files={name: sheet.file for name, sheet in sheets.items()}, head={}, faults=faults)
    _refuse_unknown_sheets(sheets, faults)
    _read_head(sheets.get(HEAD_SHEET), draft, str(path))
    for form in FORMS:
        if form.sheet in sheets:
            draft.rows[form.row] = _read_rows(form, sheets[form.sheet], faults)
    faults.raise_if_any()
    for rule in RULES:
        rule(draft)
    faults.raise_if_any()
    tariff = canonical(draft.tariff({form.sheet: form.row for form in FORMS}))
    try:
        prove_bounds(tariff)
    except BadInput as beyond:
        raise BadInput([_placed(fault, draft) for fault in beyond.faults]) from beyond
    return draft, tariff


def _placed(fault: Fault, draft: Draft) -> Fault:
    """A fault that names an item's price and its value, at the row that says so."""
    for price in draft.of(Price):
        said = {"price": price.row.price_micro, "setup": price.row.setup_micro, "per": price.row.per}
        column = fault.where.column
        if price.row.item == fault.params.get("item") and str(said.get(column)) == fault.value:
            where = Where(draft.files["prices"], "prices", price.line, column)
            return replace(fault, where=where, value=price.cells.get(column, ""))
    return fault


def _refuse_unknown_sheets(sheets: dict[str, Sheet], faults: FaultList) -> None:
    known = (HEAD_SHEET, *(form.sheet for form in FORMS))
    for name, sheet in sheets.items():
        if name not in known:
            faults.add("SHEET_UNKNOWN", file=sheet.file, sheet=name, value=name, allowed=", ".join(known))


def _read_head(sheet: Sheet | None, draft: Draft, path: str) -> None:
    faults = draft.faults
    if sheet is None:
        faults.add("SHEET_MISSING", file=path, sheet=HEAD_SHEET, value=HEAD_SHEET)
        return
    check_columns(sheet, required=("key", "value"), allowed=("key", "value"), faults=faults)
    told: dict[str, tuple[int, str]] = {}
    columns = {column.name: column for column in HEAD}
    for line, cells in sheet.rows:
        key = cells.get("key", "").strip()
        if key not in columns:
            _complain(faults, sheet, line, "key", CellRefused("TARIFF_KEY_UNKNOWN", allowed=", ".join(columns)), key)
        elif key in told:
            _complain(faults, sheet, line, "key", CellRefused("TARIFF_KEY_TWICE"), key)
        else:
            told[key] = line, cells.get("value", "").strip()
    for column in HEAD:
        _read_key(column, told, sheet, draft)


def _read_key(column: Column, told: dict[str, tuple[int, str]], sheet: Sheet, draft: Draft) -> None:
    line, value = told.get(column.name, (0, ""))
    if not value:
        if column.name != "bill_rounding":
            _complain(draft.faults, sheet, line, column.name, CellRefused("TARIFF_KEY_MISSING"), column.name)
        return
    try:
        _judge(column, value)
    except CellRefused as refused:
        _complain(draft.faults, sheet, line, "value", refused, value)
    else:
        draft.head[column.name] = value


def _judge(column: Column, value: str) -> None:
    if column.name == "format" and value != "1":
        raise CellRefused("FORMAT_UNKNOWN", allowed="1")
    column.kind.read(value)
    try:
        if column.name == "currency":
            currency(value)
        elif column.name == "zone":
            zone_named(value)
    except BadInput as bad:
        raise CellRefused(bad.faults[0].code, **dict(bad.faults[0].params)) from bad


def _read_rows(form: Form, sheet: Sheet, faults: FaultList) -> list[Written[Row]]:
    names = tuple(column.name for column in form.columns)
    check_columns(sheet, required=form.required, allowed=names, faults=faults)
    columns = [column for column in form.columns if column.name in sheet.header]
    if any(column not in columns for column in form.columns if column.name in form.required):
        return []
    optional = frozenset(form.defaults)
    found: list[Written[Row]] = []
    for line, cells in sheet.rows:
        values, measures = _read_cells(columns, cells, optional, sheet, line, faults)
        if faults.full:
            break
        if values is None:
            continue
        try:
            found += (Written(form.row(**each), form.sheet, line, measures, cells) for each in form.spread(values))
        except CellRefused as refused:
            _complain(faults, sheet, line, form.spread_column, refused, cells[form.spread_column])
    return found


def _read_cells(
    columns: list[Column], cells: dict[str, str], optional: frozenset[str], sheet: Sheet, line: int, faults: FaultList
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Field → value of one row (None: it has a fault), and column → measure of its quantities."""
    values: dict[str, Any] = {}
    measures: dict[str, str] = {}
    good = True
    for column in columns:
        text = cells[column.name].strip()
        try:
            if text:
                value = column.kind.read(text)
                if isinstance(value, Quantity):
                    measures[column.name] = value.measure
                    value = value.units
                values[column.fills] = value
            elif column.fills not in optional:
                raise CellRefused("VALUE_MISSING")
        except CellRefused as refused:
            _complain(faults, sheet, line, column.name, refused, text)
            good = False
    return (values if good else None), measures


def _complain(faults: FaultList, sheet: Sheet, line: int, column: str, refused: CellRefused, value: str) -> None:
    faults.add(refused.code, file=sheet.file, sheet=sheet.name, line=line, column=column, value=value, **refused.params)
