"""`yidian login customer CODE`: a customer may sign in to the hall, by names and numbers of theirs; or no longer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from yidian.faces.cli import credential

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Open or end a customer's login to the hall; a one-time password is shown (docs/howto/serve.md).",
    "zh": "开通或结束客户的网厅登录；显示一次性密码（见 docs/howto/serve.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = actions.add_parser("customer", help=words(en="of a customer", zh="某客户的登录"))
    one.add_argument("customer", metavar="CODE", help=words(en="the customer's code", zh="客户代码"))
    names = words(en="a number or a name of theirs (repeatable)", zh="其号码或登录名（可重复）")
    one.add_argument("--login", action="append", default=[], metavar="NAME", help=names)
    one.add_argument("--end", action="store_true", help=words(en="nobody signs in as them any more", zh="结束该登录"))
    credential.declare(one, words)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.journeys.hall_names import names_for
    from yidian.journeys.whose import owner
    from yidian.kernel.faults import refuse
    from yidian.platform.sign_in.credentials import open_customer_login
    from yidian.platform.sign_in.types import CUSTOMER

    whose = owner(tenant=tenant, kind="customer", id=args.customer)
    context.demand("customer.change", organisation=(whose.organisation or None) if whose else None)
    if whose is None:
        raise refuse("CUSTOMER_UNKNOWN", column="customer", value=args.customer)
    if args.end:
        return _end(args, context)
    names = names_for(tenant=tenant, customer=args.customer, told=args.login or [args.customer], now=context.now)
    code = credential.give(
        args, context, realm=CUSTOMER, subject=args.customer,
        work=lambda frame, encoded: open_customer_login(
            frame=frame, customer=args.customer, encoded=encoded, names=names
        ),
    )  # fmt: skip
    context.say("LOGIN_OPENED", customer=args.customer, names=", ".join(names))
    return code


def _end(args: argparse.Namespace, context: Context) -> int:
    from yidian.platform.sign_in.credentials import end_credential
    from yidian.platform.sign_in.types import CUSTOMER
    from yidian.platform.writing.operations import perform

    def work(frame: Frame) -> dict[str, Any]:
        end_credential(frame=frame, realm=CUSTOMER, subject=args.customer)
        return {}

    perform(
        tenant=context.tenant, actor=context.actor, operation="credential.end",
        key=f"{context.now.isoformat()}/{args.customer}"[:200], request={}, now=context.now, work=work,
    )  # fmt: skip
    context.say("LOGIN_ENDED", customer=args.customer)
    return 0
