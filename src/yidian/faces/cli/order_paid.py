"""`yidian order pay ORDER --amount … --method …`: what an order waits for is taken, and it begins."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from yidian.faces.cli import order_shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidian.domains.product_order.types import OrderFacts
    from yidian.faces.cli.context import Context

RIGHT = "payment.take"


def declare(actions: Any, words: Callable[..., str]) -> None:
    pay = actions.add_parser(
        "pay", help=words(en="take what an order waits for; it begins then", zh="收取订单的应收款，收款后开通")
    )
    pay.add_argument("order", metavar="ORDER")
    amount = words(en="exactly what is due, for example 200.00", zh="应收金额，例如 200.00")
    pay.add_argument("--amount", required=True, metavar="AMOUNT", help=amount)
    again = words(
        en="the amount once more: where it differs nothing is taken (asked for at a terminal)",
        zh="再输一次金额，不一致则不收款（在终端上会提示输入）",
    )
    pay.add_argument("--again", default="", metavar="AMOUNT", help=again)
    how = words(en="cash, card, transfer, online", zh="缴费方式：cash、card、transfer、online")
    pay.add_argument("--method", default="cash", metavar="M", help=how)
    where = words(en="where the money is (default: counter)", zh="渠道（默认 counter）")
    pay.add_argument("--channel", default="counter", metavar="C", help=where)
    key = words(en="key of this command, to type it again safely", zh="命令键，便于安全地重复执行")
    pay.add_argument("--key", default="", metavar="K", help=key)


def pay(args: argparse.Namespace, context: Context) -> int:
    """0: taken, now or before under the same key. 2: another amount than is due. 3: nothing is due, or it is paid."""
    tenant = context.tenant
    from yidian.domains.payment.operations import UnableToMoveOrderMoney
    from yidian.domains.product_order.queries import order_named
    from yidian.faces.cli.money import key_of, read_minor, shown
    from yidian.journeys.ordering.doing import UnableToDo
    from yidian.journeys.ordering.paying import Tender
    from yidian.journeys.ordering.paying import pay as pay_order
    from yidian.kernel.faults import refuse

    amount = read_minor(args.amount, context)
    node = order_shown.node_of(args.order, context)
    context.demand(RIGHT, organisation=node, amount_minor=amount)
    again = args.again or _asked(order_named(tenant=tenant, number=args.order), shown(amount, context), context)
    if again is not None and (second := read_minor(again, context)) != amount:
        first, other = shown(amount, context), shown(second, context)
        raise refuse("TILL_AMOUNTS_DIFFER", value=again, first_minor=first, second_minor=other)
    try:
        answer = pay_order(
            tenant=tenant, actor=context.actor, key=key_of(args.key), now=context.now, order=args.order,
            tender=Tender(amount, args.method), channel=args.channel,
        )  # fmt: skip
    except (UnableToDo, UnableToMoveOrderMoney) as refused:
        refused.params = {
            name: shown(int(value), context) if name.endswith("_minor") else value
            for name, value in refused.params.items()
        }
        raise
    context.say("ORDER_PAID_SAID", order=args.order, number=answer["number"], amount=shown(amount, context))
    return 0


def tell(facts: OrderFacts, context: Context) -> None:
    """What is paid with an order, or was."""
    from yidian.domains.payment.queries import orders_paid
    from yidian.faces.cli.money import shown

    paid = orders_paid(tenant=context.tenant, orders=[facts.number]).get(facts.number)
    if paid is not None:
        sums = {state: shown(paid.standing(state), context) for state in ("kept", "deposited", "credited", "returned")}
        context.say("ORDER_PAID_IS", number=paid.number, amount=shown(paid.amount_minor, context), **sums)
    elif facts.waits_for_payment and facts.due is not None:
        context.say("ORDER_DUE_IS", amount=shown(facts.due.total_minor, context))


def _asked(order: OrderFacts, amount: str, context: Context) -> str | None:
    """The amount as a person at a terminal types it again, whose order it is read back; None: nobody sits there."""
    if not sys.stdin.isatty():
        return None
    from yidian.platform.wording import text

    return input(
        text("ORDER_PAY_AGAIN_PROMPT", context.lang, order=order.number, customer=order.customer, amount=amount)
    )  # fmt: skip
