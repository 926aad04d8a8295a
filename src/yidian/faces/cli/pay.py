"""`yidian pay ACCOUNT AMOUNT`: money taken at a counter, with a receipt."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Take a payment: the oldest receivables are cleared first, the rest becomes principal of the general book.",
    "zh": "缴费：先销最早到期的欠费，余额存入通用账本本金。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("account", metavar="ACCOUNT", help=words(en="code of the account", zh="账户编码"))
    parser.add_argument("amount", metavar="AMOUNT", help=words(en="for example 129.00", zh="金额，例如 129.00"))
    channel = words(en="where the money is (default: counter)", zh="渠道（默认 counter）")
    parser.add_argument("--channel", default="counter", metavar="C", help=channel)
    txn = words(en="the channel's own id: the same id is taken once", zh="渠道流水号，同一流水号只入账一次")
    parser.add_argument("--txn", default="", metavar="ID", help=txn)
    parser.add_argument("--method", default="", metavar="M", help=words(en="cash, card …", zh="缴费方式"))
    named = words(en="clear this receivable (repeatable, in order)", zh="指定要销的应收（可重复，按顺序）")
    parser.add_argument("--for", dest="named", action="append", type=int, default=[], metavar="ID", help=named)
    key = words(en="key of this command, to type it again safely", zh="命令键，便于安全地重复执行")
    parser.add_argument("--key", default="", metavar="K", help=key)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("payment.take")
    from yidian.domains.payment.operations import pay
    from yidian.faces.cli.money import key_of, read_minor, shown

    outcome = pay(
        tenant=tenant, actor=context.actor, key=key_of(args.key), now=context.now, account=args.account,
        amount_minor=read_minor(args.amount, context), channel=args.channel, channel_txn=args.txn, method=args.method,
        named=args.named,
    )  # fmt: skip
    answer = outcome.answer
    again = outcome.repeated or answer["again"]
    context.say(
        "PAYMENT_TAKEN_BEFORE" if again else "PAYMENT_TAKEN", number=answer["number"], account=args.account,
        cleared=shown(answer["cleared_minor"], context), credited=shown(answer["credited_minor"], context),
    )  # fmt: skip
    return 0
