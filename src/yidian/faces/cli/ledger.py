"""`yidian ledger trial|statement|rebuild`: the books of the operator."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "The double-entry ledger: trial balance, an account's statement, balances held against their postings.",
    "zh": "复式账簿：试算平衡表、账户明细、余额与分录核对。",
}
DIFFERS = 1


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="trial|statement|rebuild")
    trial = actions.add_parser("trial", help=words(en="turnover and balance by kind", zh="按类别汇总发生额与余额"))
    trial.add_argument("--cycle", metavar="CYCLE", help=words(en="of one cycle only", zh="仅限某账期"))
    statement = actions.add_parser("statement", help=words(en="every line of one account", zh="一个账户的明细"))
    statement.add_argument(
        "kind", metavar="KIND", help=words(en="receivable, book, cash …", zh="receivable、book、cash 等")
    )
    owner = words(en="the billing account it belongs to", zh="所属的合同号")
    statement.add_argument("--account", default="", metavar="A", help=owner)
    statement.add_argument(
        "--code", default="", metavar="C", help=words(en="item, channel, book …", zh="科目、渠道、账本等")
    )
    actions.add_parser("rebuild", help=words(en="hold every balance against its postings", zh="余额与分录核对"))


def run(args: argparse.Namespace, context: Context) -> int:
    context.demand("ledger.read")
    return {"trial": _trial, "statement": _statement, "rebuild": _rebuild}[args.action](args, context)


def _trial(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.ledger.queries import trial_balance
    from yidian.faces.cli.money import shown

    lines = trial_balance(tenant=tenant, cycle=args.cycle)
    if not lines:
        context.say("LEDGER_EMPTY")
        return 0
    rows = [
        (line.kind, line.code, shown(line.debit_minor, context), shown(line.credit_minor, context),
         shown(line.balance_minor, context))
        for line in lines
    ]  # fmt: skip
    columns = ("KIND", "CODE", "DEBIT", "CREDIT", "BALANCE")
    context.table("LEDGER_TRIAL", [f"LEDGER_COLUMN_{name}" for name in columns], rows)
    return 0


def _statement(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.ledger.queries import statement
    from yidian.domains.ledger.types import KINDS, AccountKey
    from yidian.faces.cli.money import shown
    from yidian.kernel.faults import refuse

    if args.kind not in KINDS:
        raise refuse("VALUE_UNKNOWN", value=args.kind, allowed=", ".join(KINDS))
    key = AccountKey(args.kind, args.account, args.code)
    rows = [
        (line.transaction, line.on, line.cycle, line.kind, line.refers, shown(line.amount_minor, context),
         shown(line.after_minor, context), line.reverses or "")
        for line in statement(tenant=tenant, key=key)
    ]  # fmt: skip
    if not rows:
        context.say("LEDGER_EMPTY")
        return 0
    columns = ("TRANSACTION", "DATE", "CYCLE", "KIND", "REFERS", "AMOUNT", "BALANCE", "REVERSES")
    context.table("LEDGER_STATEMENT", [f"LEDGER_COLUMN_{name}" for name in columns], rows)
    return 0


def _rebuild(_: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.ledger.queries import rebuild_differences, stored_count
    from yidian.faces.cli.money import shown

    found = rebuild_differences(tenant=tenant)
    if not found:
        context.say("LEDGER_REBUILT", count=stored_count(tenant=tenant))
        return 0
    rows = [(*one.account, shown(one.stored_minor, context), shown(one.posted_minor, context)) for one in found]
    columns = ("KIND", "OWNER", "CODE", "STORED", "POSTED")
    context.table("LEDGER_DIFFERENCES", [f"LEDGER_COLUMN_{name}" for name in columns], rows)
    context.complain("LEDGER_REBUILD_DIFFERS", count=len(found))
    return DIFFERS
