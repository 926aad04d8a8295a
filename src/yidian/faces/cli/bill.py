"""`yidian bill CYCLE`: make the bills of a rated cycle, or of some accounts of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.bill.report import BillReport

HELP = {
    "en": "Make the bills of a rated cycle (docs/howto/bill.md). The same again changes nothing.",
    "zh": "对已批价的账期出账（见 docs/howto/bill.md）。重复执行不会改变结果。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    account = words(en="only this account, by code (repeatable)", zh="只对该账户出账（可重复）")
    parser.add_argument("--account", action="append", default=None, metavar="CODE", help=account)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: every account was billed or is parked with its reason."""
    tenant = context.tenant
    context.demand("cycle.bill")
    from yidian.runs.bill.run import bill
    from yidian.runs.rate.inputs import Places

    place = Places(lake=context.installation.lake, work=context.installation.work)
    with ExitStack() as bars:

        def progress(total: int) -> Callable[[int], None]:
            return bars.enter_context(context.progress(total, "BILL_PROGRESS")).advance

        report = bill(
            tenant=tenant, place=place, cycle_name=args.cycle, now=context.now, threads=context.installation.threads,
            accounts=args.account, progress=progress,
        )  # fmt: skip
    context.say("BILL_AGAIN" if report.again else "BILL_DONE", cycle=report.cycle)
    _show(report, context)
    return 0


def _show(report: BillReport, context: Context) -> None:
    from yidian.kernel.money import currency, format_micro, format_minor
    from yidian.platform.wording import text

    unit = currency(report.currency)
    parked = [("BILL_PARKED", code, count) for code, count in sorted(report.parked.items())]
    counts = [("BILL_ACCOUNTS", "", report.accounts), ("BILL_BILLED", "", report.billed), *parked]
    rows: list[tuple[str, object]] = [
        (text(label, context.lang) + (f" {text(code, context.lang)}" if code else ""), f"{count:,}")
        for label, code, count in counts
    ]
    rows.append((text("BILL_ITEMS", context.lang), f"{report.items:,}"))
    for label, micro in (
        ("BILL_USAGE", report.usage_micro), ("BILL_FEES", report.fee_micro), ("BILL_DISCOUNTS", report.discount_micro),
        ("BILL_MINIMUMS", report.minimum_micro), ("BILL_LATE", report.late_micro),
        ("BILL_ADJUSTED", report.adjusted_micro), ("BILL_ROUNDING", -report.remainder_micro),
    ):  # fmt: skip
        rows.append((text(label, context.lang), format_micro(micro, at_least=unit.minor_digits)))
    rows.append((text("BILL_TOTAL", context.lang, currency=report.currency), format_minor(report.total_minor, unit)))
    rows.append((text("BILL_TAX", context.lang), format_minor(report.tax_minor, unit)))
    rows.append((text("BILL_UNBILLED", context.lang), format_micro(report.unbilled_micro, at_least=unit.minor_digits)))
    if not report.again:
        rows.append((text("BILL_COMPUTED_SPEED", context.lang), f"{report.computed_per_s:,}"))
        rows.append((text("BILL_BOOKED_SPEED", context.lang), f"{report.booked_per_s:,}"))
    context.table("BILL_REPORT", ("BILL_COLUMN_WHAT", "BILL_COLUMN_SUM"), rows)
