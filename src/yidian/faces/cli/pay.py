"""`yidian pay ACCOUNT AMOUNT`: money taken at a counter, with a receipt. A person types the amount twice."""

from __future__ import annotations

import argparse
import sys
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
    again = words(
        en="the amount once more: where it differs nothing is taken (asked for at a terminal)",
        zh="再输一次金额，不一致则不收款（在终端上会提示输入）",
    )
    parser.add_argument("--again", default="", metavar="AMOUNT", help=again)
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
    from yidian.kernel.faults import refuse

    amount = read_minor(args.amount, context)
    again = args.again or _asked(args.account, shown(amount, context), context)
    if again is not None and (second := read_minor(again, context)) != amount:
        raise refuse(
            "TILL_AMOUNTS_DIFFER", value=again, first_minor=shown(amount, context), second_minor=shown(second, context)
        )
    outcome = pay(
        tenant=tenant, actor=context.actor, key=key_of(args.key), now=context.now, account=args.account,
        amount_minor=amount, channel=args.channel, channel_txn=args.txn, method=args.method,
        named=args.named,
    )  # fmt: skip
    answer = outcome.answer
    again = outcome.repeated or answer["again"]
    context.say(
        "PAYMENT_TAKEN_BEFORE" if again else "PAYMENT_TAKEN", number=answer["number"], account=args.account,
        cleared=shown(answer["cleared_minor"], context), credited=shown(answer["credited_minor"], context),
    )  # fmt: skip
    return 0


def _asked(account: str, amount: str, context: Context) -> str | None:
    """The amount as a person at a terminal types it again, whose account it is read back; None: nobody sits there."""
    if not sys.stdin.isatty():
        return None
    tenant = context.tenant
    from yidian.domains.party.queries import accounts
    from yidian.platform.wording import text

    found = accounts(tenant=tenant, codes=[account])
    customer = found[0].customer if found else "?"
    return input(text("PAY_AGAIN_PROMPT", context.lang, account=account, customer=customer, amount=amount))
