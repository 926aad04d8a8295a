"""`yidian import gifts FILE`: gifts for accounts and numbers (docs/howto/books.md)."""

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
    context.demand("balance.gift", subject=args.path.name)
    from yidian.domains.charging.operations import import_gifts
    from yidian.faces.cli.money import shown
    from yidian.kernel.calendar import local_date, to_ms

    on = local_date(to_ms(context.now), tenant.zone)
    report = import_gifts(tenant=tenant, actor=context.actor, path=args.path, now=context.now, on=on)
    context.say(
        "GIFTS_IMPORTED_BEFORE" if report.repeated else "GIFTS_IMPORTED", file=args.path.name, rows=report.rows,
        accounts=report.accounts, amount=shown(report.amount_minor, context),
    )  # fmt: skip
    return 0
