"""`yidian post CYCLE`: the bills of a cycle are fixed and go into the books."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Fix the bills of a cycle and book them: ledger, receivables (docs/howto/month.md). Killed, type it again.",
    "zh": "账单定稿并入账：总账、应收（见 docs/howto/month.md）。中断后再次输入即可继续。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    leave = words(en="post although something is parked and stays unbilled", zh="即使有挂起未出账的单元也入账")
    parser.add_argument("--leave-parked", action="store_true", help=leave)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: every bill stands in the books."""
    tenant = context.tenant
    from yidian.kernel.money import currency, format_minor
    from yidian.platform.wording import text
    from yidian.runs.post.run import post
    from yidian.runs.rate.inputs import Places

    context.demand("cycle.post", subject=f"cycle/{args.cycle}")
    place = Places(lake=context.installation.lake, work=context.installation.work)
    report = post(
        tenant=tenant, places=place, cycle=args.cycle, now=context.now, actor=context.actor,
        leave_parked=args.leave_parked,
    )  # fmt: skip
    context.say("POST_AGAIN" if report.again else "POST_DONE", cycle=report.cycle)
    unit = currency(tenant.currency)
    sums = (
        ("POST_TOTAL", report.total_minor),
        ("POST_TAX", report.tax_minor),
        ("POST_CREDITED", report.credited_minor),
    )
    rows: list[tuple[str, object]] = [(text("POST_BILLS", context.lang), f"{report.bills:,}")]
    rows += [(text(code, context.lang, currency=tenant.currency), format_minor(sum_, unit)) for code, sum_ in sums]
    if not report.again:
        rows.append((text("POST_LONGEST", context.lang), f"{report.longest_ms:,}"))
    context.table("POST_REPORT", ("BILL_COLUMN_WHAT", "BILL_COLUMN_SUM"), rows)
    return 0
