"""`yidian cards …`: SIM and UIM cards: order some, look at one, count them, give them to a hall, scrap one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from yidian.faces.cli import card_orders
from yidian.faces.cli.resources_shown import change, count, declare_shown, show

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Cards: order, show, count, allocate, scrap (docs/howto/numbers.md). `yidian import cards` takes a delivery.",
    "zh": "卡资源：制卡、查看、统计、分配、报废（见 docs/howto/numbers.md）。yidian import cards 导入卡商文件。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    declare_shown(actions, words)
    card_orders.declare(actions, words)
    given = actions.add_parser(
        "allocate", help=words(en="to a hall; none: back to stock", zh="分配给营业厅；不填为退库")
    )
    given.add_argument("--organisation", default="", metavar="ORG", help=words(en="its node", zh="机构代码"))
    scrapped = actions.add_parser("scrap", help=words(en="it is void", zh="报废"))
    for action in (given, scrapped):
        action.add_argument("id", nargs="+", metavar="ICCID", help=words(en="one or several", zh="一张或多张"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "show":
        return show(context, "card", args.id)
    if args.action == "counts":
        return count(context, "card", args.of)
    if args.action in card_orders.ACTIONS:
        return card_orders.run(args, context)
    cards, args.id = args.id, args.id[0]
    args.cards = " ".join(cards)
    change(context, args, name="cards", work=lambda frame: _change(frame, args, cards))
    for card in cards:
        context.say("RESOURCE_DONE", id=card)
    return 0


def _change(frame: Frame, args: argparse.Namespace, cards: list[str]) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import allocate_card, scrap_card

    for card in cards:
        if args.action == "allocate":
            allocate_card(frame=frame, card=card, organisation=args.organisation)
        else:
            scrap_card(frame=frame, card=card)
    return {}
