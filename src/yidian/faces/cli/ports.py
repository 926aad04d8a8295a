"""`yidian ports …`: what reaches an address (资源确认), ports that break and are mended."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from yidian.faces.cli.resources_shown import change, columns, count, declare_shown, show, state_words

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Broadband ports: what reaches an address, show, break, mend (docs/howto/numbers.md).",
    "zh": "宽带端口：地址资源确认、查看、报障、修复（见 docs/howto/numbers.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    reached = actions.add_parser("reach", help=words(en="boxes and free ports of an address", zh="某地址的资源确认"))
    reached.add_argument("address", metavar="ADDRESS", help=words(en="its code", zh="标准地址编码"))
    reached.add_argument("--limit", type=int, default=20, metavar="N", help=words(en="how many ports", zh="端口数"))
    declare_shown(actions, words)
    for name, en, zh in (("break", "a free port does not work", "端口故障"), ("mend", "it works again", "端口修复")):
        actions.add_parser(name, help=words(en=en, zh=zh)).add_argument("id", metavar="PORT")


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "show":
        return show(context, "port", args.id)
    if args.action == "counts":
        return count(context, "port", args.of)
    if args.action == "reach":
        return _reach(args, context)
    change(context, args, name="ports", work=lambda frame: _change(frame, args))
    context.say("RESOURCE_DONE", id=args.id)
    return 0


def _change(frame: Frame, args: argparse.Namespace) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import break_port, mend_port

    (break_port if args.action == "break" else mend_port)(frame=frame, port=args.id)
    return {}


def _reach(args: argparse.Namespace, context: Context) -> int:
    """0: a port is free. 3: none is."""
    tenant = context.tenant
    context.demand("resource.read")
    from yidian.domains.resource_inventory.queries import capacity, free_ports
    from yidian.platform.wording import text

    found = capacity(tenant=tenant, address=args.address)
    rows = [(state_words(context, state), number) for state, number in sorted(found.states.items())]
    rows.append((text("PORTS_NOT_BUILT", context.lang), found.room))
    context.say("PORTS_CAPACITY", address=args.address)
    context.table("RESOURCE_COUNTS", columns("STATE", "COUNT"), rows)
    free = free_ports(tenant=tenant, address=args.address, limit=args.limit, now=context.now)
    told = [(one.port, one.box, one.kind, one.address) for one in free]
    context.table("PORTS_FREE", columns("PORT", "BOX", "KIND", "ADDRESS"), told)
    return 0 if free else 3
