"""`yidian port-code NUMBER`: the code with which a number goes to another network (授权码); answers to texts."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

RIGHT = "order.take"
HELP = {
    "en": "Give out the code with which a number goes to another network; --text answers a text message from the line.",
    "zh": "发放携号转网授权码；--text 应答本机发来的短信。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("number", metavar="NUMBER", help=words(en="the number that is to go", zh="要携出的号码"))
    text = words(en="what the line wrote: CXXZ#name#document or SQXZ#name#document", zh="短信内容")
    parser.add_argument("--text", default="", metavar="TEXT", help=text)
    key = words(en="the same text once: the gateway's own name of it", zh="短信网关的消息编号，重复时不再发放")
    parser.add_argument("--key", default="", metavar="KEY", help=key)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: a code, or the answer to a text. 3: it may not go now."""
    tenant, now = context.tenant, context.now
    from yidian.domains.product_inventory.queries import subscriber_owners, who_has
    from yidian.journeys.ordering.porting import by_text, give_code

    subscriber = who_has(tenant=tenant, kind="msisdn", value=args.number, at=now) or ""
    owner = subscriber_owners(tenant=tenant, codes=[subscriber]).get(subscriber, ("", ""))
    context.demand(RIGHT, organisation=owner[1] or None, subject=f"port/{args.number}")
    told: dict[str, Any] = {"tenant": tenant, "actor": context.actor, "key": args.key or uuid4().hex, "now": now}
    if args.text:
        reply = by_text(**told, number=args.number, text=args.text)
        params = {
            name: context.local(one, "minutes") if isinstance(one, datetime) else one
            for name, one in reply.params.items()
        }  # fmt: skip
        for code in reply.codes:
            context.say(code, **params)
        return 0
    given = give_code(**told, subscriber=subscriber, channel="cli")
    context.say("PORT_CODE_GIVEN", digits=given.code, until=context.local(given.until, "minutes"))
    return 0
