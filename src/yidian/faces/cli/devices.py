"""`yidian devices …`: terminals in stock: look at one, count them, scrap one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from yidian.faces.cli.resources_shown import change, count, declare_shown, show

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Terminals: show, count, scrap (docs/howto/numbers.md). `yidian import devices` brings them.",
    "zh": "终端：查看、统计、报废（见 docs/howto/numbers.md）。yidian import devices 导入。",
}


def declare(parser: Parser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    declare_shown(actions, parser.words)
    scrapped = actions.add_parser("scrap", help=parser.words(en="it will not be sold", zh="报废"))
    scrapped.add_argument("id", metavar="IMEI")


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "show":
        return show(context, "device", args.id)
    if args.action == "counts":
        return count(context, "device", args.of)
    change(context, args, name="devices", work=lambda frame: _scrap(frame, args.id))
    context.say("RESOURCE_DONE", id=args.id)
    return 0


def _scrap(frame: Frame, device: str) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import scrap_device

    scrap_device(frame=frame, device=device)
    return {}
