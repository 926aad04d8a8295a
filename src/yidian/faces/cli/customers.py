"""`yidian import customers FILE`: customers, accounts, numbers and offers held (docs/howto/customers.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.domains.product_inventory.types import ImportReport
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; BadInput passes through to the frame of the command line, which shows the faults and exits 2."""
    tenant = context.tenant
    context.demand("customer.import")
    from yidian.journeys.imports.customers import import_anew
    from yidian.platform.memory import keep_freed_memory

    keep_freed_memory()
    report = import_anew(tenant=tenant, actor=context.actor, path=args.path, now=context.now)
    code = "CUSTOMERS_NOTHING_NEW" if report.nothing_new else "CUSTOMERS_IMPORTED"
    context.say(code, rows=report.rows, file=args.path.name)
    _show(report, context)
    return 0


def _show(report: ImportReport, context: Context) -> None:
    from yidian.platform.wording import text

    names = ("KIND", "ADDED", "ENDED", "CHANGED", "UNCHANGED")
    rows = [
        (text(f"CUSTOMERS_KIND_{kind.upper()}", context.lang), count.added, count.ended, count.changed, count.unchanged)
        for kind, count in report.counts.items()
    ]
    context.table("CUSTOMERS_TABLE", [f"CUSTOMERS_COLUMN_{name}" for name in names], rows)
