"""A product manager's draft in the small town: its workbook written out, a fault in it where one is wanted."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django_scopes import scope
from tests.cycles.world import TARIFF
from tests.web.town import ALPHA, NOW, Town

from yidian.domains.product_catalog import operations, queries
from yidian.domains.product_catalog.canonical import ROWS
from yidian.domains.product_catalog.workbook.forms import FORMS, HEAD, HEAD_SHEET, VALIDITY
from yidian.domains.product_catalog.workbook.writing import Writer
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.writing.types import Actor
from yidian.runs.trial.types import Line, Pair, Sample, Step, Trial

PRODUCT: Final = Actor("staff", "product")
DEARER: Final = replace(
    TARIFF, fees=tuple(replace(fee, amount_micro=fee.amount_micro + 5_000_000) for fee in TARIFF.fees)
)
NOVEMBER: Final = date(2026, 11, 1)
DEARER_SINCE_NOVEMBER: Final = replace(
    TARIFF,
    fees=tuple(replace(fee, valid_to=NOVEMBER) for fee in TARIFF.fees)
    + tuple(replace(fee, valid_from=NOVEMBER) for fee in DEARER.fees),
)


def workbook(path: Path, tariff: Tariff = DEARER, *, wrong: bool = False) -> Path:
    """A tariff as an .xlsx; `wrong`: with a price that nobody can read."""
    writer = Writer.of(tariff)
    with xlsxwriter.Workbook(path) as book:
        head = book.add_worksheet(HEAD_SHEET)
        told = {"format": "1", "currency": tariff.currency, "zone": tariff.zone, "bill_rounding": tariff.bill_rounding}
        for line, row in enumerate([("key", "value"), *((column.name, told[column.name]) for column in HEAD)]):
            head.write_row(line, 0, row)
        for form in FORMS:
            rows = getattr(tariff, form.sheet)
            if not rows:
                continue
            sheet = book.add_worksheet(form.sheet)
            columns = [column for column in form.columns if column.fills in {f.name for f in fields(ROWS[form.sheet])}]
            sheet.write_row(0, 0, [column.name for column in columns])
            for line, row in enumerate(rows, start=1):
                cells = [_cell(writer, row, column) for column in columns]
                if wrong and form.sheet == "prices" and line == 1:
                    cells[[column.name for column in columns].index("price")] = "about one"
                for n, cell in enumerate(cells):
                    sheet.write_string(line, n, cell)
    return path


def _cell(writer: Writer, row: Any, column: Any) -> str:
    if column in VALIDITY:
        value = getattr(row, column.fills)
        return value.isoformat() if value else ""
    return writer.cell(row, column)


TOLD: Final = Trial(
    cycle="2026-10", on="", source="new.xlsx", edition=1, currency="CNY", accounts=3, before_minor=10_000,
    after_minor=11_500, tax_before_minor=560, tax_after_minor=650, more=2, less=0, same=1,
    steps=(Step(0, 1, 1, 0), Step(1, 1000, 2, 1500)),
    items=(Pair("RENT", 3, 3_000, 4_500), Pair("LOCAL", 2, 7_000, 7_000)),
    offers=(Pair("PLAN", 3, 10_000, 11_500),),
    rises=(Sample("a1", 5_000, 6_000, (Line("s1", "fee", "RENT", "PLAN", 3_000, 4_000),)),), falls=(),
    rejected_before={}, rejected_after={"NO_ITEM": 2}, parked_before=0, parked_after=0,
)  # fmt: skip


def drafted(town: Town, tenant: str = ALPHA) -> int:
    """A draft with a trial, made without the pages."""
    row = town.tenant(tenant)
    path = workbook(town.home / f"new-{tenant}.xlsx")
    with scope(tenant=row):
        told = {"tenant": row, "actor": PRODUCT, "now": NOW}
        made = operations.draft_tariff(
            **told,
            key=f"draft-{tenant}",
            title="新资费",
            policy="月费加五元",
            source="new.xlsx",
            content=path.read_bytes(),
        )
        number = int(made.answer["draft"])
        facts = queries.tariff_draft(tenant=row, number=number)
        operations.keep_trial(**told, key=f"trial-{tenant}", number=number, sha256=facts.sha256, told=TOLD.to_json())
    return number


def waiting(town: Town) -> int:
    """The approval that waits for another product manager."""
    page = town.staff("product-2").get("/desk/approvals/").content.decode()
    found = re.search(r"/desk/approvals/(\d+)/", page)
    assert found, page
    return int(found[1])
