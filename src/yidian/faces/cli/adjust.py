"""`yidian adjust ACCOUNT --cycle 2026-10 --item voice_local --reason CODE -- -12.50`, `yidian adjust --reverse 17`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Charge or give back an amount on an account's next bill (docs/howto/month.md); reverse what was wrong.",
    "zh": "在账户的下一张账单上补收或退还金额（见 docs/howto/month.md）；错误的调整用冲正更正。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", help=words(en="its code", zh="账户编码"))
    parser.add_argument("--cycle", metavar="CYCLE", help=words(en="the cycle it is about", zh="所调整的账期"))
    parser.add_argument("--item", metavar="CODE", help=words(en="the charge item", zh="账目项"))
    amount = words(en="with tax; given back: --amount=-12.50", zh="含税金额；退还写作 --amount=-12.50")
    parser.add_argument("--amount", metavar="AMOUNT", help=amount)
    parser.add_argument("--reason", metavar="CODE", help=words(en="why, as a code", zh="原因编码"))
    key = words(en="the same key again enters nothing (default: what is told)", zh="幂等键（默认由内容生成）")
    parser.add_argument("--key", metavar="KEY", help=key)
    reverse = words(en="enter the opposite of this adjustment", zh="冲正该笔调整")
    parser.add_argument("--reverse", type=int, metavar="NUMBER", help=reverse)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: entered, or entered before under the same key. 3: a second person has to agree first."""
    needed = ("reason",) if args.reverse else ("account", "cycle", "item", "amount", "reason")
    missing = [name for name in needed if not getattr(args, name)]
    if missing:
        context.complain("ADJUST_MISSING", names=", ".join(missing))
        return 2
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import reverse_adjustment
    from yidian.kernel.money import currency, format_minor, parse_minor
    from yidian.runs.bill.adjust import adjust

    context.demand("bill.adjust", asks_itself=True)  # beyond the limits the operation asks for a second person
    unit = currency(tenant.currency)
    if args.reverse:
        made = reverse_adjustment(
            tenant=tenant, actor=context.actor, now=context.now, id=args.reverse, reason=args.reason
        )
    else:
        told = (args.account, args.cycle, args.item, args.amount, args.reason)
        made = adjust(
            tenant=tenant, actor=context.actor, now=context.now, key=args.key or "/".join(told), account=args.account,
            cycle=args.cycle, item=args.item, amount_minor=parse_minor(args.amount, unit), reason=args.reason,
        )  # fmt: skip
    amount = f"{format_minor(made.amount_minor, unit)} {tenant.currency}"
    context.say("ADJUST_DONE", adjustment=made.id, account=made.account_code, amount=amount, cycle=made.origin)
    return 0
