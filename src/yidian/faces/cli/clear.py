"""`yidian clear CYCLE`, `yidian clear --account A`: balance books pay what is owed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Let balance books pay what is owed of a cycle, or by one account, in the operator's order.",
    "zh": "按运营商的扣款顺序，用余额账本销一个账期或一个账户的欠费。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", nargs="?", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    account = words(en="everything one account owes", zh="某账户的全部欠费")
    parser.add_argument("--account", metavar="A", help=account)


def run(args: argparse.Namespace, context: Context) -> int:
    if (args.cycle is None) == (args.account is None):
        context.complain("CLEAR_WHAT")
        return 2
    context.demand("credit.run")
    return _account(args, context) if args.account else _cycle(args, context)


def _cycle(args: argparse.Namespace, context: Context) -> int:
    tenant, installation = context.tenant, context.installation
    from yidian.faces.cli.money import shown
    from yidian.runs.clear import clear_cycle

    report = clear_cycle(
        tenant=tenant, actor=context.actor, cycle=args.cycle, now=context.now, lake=installation.lake,
        locks=installation.work / "locks",
    )  # fmt: skip
    context.say(
        "CLEARED_CYCLE", cycle=args.cycle, accounts=report.accounts, cleared=shown(report.cleared_minor, context),
        open=shown(report.open_minor, context),
    )  # fmt: skip
    return 0


def _account(args: argparse.Namespace, context: Context) -> int:
    tenant, installation = context.tenant, context.installation
    from yidian.faces.cli.money import key_of, shown
    from yidian.runs.clear import clear_account

    outcome = clear_account(
        tenant=tenant, actor=context.actor, key=key_of(""), now=context.now, account=args.account,
        lake=installation.lake,
    )  # fmt: skip
    context.say("CLEARED_ACCOUNT", account=args.account, cleared=shown(outcome.answer["cleared_minor"], context))
    return 0
