"""`yidian demo-logins`: the people of a demonstration. Refused in every other profile."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": 'Make the people of a demonstration and a customer\'s login; profile "demo" only. Typed again it mends them.',
    "zh": "建立演示人员与一个客户登录；仅限 profile 为 demo 的安装。可重复执行。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    customer = words(en="code of a customer who gets a login", zh="要开通网厅登录的客户代码")
    parser.add_argument("--customer", metavar="CODE", help=customer)
    names = words(
        en="what the customer signs in with: a name, a number (repeatable)", zh="客户的登录名或号码（可重复）"
    )
    parser.add_argument("--login", action="append", default=[], metavar="NAME", help=names)


def run(args: argparse.Namespace, context: Context) -> int:
    if context.installation.profile != "demo":
        context.complain("NOT_THE_DEMO")
        return 2
    tenant = context.tenant
    from yidian.platform.sign_in import demo, passwords
    from yidian.platform.writing.operations import perform

    encoded = passwords.hashed(demo.PASSWORD)

    def work(frame: Frame) -> dict[str, Any]:
        for one in demo.PEOPLE:
            demo.make_staff(frame=frame, one=one, encoded=encoded)
        if args.customer:
            names = [(name, "number" if name.isdigit() else "name") for name in args.login]
            demo.make_customer(frame=frame, customer=args.customer, names=names, encoded=encoded)
        return {}

    perform(
        tenant=tenant, actor=context.actor, operation="demo.logins", key=context.now.isoformat(), request={},
        now=context.now, work=work,
    )  # fmt: skip
    context.say("DEMO_LOGINS_MADE", count=len(demo.PEOPLE) + bool(args.customer))
    return 0
