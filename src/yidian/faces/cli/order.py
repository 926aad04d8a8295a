"""`yidian order …`: orders by file and one by one; what is in flight, what waits, what fell out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.faces.cli import order_paid, order_shown, order_taken

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Orders: take a file of them, quote one, list, show, pay, work off, cancel, reverse"
    " (docs/howto/orders-by-command.md).",
    "zh": "订单：批量受理、试算、查看、收款、处理退单、撤单、返销（见 docs/howto/orders-by-command.md）。",
}
Words = Callable[..., str]


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _declare_taking(actions, words)
    listed = actions.add_parser("list", help=words(en="orders in flight", zh="在途订单"))
    listed.add_argument(
        "--customer", default="", metavar="C", help=words(en="all of this customer", zh="该客户的全部订单")
    )
    listed.add_argument(
        "--state", action="append", default=[], metavar="STATE", help=words(en="in this state", zh="该状态的")
    )
    listed.add_argument("--limit", type=int, default=50, metavar="N")
    shown = actions.add_parser(
        "show", help=words(en="one, with its steps and history", zh="查看一张订单及其环节、历史")
    )
    shown.add_argument("order", metavar="ORDER")
    work = actions.add_parser("work", help=words(en="what waits for somebody", zh="待人工处理的订单"))
    work.add_argument("--limit", type=int, default=50, metavar="N")
    _declare_steps(actions, words)
    order_paid.declare(actions, words)
    for name, en, zh in (
        ("cancel", "before completion: as if nobody had asked", "竣工前撤单"),
        ("reverse", "on the day of completion: as if it had never been", "竣工当日返销"),
    ):
        back = actions.add_parser(name, help=words(en=en, zh=zh))
        back.add_argument("order", metavar="ORDER")
        back.add_argument("--reason", required=True, metavar="TEXT", help=words(en="why", zh="原因"))
    _declare_terms(actions, words)


def _declare_taking(actions: Any, words: Words) -> None:
    take = actions.add_parser("take", help=words(en="orders from a file, one to a line", zh="按文件批量受理，每行一单"))
    take.add_argument("path", type=Path, metavar="FILE", help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))
    take.add_argument(
        "--check", action="store_true", help=words(en="try every line, take none", zh="只校验试算，不受理")
    )
    batch = words(en="the same line of the same batch is taken once (default: the file's name)",
                  zh="批次名，同批次的同一行只受理一次（默认文件名）")  # fmt: skip
    take.add_argument("--batch", default="", metavar="NAME", help=batch)
    out = words(en="what came of each line, .csv or .xlsx", zh="逐行结果文件，.csv 或 .xlsx")
    take.add_argument("-o", "--output", type=Path, metavar="FILE", help=out)
    node = words(en="where they are taken", zh="受理组织")
    take.add_argument("--organisation", default="", metavar="CODE", help=node)
    quote = actions.add_parser("quote", help=words(en="what one would come to; nothing is kept", zh="试算，不保存"))
    quote.add_argument("deed", metavar="DEED", help=words(en="new, plan_change, …", zh="业务动作：new、plan_change 等"))
    quote.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help=words(en="what is told of it", zh="各项内容"))
    quote.add_argument("--customer", default="", metavar="C", help=words(en="whose", zh="客户"))
    quote.add_argument(
        "--subscriber", default="", metavar="S", help=words(en="its code or number", zh="用户编码或号码")
    )


def _declare_steps(actions: Any, words: Words) -> None:
    for name, en, zh in (
        ("again", "begin a step that fell out once more", "退单环节重做"),
        ("by-hand", "a step was done by somebody", "环节已人工完成"),
        ("cannot", "somebody's step cannot be done", "人工环节无法完成"),
    ):
        step = actions.add_parser(name, help=words(en=en, zh=zh))
        step.add_argument("order", metavar="ORDER")
        step.add_argument("item", type=int, metavar="ITEM", help=words(en="place of the item", zh="订单项序号"))
        step.add_argument("step", type=int, metavar="STEP", help=words(en="place of the step", zh="环节序号"))
        if name != "again":
            step.add_argument("--note", required=True, metavar="TEXT", help=words(en="how, or why not", zh="说明"))
        if name == "cannot":
            step.add_argument("--reason", required=True, metavar="CODE", help=words(en="why, as a code", zh="原因编码"))


def _declare_terms(actions: Any, words: Words) -> None:
    terms = actions.add_parser(
        "terms", help=words(en="what deeds bring along, as dated rows", zh="各业务的一次性费用与承诺时限")
    )
    terms.add_argument("deed", nargs="?", default="", metavar="DEED", help=words(en="of this deed", zh="业务动作"))
    since = words(en="first day on which they hold", zh="生效日期")
    terms.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE", help=since)
    line = words(en="only of this line of business", zh="仅限该业务线")
    terms.add_argument("--line", default="", metavar="LINE", help=line)
    fees = words(en="offers whose one-off fees are due, with commas", zh="一次性费用的销售品，逗号分隔")
    terms.add_argument("--fees", default="", metavar="A,B", help=fees)
    free = words(en="grades of customers who pay none", zh="免费的客户等级，逗号分隔")
    terms.add_argument("--free-for", default="", metavar="G,H", help=free)
    hours = words(en="promised within so many hours (0: at once)", zh="承诺几小时内竣工（0 为即时）")
    terms.add_argument("--hours", type=int, default=0, metavar="N", help=hours)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: done. 2: what is told is wrong, or a line of a file was refused. 3: not in this state, or it takes two."""
    acts: dict[str, Callable[[argparse.Namespace, Context], int]] = {
        "take": order_taken.take, "quote": order_taken.quote, "list": order_shown.listed, "show": order_shown.one,
        "work": order_shown.waiting, "again": _on_step, "by-hand": _on_step, "cannot": _on_step, "cancel": _cancel,
        "reverse": _reverse, "pay": order_paid.pay, "terms": _terms,
    }  # fmt: skip
    return acts[args.action](args, context)


