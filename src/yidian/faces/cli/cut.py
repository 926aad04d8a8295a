"""`yidian cut CYCLE`: which usage belongs to a cycle is fixed; what comes later is late."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Fix which usage belongs to a cycle (docs/howto/month.md); later files are billed in the next one.",
    "zh": "确定账期包含哪些话单（见 docs/howto/month.md）；之后到达的话单计入下一账期。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import cut_cycle

    context.demand("cycle.cut", subject=f"cycle/{args.cycle}")
    cut_cycle(tenant=tenant, name=args.cycle, now=context.now, actor=context.actor)
    context.say("CYCLE_CUT_NOW", cycle=args.cycle)
    return 0
