"""`yidian close CYCLE`: what is not posted is posted, the month is added up, and nothing of it changes any more."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Close a cycle: its bills go into the books if they are not there, the month must add up, and is final.",
    "zh": "关闭账期：未入账的账单入账，月账核平后定稿，此后不再变动。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    leave = words(en="close although something is parked and stays unbilled", zh="即使有挂起未出账的单元也关闭")
    parser.add_argument("--leave-parked", action="store_true", help=leave)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.queries import cycle_named
    from yidian.domains.customer_bill.types import BILLED
    from yidian.runs.post.close import close
    from yidian.runs.rate.inputs import Places

    if cycle_named(tenant=tenant, name=args.cycle).state == BILLED:  # closing posts what is not posted: one agreement
        context.demand("cycle.post", subject=f"cycle/{args.cycle}", asks_itself=True)
    context.demand("cycle.close", subject=f"cycle/{args.cycle}")
    place = Places(lake=context.installation.lake, work=context.installation.work)
    close(
        tenant=tenant, places=place, cycle=args.cycle, now=context.now, actor=context.actor,
        leave_parked=args.leave_parked,
    )  # fmt: skip
    context.say("CYCLE_CLOSED_NOW", cycle=args.cycle)
    return 0