def _on_step(args: argparse.Namespace, context: Context) -> int:
    _ = context.tenant
    from yidian.domains.product_order.queries import order_named
    from yidian.journeys.ordering import working

    context.demand("order.work", organisation=order_shown.node_of(args.order, context))
    facts = order_named(tenant=context.tenant, number=args.order)
    step = next((s for i in facts.items if i.place == args.item for s in i.steps if s.place == args.step), None)
    given = _given(args, context) | {"item": args.item, "step": args.step}
    seen = step.reason if step else ""
    if args.action == "again":
        working.again(**given, seen=seen)
    elif args.action == "by-hand":
        working.by_hand(**given, seen=seen, note=args.note)
    else:
        working.cannot(**given, reason=args.reason, note=args.note)
    return order_shown.told(args.order, context)


def _cancel(args: argparse.Namespace, context: Context) -> int:
    _ = context.tenant
    from yidian.journeys.ordering import going_back, working

    context.demand("order.cancel", organisation=order_shown.node_of(args.order, context))
    going_back.cancel(**_given(args, context), reason=working.noted(args.reason))
    return order_shown.told(args.order, context)


def _reverse(args: argparse.Namespace, context: Context) -> int:
    _ = context.tenant
    from yidian.journeys.ordering import reversing

    node = order_shown.node_of(args.order, context)
    context.demand(reversing.ACTION, organisation=node, asks_itself=True)
    reversing.reverse(**_given(args, context), reason=args.reason)
    return order_shown.told(args.order, context)


def _given(args: argparse.Namespace, context: Context) -> dict[str, Any]:
    """The same line at the same instant is the same act."""
    said = repr(sorted((name, str(value)) for name, value in vars(args).items()))
    key = f"console/{context.now.isoformat()}/{sha256(said.encode()).hexdigest()[:16]}"
    return {
        "tenant": context.tenant, "actor": context.actor, "key": key, "now": context.now, "order": args.order
    }  # fmt: skip


def _terms(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    if not args.deed:
        return order_shown.terms(context)
    context.demand("order.configure")
    from yidian.domains.product_catalog.queries import offers_for_orders
    from yidian.domains.product_order.operations import set_order_terms
    from yidian.kernel.faults import refuse
    from yidian.platform.writing.operations import perform

    if args.since is None:
        raise refuse("ORDER_TERMS_FROM", value=args.deed)
    told = {
        "deed": args.deed, "line": args.line, "fees": _codes(args.fees), "free_for": _codes(args.free_for),
        "hours": args.hours,
    }  # fmt: skip
    known = offers_for_orders(tenant=tenant, on=args.since)
    for code in told["fees"]:
        if code not in known:
            raise refuse("ORDER_OFFER_UNKNOWN", value=code, offer=code)

    def work(frame: Any) -> dict[str, Any]:
        set_order_terms(frame=frame, valid_from=args.since, **told)
        return {}

    perform(
        tenant=tenant, actor=context.actor, operation="order.terms", key=context.now.isoformat(),
        request={**told, "from": args.since}, now=context.now, work=work,
    )  # fmt: skip
    context.say("ORDER_TERMS_SET", deed=args.deed, since=args.since)
    return 0


def _codes(told: str) -> list[str]:
    return [code for one in told.split(",") if (code := one.strip())]
