"""`yidian best-plan SUBSCRIBER`: what the last months of a number would have cost under every offer on sale."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from yidian.faces.cli.money import amounts_in
from yidian.platform.wording import text

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.best.types import BestPlan

HELP = {
    "en": "What the last months of a subscription would have cost under every main offer on sale, really priced\n"
          "(docs/howto/best-plan.md). Stores nothing.",
    "zh": "按每个在售主套餐逐条重新计算某用户近几个月的费用（见 docs/howto/best-plan.md）。不保存任何数据。",
}  # fmt: skip
SHOWN = 20


def declare(parser: Parser) -> None:
    words = parser.words
    subscriber = words(en="code of a subscription", zh="用户编码")
    parser.add_argument("subscriber", metavar="SUBSCRIBER", help=subscriber)
    months = words(en="how many of the last months that are rated (default: 3)", zh="最近几个已批价的账期（默认：3）")
    parser.add_argument("--months", type=int, default=3, metavar="N", help=months)
    offers = words(en="only these offers, with commas between", zh="只比较这些套餐，用逗号分隔")
    parser.add_argument("--offers", default="", metavar="A,B", help=offers)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; 2 no such subscription or offer; 3 nothing to compare."""
    tenant = context.tenant
    context.demand("bill.read")
    from yidian.runs.best.one import best_plan
    from yidian.runs.rate.inputs import Places

    found = best_plan(
        tenant=tenant, places=Places(lake=context.installation.lake, work=context.installation.work),
        subscriber=args.subscriber, now=context.now, months=args.months,
        offers=[code for code in args.offers.split(",") if code],
    )  # fmt: skip
    _show(found, context)
    return 0


def _show(found: BestPlan, context: Context) -> None:
    money, best = amounts_in(found.currency), found.best
    context.say(
        "BEST_TOLD" if best else "BEST_TOLD_NONE", subscriber=found.subscriber, offer=found.present.offer,
        cost=money(found.present.total_minor), best=best.offer if best else "",
        saving=money(best.saving_minor if best else 0), currency=found.currency,
    )  # fmt: skip
    if found.counted > 1:
        context.say("BEST_TOLD_TOGETHER", count=found.counted)
    months = zip(found.cycles, found.present.months, found.billed, strict=True)
    context.table(
        "BEST_TABLE_PRESENT", ["BEST_MONTH", "BEST_AT_TODAY", "BEST_BILLED"],
        [(cycle, money(minor), money(billed)) for cycle, minor, billed in months],
    )  # fmt: skip
    rows = [
        (f"{one.offer}{' *' if one.present else ''}", money(one.total_minor), money(one.saving_minor), "")
        if one.answered else (one.offer, "–", "–", text(f"BEST_{one.reason}", context.lang, count=one.events))
        for one in found.options
    ]  # fmt: skip
    columns = ["BEST_COLUMN_OFFER", "BEST_COLUMN_COST", "BEST_COLUMN_SAVING", "BEST_COLUMN_REASON"]
    context.table("BEST_TABLE_OFFERS", columns, rows[:SHOWN])
    if len(rows) > SHOWN:
        context.say("BEST_MORE", count=len(rows) - SHOWN)
    for reason, events in found.rejected.items():
        context.say("BEST_TOLD_REJECTED", events=events, reason=text(reason, context.lang))
