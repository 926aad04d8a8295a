"""`yidian import payers FILE`: who else pays for a subscriber (docs/howto/customers.md)."""

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
    from yidian.domains.product_catalog.queries import current_tariff
    from yidian.domains.product_inventory.operations import import_payers

    items = {item.code for item in current_tariff(tenant=tenant)[1].items}
    report = import_payers(
        tenant=tenant, actor=context.actor, path=args.path, now=context.now, known_items=items
    )  # fmt: skip
    context.say(
        "PAYERS_IMPORTED_BEFORE" if report.repeated else "PAYERS_IMPORTED", file=args.path.name, rows=report.rows,
        added=report.added, ended=report.ended,
    )  # fmt: skip
    return 0
