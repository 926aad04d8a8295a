"""`yidian dispute raise|list|show|examine|uphold|settle|reconsider|reject|withdraw|terms` (docs/howto/disputes.md)."""

from __future__ import annotations

import argparse
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.domains.dispute.types import DisputeFacts
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Bills that customers dispute: taken with a promise, examined, decided; an over-charge comes back double.",
    "zh": "客户不认的账：登记并承诺答复时间，核查，处理；多收的按倍返还（见 docs/howto/disputes.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    raised = actions.add_parser("raise", help=words(en="take a customer's dispute", zh="登记争议"))
    raised.add_argument("account", metavar="ACCOUNT", help=words(en="its code", zh="账户编码"))
    raised.add_argument("--cycle", required=True, metavar="CYCLE", help=words(en="of the bill", zh="账期"))
    line = words(en="place of the line in the bill; without: the whole bill", zh="账单中的行号；不写为整张账单")
    raised.add_argument("--line", type=int, default=0, metavar="N", help=line)
    amount = words(en="how much is disputed, with tax", zh="争议金额（含税）")
    raised.add_argument("--amount", required=True, metavar="AMOUNT", help=amount)
    says = words(en="what the customer says", zh="客户的说法")
    raised.add_argument("--says", required=True, metavar="TEXT", help=says)
    event = words(en="a use it is about, by its id; may be repeated", zh="所涉话单编号，可重复")
    raised.add_argument("--event", action="append", default=[], metavar="ID", help=event)
    key = words(en="the same key again takes nothing (default: what is told)", zh="幂等键（默认由内容生成）")
    raised.add_argument("--key", default="", metavar="KEY", help=key)
    listed = actions.add_parser("list", help=words(en="what waits, the earliest promise first", zh="列出待处理争议"))
    listed.add_argument("--account", metavar="ACCOUNT", help=words(en="all of one account", zh="某账户的全部争议"))
    ended = words(en="those that are over, the last first", zh="列出已结束的争议")
    listed.add_argument("--ended", action="store_true", help=ended)
    _decisions(actions, words)
    terms = actions.add_parser("terms", help=words(en="show the terms, or set them from a day on", zh="查看或设定条款"))
    terms.add_argument("--from", dest="valid_from", metavar="DATE", help=words(en="from this day on", zh="生效日"))
    terms.add_argument(
        "--months", type=int, metavar="N", help=words(en="a bill can be disputed", zh="可提出争议的月数")
    )
    terms.add_argument("--multiple", type=int, metavar="N", help=words(en="of an over-charge", zh="多收返还倍数"))
    terms.add_argument("--hours", type=int, metavar="N", help=words(en="until the answer", zh="答复时限（小时）"))


def _decisions(actions: Any, words: Any) -> None:
    told = {
        "show": (words(en="one, with its steps", zh="查看一件争议"), ()),
        "examine": (words(en="write down what was found", zh="登记核查结果"), ("findings",)),
        "uphold": (words(en="the customer is right, by so much", zh="认定多收金额"), ("amount", "answer", "item")),
        "settle": (words(en="book what was upheld and agreed on", zh="入账已批准的认定"), ()),
        "reconsider": (words(en="take back what is not booked", zh="撤回尚未入账的认定"), ("reason",)),
        "reject": (words(en="the bill is right", zh="认定账单无误"), ("answer",)),
        "withdraw": (words(en="the customer lets it go", zh="客户撤回"), ("reason",)),
    }
    help_of = {
        "findings": words(en="what was found", zh="核查结果"),
        "answer": words(en="what the customer is told", zh="答复"),
        "amount": words(en="charged too much, with tax", zh="多收金额（含税）"), "reason": words(en="why", zh="原因"),
        "item": words(en="of a whole bill: which charge item", zh="整张账单时指定账目项"),
    }  # fmt: skip
    for name, (help_, options) in told.items():
        parser = actions.add_parser(name, help=help_)
        parser.add_argument("dispute", metavar="NUMBER", help=words(en="its number", zh="争议编号"))
        for option in options:
            needed = option not in ("item", "reason")
            parser.add_argument(f"--{option}", required=needed, default="", metavar="TEXT", help=help_of[option])


def run(args: argparse.Namespace, context: Context) -> int:
    """0: done, or done before. 3: not in this state, too late, or a second person has to agree first."""
    return {"raise": _raise, "list": _list, "show": _show, "terms": _terms}.get(args.action, _decide)(args, context)


