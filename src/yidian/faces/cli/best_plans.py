"""`yidian best-plans`: everybody's best plan over the last months, as sums and as a workbook for marketing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from yidian.faces.cli.money import amounts_in

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.best.types import BestPlans

HELP = {
    "en": "Everybody's best plan: who would save with another offer, what the operator would lose, and the list of\n"
          "numbers (docs/howto/best-plan.md). Killed, type it again.",
    "zh": "全部用户的更合适套餐：谁换套餐会更省、公司会少收多少、号码清单\n"
          "（见 docs/howto/best-plan.md）。中断后再次输入即可继续。",
}  # fmt: skip
SHOWN = 12


def declare(parser: Parser) -> None:
    words = parser.words
    months = words(en="how many of the last months that are rated (default: 3)", zh="最近几个已批价的账期（默认：3）")
    parser.add_argument("--months", type=int, default=3, metavar="N", help=months)
    cycle = words(
        en="the last of the months, 2026-10 (default: the newest that is over)",
        zh="最后一个账期，如 2026-10（默认：最近结束的账期）",
    )
    parser.add_argument("--cycle", default="", metavar="CYCLE", help=cycle)
    offers = words(en="only these offers, with commas between", zh="只比较这些套餐，用逗号分隔")
    parser.add_argument("--offers", default="", metavar="A,B", help=offers)
    out = words(en="also write the list of all numbers as a workbook (.xlsx)", zh="另写全部号码的清单（.xlsx）")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=out)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; 2 an offer that is not on sale; 3 no month to compare."""
    tenant = context.tenant
    context.demand("tariff.draft")
    if args.out is not None:
        context.demand("marketing.list")
    from yidian.kernel.faults import refuse
    from yidian.runs.best.many import Asked, best_plans, plan_list
    from yidian.runs.best.workbook import write_workbook
    from yidian.runs.rate.inputs import Places

    if args.out is not None and args.out.suffix.lower() != ".xlsx":
        raise refuse("EXPORT_FORMAT_UNKNOWN", file=str(args.out), value=args.out.suffix or args.out.name)
    places = Places(lake=context.installation.lake, work=context.installation.work)
    asked = Asked(months=args.months, upto=args.cycle, offers=tuple(code for code in args.offers.split(",") if code))
    with ExitStack() as bars:

        def progress(total: int) -> Callable[[int], None]:
            return bars.enter_context(context.progress(total, "BEST_PROGRESS")).advance

        number, told = best_plans(
            tenant=tenant, places=places, now=context.now, asked=asked, threads=context.installation.threads,
            progress=progress,
        )  # fmt: skip
    _show(told, context)
    if args.out is not None:
        write_workbook(args.out, told, plan_list(tenant=tenant, places=places, run=number), lang=context.lang)
        context.say("TRIAL_WRITTEN", file=args.out)
    return 0


def _show(told: BestPlans, context: Context) -> None:
    from yidian.kernel.money import currency
    from yidian.runs.best.workbook import step_words, why_nothing

    digits, money = currency(told.currency).minor_digits, amounts_in(told.currency)
    context.say(
        "BEST_PLANS_TOLD", first=told.cycles[0], last=told.cycles[-1], subscribers=told.subscribers,
        savers=told.savers, present=money(told.present_minor), saving=money(told.saving_minor),
        currency=told.currency, count=len(told.offers),
    )  # fmt: skip
    for reason, count in told.unanswered.items():
        context.say("BEST_PLANS_UNANSWERED", count=count, reason=why_nothing(reason, context.lang))
    steps = [(step_words(one, context.lang, digits), one.subscribers, money(one.saving_minor)) for one in told.steps]
    context.table("BEST_STEPS", ["BEST_COLUMN_STEP", "BEST_COLUMN_SUBSCRIBERS", "BEST_COLUMN_SAVING"], steps)
    flows = [(one.from_offer, one.to_offer, one.subscribers, money(one.saving_minor)) for one in told.flows[:SHOWN]]
    columns = ["BEST_COLUMN_FROM", "BEST_COLUMN_TO", "BEST_COLUMN_SUBSCRIBERS", "BEST_COLUMN_SAVING"]
    context.table("BEST_FLOWS", columns, flows)
