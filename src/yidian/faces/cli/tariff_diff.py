"""`yidian tariff diff A B`: what one tariff says that another does not, as a table or a file."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yidian.domains.product_catalog.types import Change
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.kernel.rating.tariff import Tariff

KINDS: Final = ("added", "ended", "changed", "renamed")
COLUMNS: Final = ("sheet", "key", "change", "from", "to", "column", "before", "after")
SHOWN: Final = 200


def declare(parser: Parser) -> None:
    words = parser.words
    for name, english, chinese in (("before", "what was", "原资费"), ("after", "what is to be", "新资费")):
        which = words(
            en=f"{english}: number of an edition, an .xlsx, or a folder", zh=f"{chinese}：版本号、.xlsx 或文件夹"
        )
        parser.add_argument(name, metavar=name.upper(), help=which)
    target = words(en="write the rows to a .csv, .xlsx or .parquet", zh="把差异写入 .csv、.xlsx 或 .parquet 文件")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=target)
    ending = words(en="write them to tariff-diff of this format", zh="写入该格式的 tariff-diff 文件")
    parser.add_argument("--format", choices=("csv", "xlsx"), help=ending)


def run(args: argparse.Namespace, context: Context) -> int:
    """0, different or not. BadInput passes to the frame (2)."""
    from yidian.domains.product_catalog.types import compare_tariffs

    output = args.output or (Path(f"tariff-diff.{args.format}") if args.format else None)
    before, after = (tariff_told(told, context) for told in (args.before, args.after))
    changes = compare_tariffs(before, after)
    if not changes:
        context.say("TARIFF_DIFF_SAME")
    if output is not None:
        _write(output, changes, context)
    elif changes:
        _show(changes, args, context)
    return 0


def tariff_told(told: str, context: Context) -> Tariff:
    """The tariff of an edition by its number, or of a file or folder. BadInput."""
    if told.isdecimal():
        tenant = context.tenant
        from yidian.domains.product_catalog.queries import tariff_of_edition

        return tariff_of_edition(tenant=tenant, number=int(told))
    from yidian.domains.product_catalog.types import read_tariff  # asks for no installation

    return read_tariff(Path(told))


def _show(changes: Sequence[Change], args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.wording import text

    counts = Counter((change.sheet, change.how) for change in changes)
    sheets = list(dict.fromkeys(change.sheet for change in changes))
    columns = ["TARIFF_COLUMN_SHEET", *(f"TARIFF_COLUMN_{kind.upper()}" for kind in KINDS)]
    title = text("TARIFF_DIFF_COUNTS", context.lang, before=args.before, after=args.after)
    context.table(title, columns, [[sheet, *(counts[sheet, kind] for kind in KINDS)] for sheet in sheets])
    rows = list(_rows(changes, context))
    context.table("TARIFF_DIFF_ROWS", [f"TARIFF_COLUMN_{name.upper()}" for name in COLUMNS], rows[:SHOWN])
    if len(rows) > SHOWN:
        context.say("TARIFF_DIFF_MORE", count=len(rows) - SHOWN)
    if all(change.how == "renamed" for change in changes):
        context.say("TARIFF_DIFF_NAMES_ONLY")


def _write(path: Path, changes: Sequence[Change], context: Context) -> None:
    import pyarrow as pa

    from yidian.runs.bill.table_files import check_ending, write

    check_ending(path)
    columns = list(zip(*_rows(changes, context), strict=True)) or [()] * len(COLUMNS)
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(COLUMNS, columns, strict=True)})
    rows = write(path, [table], schema=table.slice(0, 0), digits=0)
    context.say("TARIFF_DIFF_WRITTEN", rows=rows, file=path)


def _rows(changes: Sequence[Change], context: Context) -> Iterator[tuple[str, ...]]:
    """A line for each cell that differs; what came or went as a whole is one line, with all that it says."""
    from yidian.platform.wording import text

    for change in changes:
        how = text(f"TARIFF_DIFF_{change.how.upper()}", context.lang)
        days = [day.isoformat() if day else "" for day in (change.since, change.until)]
        first = (change.sheet, " ".join(filter(None, change.key)), how, *days)
        if change.how in ("added", "ended"):
            before, after = (_whole(change, which) for which in ("before", "after"))
            yield (*first, "", before, after)
        else:
            yield from ((*first, cell.column, cell.before, cell.after) for cell in change.cells)


def _whole(change: Change, which: str) -> str:
    said = ((cell.column, getattr(cell, which)) for cell in change.cells)
    return ", ".join(f"{column} {value}" for column, value in said if value)
