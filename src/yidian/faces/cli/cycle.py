"""`yidian cycle open 2026-11`, `list`, `history 2026-10`, `reopen 2026-10 --reason CODE`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Open the billing cycle of a month, list the cycles, tell what became of one, reopen a closed one.",
    "zh": "建立某月的账期，列出账期，查看账期经历，重开已关闭的账期。",
}
COLUMNS = ("NAME", "FROM", "TO", "STATE", "RATED", "BILLED")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    opening = actions.add_parser("open", help=words(en="open the cycle of a month", zh="建立某月的账期"))
    opening.add_argument("name", metavar="YYYY-MM", help=words(en="the month", zh="月份"))
    actions.add_parser("list", help=words(en="list the cycles", zh="列出账期"))
    history = actions.add_parser("history", help=words(en="what was done to a cycle", zh="账期的经历"))
    history.add_argument("name", metavar="CYCLE", help=words(en="its name", zh="账期名称"))
    second = words(en="reopen a closed cycle; a second person agrees first", zh="重开已关闭的账期，须第二人批准")
    reopening = actions.add_parser("reopen", help=second)
    reopening.add_argument("name", metavar="CYCLE", help=words(en="its name", zh="账期名称"))
    reopening.add_argument("--reason", required=True, metavar="CODE", help=words(en="why", zh="原因"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "open":
        return _open(args.name, context)
    if args.action == "history":
        return _history(args.name, context)
    return _reopen(args.name, args.reason, context) if args.action == "reopen" else _list(context)


def _open(name: str, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.open")
    from yidian.domains.customer_bill.operations import open_cycle

    cycle = open_cycle(tenant=tenant, name=name, now=context.now, actor=context.actor)
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


def _history(name: str, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.queries import cycle_named, steps
    from yidian.kernel.calendar.zones import zone_named
    from yidian.platform.wording import text

    zone = zone_named(cycle_named(tenant=tenant, name=name).zone)
    rows = [
        (
            step.sequence, text(f"CYCLE_EVENT_{step.event.upper()}", context.lang),
            text(f"CYCLE_STATE_{step.state.upper()}", context.lang),
            step.at.astimezone(zone).isoformat(timespec="seconds"), step.actor, step.reason,
        )
        for step in steps(tenant=tenant, cycle=name)
    ]  # fmt: skip
    columns = ("SEQUENCE", "EVENT", "STATE", "AT", "ACTOR", "REASON")
    context.table("CYCLE_HISTORY", [f"CYCLE_COLUMN_{column}" for column in columns], rows)
    return 0


def _reopen(name: str, reason: str, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.reopen", asks_itself=True)
    from yidian.domains.customer_bill.operations import reopen_cycle

    reopen_cycle(tenant=tenant, name=name, now=context.now, actor=context.actor, reason=reason)
    context.say("CYCLE_REOPENED", cycle=name)
    return 0
