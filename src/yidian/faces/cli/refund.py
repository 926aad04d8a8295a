"""`yidian refund ACCOUNT AMOUNT`: principal paid back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Pay principal back: never more than is left of it, gifts never, above a limit with a second person.",
    "zh": "退还本金：不超过剩余本金，赠款不退，超过限额须由他人审批。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("account", metavar="ACCOUNT", help=words(en="code of the account", zh="账户编码"))
    parser.add_argument("amount", metavar="AMOUNT", help=words(en="for example 20.00", zh="金额，例如 20.00"))
    channel = words(en="how it is paid out (default: counter)", zh="退款渠道（默认 counter）")
    parser.add_argument("--channel", default="counter", metavar="C", help=channel)
    parser.add_argument("--reason", default="", metavar="WHY", help=words(en="why", zh="原因"))
    key = words(en="key of this command, to type it again safely", zh="命令键，便于安全地重复执行")
    parser.add_argument("--key", default="", metavar="K", help=key)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.payment.operations import refund
    from yidian.faces.cli.money import key_of, read_minor, shown

    amount_minor = read_minor(args.amount, context)
    context.demand("payment.refund", subject=f"refund/{args.account}", amount_minor=amount_minor, asks_itself=True)
    outcome = refund(
        tenant=tenant, actor=context.actor, key=key_of(args.key), now=context.now, account=args.account,
        amount_minor=amount_minor, channel=args.channel, reason=args.reason,
    )  # fmt: skip
    told = shown(outcome.answer["amount_minor"], context)
    context.say("REFUND_PAID", number=outcome.answer["number"], account=args.account, amount=told)
    return 0
