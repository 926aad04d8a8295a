"""`yidian books show|changes|types [set|order]|expire|return-deposits`: balance books."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Balance books: what an account holds and how it changed; let gifts lapse, return deposits.",
    "zh": "余额账本：查看账户的账本及其变动；赠款到期处理、预存款返还。",
}

RIGHT: Final = "terms.configure"
FLAGS: Final = (
    ("principal", "the customer's own money", "本金"),
    ("refundable", "may be paid out", "可提取"),
    ("invoiceable", "invoiced when paid in", "充值时可开发票"),
    ("revenue", "counts as revenue when used", "使用时计收入"),
    ("may_pay_arrears", "pays what is owed from before", "可抵旧欠"),
    ("carries_over", "goes on when its time is over", "到期可结转"),
    ("active", "new money may come in", "可继续入账"),
)


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|changes|types|expire|return-deposits")
    for name, en, zh in (
        ("show", "books and deposits of an account", "一个账户的账本和预存款"),
        ("changes", "every change of an account's books", "账本变动明细"),
    ):
        action = actions.add_parser(name, help=words(en=en, zh=zh))
        action.add_argument("account", metavar="ACCOUNT", help=words(en="its code", zh="合同号"))
    _declare_types(actions, words)
    for name, en, zh in (
        ("expire", "let books lapse whose time is over", "处理到期账本"),
        ("return-deposits", "return what has fallen due of deposits", "返还到期预存款"),
    ):
        action = actions.add_parser(name, help=words(en=en, zh=zh))
        on = words(en="as of a date (default: today)", zh="处理日期（默认今天）")
        action.add_argument("--on", type=date.fromisoformat, metavar="DATE", help=on)


def _declare_types(actions: Any, words: Any) -> None:
    types = actions.add_parser(
        "types", help=words(en="types of books, and the order in which they pay", zh="账本类型与扣款顺序")
    )
    what = types.add_subparsers(dest="what", metavar="set|order")
    made = what.add_parser("set", help=words(en="make a type or change one", zh="新建或修改类型"))
    made.add_argument("type", metavar="TYPE", help=words(en="its code", zh="类型代码"))
    priority = words(en="lower pays first", zh="优先级，数小者先扣")
    made.add_argument("--priority", type=int, metavar="N", help=priority)
    items = words(en="charge items it pays, commas between; * all", zh="可支付的账目项，逗号分隔；* 表示全部")
    made.add_argument("--items", metavar="ITEMS", help=items)
    for name, en, zh in FLAGS:
        option = f"--{name.replace('_', '-')}"
        made.add_argument(option, dest=name, choices=("yes", "no"), help=words(en=en, zh=zh))
    order = what.add_parser("order", help=words(en="in which order books pay", zh="扣款顺序"))
    order.add_argument("rules", nargs="+", metavar="RULE", help=words(en="rules, first to last", zh="规则，从先到后"))


def run(args: argparse.Namespace, context: Context) -> int:
    acts = {"show": _show, "changes": _changes, "types": _types, "expire": _expire, "return-deposits": _return}
    if args.action == "types" and args.what:
        return _set(args, context)
    context.demand("credit.run" if args.action in ("expire", "return-deposits") else "bill.read")
    return acts[args.action](args, context)


def _show(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging import queries
    from yidian.faces.cli.money import shown

    books = queries.books(tenant=tenant, account=args.account)
    deposits = queries.deposits(tenant=tenant, account=args.account)
    if not books and not deposits:
        context.say("BOOKS_NONE", account=args.account)
        return 0
    rows = [
        (book.key, book.terms.subscriber, shown(book.balance_minor, context), shown(book.reserved_minor, context),
         book.terms.effective_on or "", book.terms.expires_on or "")
        for book in books
    ]  # fmt: skip
    columns = ("BOOK", "SUBSCRIBER", "BALANCE", "RESERVED", "EFFECTIVE", "EXPIRES")
    context.table("BOOKS_TABLE", [f"BOOKS_COLUMN_{name}" for name in columns], rows)
    if deposits:
        parts = [
            (row.id, shown(row.amount_minor, context), shown(row.returned_minor, context),
             f"{row.returned}/{row.months}", row.next_on or "")
            for row in deposits
        ]  # fmt: skip
        heads = ("DEPOSIT", "AMOUNT", "RETURNED", "MONTHS", "NEXT")
        context.table("BOOKS_DEPOSITS", [f"BOOKS_COLUMN_{name}" for name in heads], parts)
    return 0


def _changes(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging import queries
    from yidian.faces.cli.money import shown

    rows = [
        (book.key, line.transaction, line.on, line.cycle, line.kind, shown(line.before_minor, context),
         shown(line.amount_minor, context), shown(line.after_minor, context), line.refers)
        for book in queries.books(tenant=tenant, account=args.account)
        for line in queries.changes(tenant=tenant, account=args.account, book=book)
    ]  # fmt: skip
    if not rows:
        context.say("BOOKS_NONE", account=args.account)
        return 0
    columns = ("BOOK", "SERIAL", "DATE", "CYCLE", "CHANGE", "BEFORE", "AMOUNT", "AFTER", "REFERS")
    context.table("BOOKS_CHANGES", [f"BOOKS_COLUMN_{name}" for name in columns], rows)
    return 0


def _types(_: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging import queries
    from yidian.platform.wording import text

    def word(flag: bool) -> str:
        return text("BOOKS_YES", context.lang) if flag else ""

    rows = [
        (row.code, row.priority, " ".join(row.items), word(row.principal), word(row.refundable),
         word(row.may_pay_arrears), word(row.carries_over), word(row.active))
        for row in queries.types(tenant=tenant).values()
    ]  # fmt: skip
    columns = ("TYPE", "PRIORITY", "ITEMS", "PRINCIPAL", "REFUNDABLE", "ARREARS", "CARRIES_OVER", "ACTIVE")
    context.table("BOOKS_TYPES", [f"BOOKS_COLUMN_{name}" for name in columns], rows)
    context.say("BOOKS_ORDER", order=" > ".join(queries.deduction_order(tenant=tenant)))
    return 0


def _set(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging.operations import change_order, change_type
    from yidian.faces.cli.money import key_of

    doing: dict[str, Any] = {"tenant": tenant, "actor": context.actor, "now": context.now, "key": key_of("")}
    if args.what == "order":
        context.demand(RIGHT, subject="deduction_order", params={"order": args.rules})
        change_order(**doing, order=args.rules)
        return _types(args, context)
    told: dict[str, Any] = {name: getattr(args, name) == "yes" for name, _, _ in FLAGS if getattr(args, name)}
    told |= {} if args.priority is None else {"priority": args.priority}
    told |= {} if args.items is None else {"items": sorted({item.strip() for item in args.items.split(",")} - {""})}
    context.demand(RIGHT, subject=f"balance_type/{args.type}", params=told)
    change_type(**doing, code=args.type, told=told)
    context.say("BOOKS_TYPE_SET", type=args.type)
    return _types(args, context)


def _expire(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging.operations import expire_books
    from yidian.faces.cli.money import shown

    done = expire_books(tenant=tenant, actor=context.actor, now=context.now, on=_on(args, context))
    context.say(
        "BOOKS_EXPIRED", count=done.books, lapsed=shown(done.lapsed_minor, context),
        carried=shown(done.carried_minor, context),
    )  # fmt: skip
    return 0


def _return(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.charging.operations import return_deposits
    from yidian.faces.cli.money import shown

    done = return_deposits(tenant=tenant, actor=context.actor, now=context.now, on=_on(args, context))
    context.say(
        "DEPOSITS_RETURNED", deposits=done.deposits, count=done.returns, amount=shown(done.amount_minor, context)
    )
    return 0


def _on(args: argparse.Namespace, context: Context) -> date:
    """The business date: as told, else today in the tenant's zone."""
    from yidian.kernel.calendar import local_date, to_ms

    told: date | None = args.on
    return told or local_date(to_ms(context.now), context.tenant.zone)
