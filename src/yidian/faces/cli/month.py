"""`yidian month CYCLE`: the books of a month, every sum from its own source, and whether they agree."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Print the books of a month and whether they add up (docs/howto/month.md); changes nothing.",
    "zh": "输出月账并核对是否相平（见 docs/howto/month.md），不改变任何数据。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0: every equation holds. 3: one does not."""
    tenant = context.tenant
    context.demand("ledger.read")
    from yidian.kernel.money import currency, format_micro, format_minor
    from yidian.platform.wording import text
    from yidian.runs.books.month import MINOR, month_books

    unit = currency(tenant.currency)

    def money(amount: int, of: str) -> str:
        return format_minor(amount, unit) if of == MINOR else format_micro(amount, at_least=unit.minor_digits)

    books = month_books(tenant=tenant, lake=context.installation.lake, cycle=args.cycle)
    terms = [(text(one.code, context.lang), money(one.amount, one.unit)) for one in books.terms]
    context.table("MONTH_BOOKS", ("BILL_COLUMN_WHAT", "MONTH_COLUMN_AMOUNT"), terms)
    rows = [
        (
            text(one.code, context.lang), money(one.left, one.unit), money(one.right, one.unit),
            text("MONTH_HOLDS" if one.holds else "MONTH_BROKEN", context.lang),
        )
        for one in books.equations
    ]  # fmt: skip
    columns = ("MONTH_COLUMN_EQUATION", "MONTH_COLUMN_LEFT", "MONTH_COLUMN_RIGHT", "MONTH_COLUMN_STATE")
    context.table("MONTH_EQUATIONS", columns, rows)
    return 3 if books.broken else 0
