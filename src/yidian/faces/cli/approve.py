"""`yidian approve yes|no|list`: what takes a second person waits here for one."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Decide what somebody else has asked for; name yourself with --as (docs/howto/staff.md).",
    "zh": "审批他人的申请；请用 --as 表明身份（见 docs/howto/staff.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_ in (("yes", words(en="approve", zh="批准")), ("no", words(en="refuse", zh="拒绝"))):
        action = actions.add_parser(name, help=help_)
        action.add_argument("approval", type=int, metavar="NUMBER", help=words(en="its number", zh="审批编号"))
        action.add_argument("--reason", default="", metavar="TEXT", help=words(en="why", zh="理由"))
    listed = actions.add_parser("list", help=words(en="what waits for somebody", zh="列出待办审批"))
    listed.add_argument("--all", action="store_true", help=words(en="the decided ones too", zh="包括已处理的"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "list":
        return _list(args, context)
    tenant = context.tenant
    from yidian.platform.access.approvals import decide

    decide(
        tenant=tenant, actor=context.actor, key=f"{args.action}/{args.approval}", now=context.now,
        approval=args.approval, yes=args.action == "yes", reason=args.reason,
    )  # fmt: skip
    context.say("APPROVAL_DECIDED_YES" if args.action == "yes" else "APPROVAL_DECIDED_NO", approval=args.approval)
    return 0


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.kernel.calendar import from_ms
    from yidian.kernel.money import currency, format_minor
    from yidian.platform.access.approvals import approvals
    from yidian.platform.wording import text

    unit = currency(tenant.currency)
    rows = [
        (
            str(one.id), one.action, one.subject, json.dumps(one.params, ensure_ascii=False, sort_keys=True),
            "" if one.amount_minor is None else format_minor(one.amount_minor, unit),
            text(f"APPROVAL_STATE_{one.state.upper()}", context.lang), one.asked_by,
            context.local(from_ms(one.asked_ms), "minutes"), one.decided_by,
        )
        for one in approvals(tenant=tenant, everything=args.all)
    ]  # fmt: skip
    names = ("NUMBER", "ACTION", "SUBJECT", "PARAMS", "AMOUNT", "STATE", "ASKED_BY", "ASKED", "DECIDED_BY")
    context.table("APPROVAL_TABLE", [f"APPROVAL_COLUMN_{name}" for name in names], rows)
    return 0
