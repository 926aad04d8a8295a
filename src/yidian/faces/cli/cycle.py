"""`yidian cycle open 2026-11`, `yidian cycle list`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Open the billing cycle of a month, or list the cycles.",
    "zh": "建立某月的账期，或列出账期。",
}
COLUMNS = ("NAME", "FROM", "TO", "STATE", "RATED", "BILLED")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    opening = actions.add_parser("open", help=words(en="open the cycle of a month", zh="建立某月的账期"))
    opening.add_argument("name", metavar="YYYY-MM", help=words(en="the month", zh="月份"))
    actions.add_parser("list", help=words(en="list the cycles", zh="列出账期"))


def run(args: argparse.Namespace, context: Context) -> int:
    return _open(args.name, context) if args.action == "open" else _list(context)


def _open(name: str, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import open_cycle

    cycle = open_cycle(tenant=tenant, name=name, now=context.now)
    context.say("CYCLE_OPENED", cycle=cycle.name, zone=cycle.zone)
    return 0


def _list(context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.queries import cycles
    from yidian.kernel.calendar import from_ms
    from yidian.kernel.calendar.zones import zone_named
    from yidian.platform.wording import text

    def local(instant_ms: int, zone: str) -> str:
        return from_ms(instant_ms).astimezone(zone_named(zone)).isoformat(timespec="minutes")

    rows = [
        (
            cycle.name, local(cycle.from_ms, cycle.zone), local(cycle.to_ms, cycle.zone),
            text(f"CYCLE_STATE_{cycle.state.upper()}", context.lang),
            text("YES" if cycle.rate_run else "NO", context.lang),
            text("YES" if cycle.bill_run else "NO", context.lang),
        )
        for cycle in cycles(tenant=tenant)
    ]  # fmt: skip
    context.table("CYCLE_TABLE", [f"CYCLE_COLUMN_{name}" for name in COLUMNS], rows)
    return 0
