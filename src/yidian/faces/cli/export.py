"""`yidian export bills|items|usage|suspense|marks CYCLE -o FILE`; `export canonical CYCLE`, `books`: -o FOLDER."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Write what a cycle holds to a file: .csv, .xlsx or .parquet by the ending (docs/howto/bill.md).",
    "zh": "把账期的内容导出为文件：按扩展名 .csv、.xlsx 或 .parquet（见 docs/howto/bill.md）。",
}
KINDS = ("bills", "items", "usage", "suspense", "marks", "canonical", "books")
PERSONAL = ("usage", "suspense", "marks")  # what holds numbers and whom they called


def declare(parser: Parser) -> None:
    words = parser.words
    what = words(
        en="what to write; canonical: a folder of four sorted csv files, the same bytes for the same result; books: "
        "those of every cycle, and ledger, debts, receipts, balance books",
        zh="导出内容；canonical：一个文件夹，四个排好序的 csv，同样的结果得到同样的字节；"
        "books：所有账期的，加上总账、欠费、缴费、余额账本",
    )
    parser.add_argument("kind", choices=KINDS, metavar="|".join(KINDS), help=what)
    cycle = words(en="its name: 2026-10 (not with books)", zh="账期名称：2026-10（books 不需要）")
    parser.add_argument("cycle", metavar="CYCLE", nargs="?", help=cycle)
    target = words(en="the file (canonical: the folder) to write", zh="要写入的文件（canonical：文件夹）")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=target)


def run(args: argparse.Namespace, context: Context) -> int:
    if (args.kind == "books") != (args.cycle is None):
        context.complain("EXPORT_WHICH_CYCLE", kind=args.kind)
        return 2
    tenant = context.tenant
    if args.kind in PERSONAL:
        context.demand("data.export", subject=f"export/{args.kind}/{args.cycle}")
    else:
        context.demand("bill.export")
    lake = context.installation.lake
    from yidian.runs.bill import exports

    if args.kind in ("canonical", "books"):
        if args.kind == "books":
            from yidian.runs.books.canonical import canonical_books

            told = canonical_books(tenant=tenant, lake=lake, folder=args.output)
        else:
            told = exports.canonical(tenant=tenant, lake=lake, cycle=args.cycle, folder=args.output)
        columns = [f"EXPORT_COLUMN_{name}" for name in ("FILE", "ROWS", "SHA256")]
        context.table("EXPORT_CANONICAL", columns, told)
        return 0
    rows = exports.export(tenant=tenant, lake=lake, kind=args.kind, cycle=args.cycle, path=args.output)
    context.say("EXPORT_DONE", file=args.output, rows=rows)
    return 0
