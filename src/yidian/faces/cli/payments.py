"""`yidian payments list|owing|files|assign|return|reverse`: what came in, what is owed, and putting right."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "List payments and what is owed; give suspended money to an account or back; reverse one of today.",
    "zh": "查看缴费与欠费；挂账款归账或退回；当日冲正。",
}
PUTTING_RIGHT = {
    "assign": ("give a suspended payment to an account", "将挂账款归入账户"),
    "return": ("give a suspended payment back", "退回挂账款"),
    "reverse": ("take a payment of today back", "冲正当日缴费"),
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|owing|files|assign|return|reverse")
    listing = actions.add_parser("list", help=words(en="payments, newest first", zh="缴费记录，最新在前"))
    listing.add_argument("--account", metavar="A", help=words(en="of one account", zh="某账户"))
    listing.add_argument("--suspended", action="store_true", help=words(en="only those of nobody known", zh="仅挂账款"))
    owing = actions.add_parser("owing", help=words(en="what an account owes", zh="账户欠费"))
    owing.add_argument("account", metavar="ACCOUNT", help=words(en="code of the account", zh="账户编码"))
    files = actions.add_parser("files", help=words(en="imported files", zh="已导入的文件"))
    for one in (listing, files):
        limit = words(en="at most so many", zh="最多列出的条数")
        one.add_argument("--limit", type=int, default=50, metavar="N", help=limit)
    for name, (english, chinese) in PUTTING_RIGHT.items():
        action = actions.add_parser(name, help=words(en=english, zh=chinese))
        action.add_argument(
            "payment", metavar="PAYMENT", help=words(en="its number, or channel:id", zh="收据号或 渠道:流水号")
        )
        if name == "assign":
            action.add_argument("account", metavar="ACCOUNT", help=words(en="code of the account", zh="账户编码"))
        reason = words(en="why", zh="原因")
        action.add_argument("--reason", required=name != "assign", default="", metavar="WHY", help=reason)


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action in ("list", "owing", "files"):
        context.demand("bill.read")
    if args.action == "list":
        return _list(args, context)
    if args.action == "owing":
        return _owing(args, context)
    if args.action == "files":
        return _files(args, context)
    return _put_right(args, context)


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.payment.queries import receipts
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    state = "suspended" if args.suspended else None
    rows = [
        (
            one.number or f"{one.channel}:{one.channel_txn}", one.business_on.isoformat(), one.account or one.payer,
            shown(one.amount_minor, context), text(f"PAYMENT_IS_{one.state.upper()}", context.lang),
            shown(one.cleared_minor, context), shown(one.credited_minor, context),
        )
        for one in receipts(tenant=tenant, account=args.account, state=state, limit=max(args.limit, 0))
    ]  # fmt: skip
    if not rows:
        context.say("PAYMENTS_NONE")
        return 0
    names = ("PAYMENT", "DAY", "ACCOUNT", "AMOUNT", "STATE", "CLEARED", "CREDITED")
    context.table("PAYMENTS_TABLE", [f"PAYMENTS_COLUMN_{name}" for name in names], rows)
    return 0


def _owing(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.payment.queries import owed_by
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    found = owed_by(tenant=tenant, accounts=[args.account]).get(args.account, [])
    rows = [
        (
            str(one.id), text(f"RECEIVABLE_IS_{one.kind.upper()}", context.lang), one.cycle, one.due_on.isoformat(),
            shown(one.amount_minor, context), shown(one.open_minor, context),
        )
        for one in found
    ]  # fmt: skip
    if not rows:
        context.say("OWING_NOTHING", account=args.account)
        return 0
    names = ("RECEIVABLE", "KIND", "CYCLE", "DUE", "AMOUNT", "OPEN")
    context.table("OWING_TABLE", [f"PAYMENTS_COLUMN_{name}" for name in names], rows)
    return 0


def _files(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.payment.queries import payment_files
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    rows = [
        (
            one.name, text(f"PAYMENT_FILE_IS_{one.state.upper()}", context.lang), one.rows, one.good, one.duplicates,
            one.suspended, one.rejected, shown(one.amount_minor, context),
            text(one.reason, context.lang, **one.params) if one.reason else "",
        )
        for one in payment_files(tenant=tenant, limit=max(args.limit, 0))
    ]  # fmt: skip
    names = ("FILE", "STATE", "ROWS", "GOOD", "DUPLICATES", "SUSPENDED", "REJECTED", "AMOUNT", "REASON")
    context.table("PAYMENT_FILES_TABLE", [f"PAYMENTS_COLUMN_{name}" for name in names], rows)
    return 0


def _put_right(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.payment.operations import put_right
    from yidian.domains.payment.queries import receipt

    found = receipt(tenant=tenant, named=args.payment)
    account = args.account if args.action == "assign" else ""
    put_right(
        tenant=tenant, actor=context.actor, key=f"{args.action}/{found.id}", now=context.now, act=args.action,
        payment=found.id, account=account, reason=args.reason,
    )  # fmt: skip
    if args.action == "assign":
        context.say("PAYMENT_ASSIGNED", payment=args.payment, account=args.account)
        return 0
    context.say("PAYMENT_RETURNED" if args.action == "return" else "PAYMENT_REVERSED", payment=args.payment)
    return 0