def _raise(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.faces.cli.money import read_minor
    from yidian.runs.disputes.raising import dispute

    amount_minor = read_minor(args.amount, context)
    context.demand("dispute.handle", organisation=_node(args.account, context))
    told = (args.account, args.cycle, str(args.line), args.amount, args.says, *args.event)
    made = dispute(
        tenant=tenant, lake=context.installation.lake, actor=context.actor, key=args.key or _digest(*told),
        now=context.now, account=args.account, cycle=args.cycle, place=args.line, amount_minor=amount_minor,
        says=args.says, events=args.event,
    )  # fmt: skip
    context.say(
        "DISPUTE_TAKEN", dispute=made.number, account=made.account, promised=context.local(made.promised_at, "minutes")
    )
    return 0


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.dispute.queries import disputes_of, ended_page, open_page

    if args.account:
        context.demand("dispute.read", organisation=_node(args.account, context))
        rows = disputes_of(tenant=tenant, accounts=[args.account])
    else:
        context.demand("dispute.read")
        rows = (ended_page if args.ended else open_page)(tenant=tenant, nodes=None)
    _table(rows, context)
    return 0


def _table(rows: list[DisputeFacts], context: Context) -> None:
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    told = [
        (
            one.number, one.account, one.cycle, one.item, shown(one.amount_minor, context),
            text(f"DISPUTE_IS_{one.state.upper()}", context.lang), context.local(one.promised_at, "minutes"),
            "" if one.over_minor is None else shown(one.over_minor, context),
        )
        for one in rows
    ]  # fmt: skip
    names = ("NUMBER", "ACCOUNT", "CYCLE", "ITEM", "AMOUNT", "STATE", "PROMISED", "OVER")
    context.table("DISPUTE_TABLE", [f"DISPUTE_COLUMN_{name}" for name in names], told)


def _show(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.dispute.queries import dispute_named, steps
    from yidian.platform.wording import text

    found = dispute_named(tenant=tenant, number=args.dispute)
    context.demand("dispute.read", organisation=found.organisation or None)
    _table([found], context)
    rows = [
        (
            context.local(one.at, "minutes"),
            text(f"DISPUTE_EVENT_{one.event.upper()}", context.lang),
            one.actor,
            one.note,
        )
        for one in steps(tenant=tenant, number=args.dispute)
    ]  # fmt: skip
    context.table("DISPUTE_STEPS", [f"DISPUTE_COLUMN_{name}" for name in ("WHEN", "EVENT", "WHO", "NOTE")], rows)
    return 0


def _decide(args: argparse.Namespace, context: Context) -> int:
    """What a command line decides is done once: the same line again finds it done."""
    tenant = context.tenant
    from yidian.domains.dispute import operations
    from yidian.domains.dispute.queries import dispute_named, steps
    from yidian.runs.disputes import settling

    found = dispute_named(tenant=tenant, number=args.dispute)
    right = operations.ACTION if args.action in ("uphold", "settle", "reconsider") else "dispute.handle"
    context.demand(right, organisation=found.organisation or None, amount_minor=found.amount_minor, asks_itself=True)
    told: dict[str, Any] = {"tenant": tenant, "actor": context.actor, "now": context.now, "number": found.number}
    if args.action == "settle":
        done = settling.settle(**told)
    else:
        act = settling.uphold if args.action == "uphold" else getattr(operations, args.action)
        written = _written(args, context)
        again = sum(one.event == "reconsider" for one in steps(tenant=tenant, number=found.number))
        key = f"{found.number}/{args.action}/{again}/{_digest(*(str(one) for one in written.values()))}"
        done = act(**told, key=key, **written)
    context.say(f"DISPUTE_NOW_{done.state.upper()}", dispute=done.number)
    return 0


def _written(args: argparse.Namespace, context: Context) -> dict[str, Any]:
    from yidian.faces.cli.money import read_minor

    if args.action == "uphold":
        return {"over_minor": read_minor(args.amount, context), "answer": args.answer, "item": args.item}
    name = {"examine": "findings", "reject": "answer"}.get(args.action, "reason")
    return {name: getattr(args, name)}


def _terms(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.dispute.operations import set_terms
    from yidian.domains.dispute.queries import DEFAULT, dated_terms
    from yidian.domains.dispute.types import Terms

    if args.valid_from:
        context.demand("dispute.configure")
        try:
            valid_from = date.fromisoformat(args.valid_from)
        except ValueError:
            context.complain("DUN_WHICH_DAY", value=args.valid_from)
            return 2
        terms = Terms(
            args.months or DEFAULT.months, args.multiple or DEFAULT.multiple, args.hours or DEFAULT.answer_hours
        )
        set_terms(tenant=tenant, actor=context.actor, valid_from=valid_from, terms=terms, now=context.now)
    context.demand("dispute.read")
    rows = [("—", DEFAULT.months, DEFAULT.multiple, DEFAULT.answer_hours)] + [
        (one.valid_from.isoformat(), one.terms.months, one.terms.multiple, one.terms.answer_hours)
        for one in dated_terms(tenant=tenant)
    ]
    names = ("FROM", "MONTHS", "MULTIPLE", "HOURS")
    context.table("DISPUTE_TERMS_TABLE", [f"DISPUTE_COLUMN_{name}" for name in names], rows)
    return 0


def _node(account: str, context: Context) -> str | None:
    from yidian.domains.party.queries import accounts

    found = accounts(tenant=context.tenant, codes=[account])
    return (found[0].organisation or None) if found else None


def _digest(*told: str) -> str:
    return sha256("\0".join(told).encode()).hexdigest()[:32]
