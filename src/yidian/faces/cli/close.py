"""`yidian close CYCLE`: the bills of a cycle become final."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Close a cycle: its bills become final and nothing of it changes any more.",
    "zh": "关闭账期：账单定稿，此后不再变动。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    leave = words(en="close although something is parked and stays unbilled", zh="即使有挂起未出账的单元也关闭")
    parser.add_argument("--leave-parked", action="store_true", help=leave)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import close_cycle
    from yidian.platform.jobs.engine import alone

    # A run that is at work on the cycle ends first: its last transaction would find the cycle closed.
    with alone(tenant=tenant, subject=f"cycle {args.cycle}", folder=context.installation.work / "locks"):
        close_cycle(tenant=tenant, name=args.cycle, now=context.now, leave_parked=args.leave_parked)
    context.say("CYCLE_CLOSED_NOW", cycle=args.cycle)
    return 0
