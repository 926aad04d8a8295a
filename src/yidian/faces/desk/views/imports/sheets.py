"""Files that go out: empty ones to be filled in, and what came of each row beside the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse

from yidian.faces.desk.views.imports.words import reasons
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.figures import money
from yidian.journeys.imports.kinds import ORDERS, Column, Kind
from yidian.journeys.imports.shelf import Head, Row
from yidian.platform.sheets.book import written_book
from yidian.platform.wording import entries, text

CSV: Final = "csv"
BOM: Final = b"\xef\xbb\xbf"  # a spreadsheet reads a CSV as UTF-8 only then
BATCH: Final = 5_000


def template(asked: Asked, kind: Kind, ending: str) -> HttpResponse:
    columns = kind.columns(asked.tenant)
    names = [column.name for column in columns]
    if ending == CSV:
        return _answer(BOM + ",".join(names).encode() + b"\r\n", f"{kind.name}.csv")
    heads = [text(f"IMPORT_{name}", asked.lang) for name in ("COLUMN", "NEEDED", "WHAT", "EXAMPLE")]
    rows = [
        (one.name, text("YES" if one.needed else "NO", asked.lang), column_words(kind, one, asked.lang), one.example)
        for one in columns
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder, "template.xlsx")
        with written_book(path, digits=2) as book:
            book.sheet(kind.name, names, [], typed=True)
            book.sheet(text("IMPORT_FORMAT", asked.lang), heads, rows)
        return _answer(path.read_bytes(), f"{kind.name}.xlsx")


def results(asked: Asked, head: Head, rows: Iterable[Row], ending: str) -> HttpResponse:
    """Every row as it was sent, its result and why; what a spreadsheet would take for a formula is text."""
    import pyarrow as pa

    from yidian.runs.bill.table_files import write

    names = ("LINE", "RESULT", *(("ORDER", "FIRST_BILL") if head.kind == ORDERS else ()), "REASON")
    heads = (*head.header, *(f"{text(f'IMPORT_{name}', asked.lang)}" for name in names))
    schema = pa.schema([(one, pa.string()) for one in _apart(heads)])

    def tables() -> Iterator[pa.Table]:
        cells = (_cells(asked, head, row) for row in rows)
        while some := list(islice(cells, BATCH)):
            yield pa.table([pa.array(column, pa.string()) for column in zip(*some, strict=True)], schema=schema)

    with TemporaryDirectory() as folder:
        path = Path(folder, f"result.{ending}")
        write(path, tables(), schema=schema.empty_table(), digits=2)
        data = path.read_bytes()
    return _answer(BOM + data if ending == CSV else data, f"{Path(head.name).stem}-result.{ending}")


def column_words(kind: Kind, column: Column, lang: str) -> str:
    """What belongs into a column: of this kind of file where it means something of its own there."""
    own = f"IMPORT_{kind.name}_{column.name}".upper().replace("-", "_")
    return text(own if own in entries() else f"IMPORT_COLUMN_{column.name.upper()}", lang)


def _cells(asked: Asked, head: Head, row: Row) -> list[str]:
    order = [row.order, "" if row.total_minor is None else money(row.total_minor, asked.tenant.currency)]
    return [
        *row.cells, str(row.line), text(f"IMPORT_STATE_{row.state.upper()}", asked.lang),
        *(order if head.kind == ORDERS else ()), reasons(asked, row.faults),
    ]  # fmt: skip


def _apart(names: Iterable[str]) -> Iterator[str]:
    """Columns are named once: one of ours that the file has as well gets a mark."""
    seen = set[str]()
    for name in names:
        while name in seen:
            name += "*"
        seen.add(name)
        yield name


def _answer(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
