"""`yidian import friends FILE`: friends and closed groups (docs/howto/customers.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 when taken, now or before; BadInput passes through and nothing of the file is taken."""
    tenant = context.tenant
    context.demand("customer.import")
    from yidian.domains.product_inventory.operations import import_friends

    report = import_friends(tenant=tenant, actor=context.actor, path=args.path, now=context.now)
    context.say(
        "FRIENDS_IMPORTED_BEFORE" if report.repeated else "FRIENDS_IMPORTED", file=args.path.name, rows=report.rows,
        added=report.added, ended=report.ended,
    )  # fmt: skip
    return 0
