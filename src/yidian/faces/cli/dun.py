"""`yidian dun DATE`: late fees of the days that are over, and the list of who is overdue, who --stop stops."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Book late fees up to a day and list who is overdue on it, with the stage the rules propose.",
    "zh": "计收截至某日的违约金，并列出当日欠费账户及规则建议的阶段。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument(
        "date", nargs="?", metavar="DATE", help=words(en="for example 2026-11-21", zh="例如 2026-11-21")
    )
    stage = words(en="list the accounts of this stage only", zh="只列出该阶段的账户")
    parser.add_argument("--stage", metavar="S", help=stage)
    limit = words(en="list at most so many accounts", zh="最多列出的账户数")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help=limit)
    only = words(en="show the list as it was made, book nothing", zh="只显示已生成的清单，不计收")
    parser.add_argument("--show", action="store_true", help=only)
    stop = words(
        en="order what the list asks for: lines stopped, and those of accounts that are off it resumed",
        zh="按清单停机，并对已不在清单上的账户复机",
    )  # fmt: skip
    parser.add_argument("--stop", action="store_true", help=stop)
    fees = words(en="list the late fees of an account", zh="列出某账户的违约金")
    parser.add_argument("--fees", metavar="ACCOUNT", help=fees)
    waive = words(en="give up what is open of a late fee", zh="减免某笔违约金的未缴部分")
    parser.add_argument("--waive", type=int, metavar="FEE", help=waive)
    parser.add_argument("--reason", default="", metavar="WHY", help=words(en="why it is given up", zh="减免原因"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.waive is not None:
        return _waive(args, context)
    if args.fees is not None:
        return _fees(args, context)
    on = _day(args.date)
    if on is None:
        context.complain("DUN_WHICH_DAY", value=args.date or "")
        return 2
    if not args.show:
        _dun(on, context)
    if args.stop:
        return _stop(on, context)
    return _show(on, args, context)


def _day(told: str | None) -> date | None:
    try:
        return date.fromisoformat(told or "")
    except ValueError:
        return None


def _dun(on: date, context: Context) -> None:
    tenant, installation = context.tenant, context.installation
    from yidian.faces.cli.money import shown
    from yidian.runs.dun import dun

    context.demand("credit.run")
    report = dun(tenant=tenant, actor=context.actor, on=on, now=context.now, locks=installation.work / "locks")
    context.say(
        "DUNNED", on=on.isoformat(), listed=report.listed, fees=report.fees, minor=shown(report.fee_minor, context)
    )


def _stop(on: date, context: Context) -> int:
    """Each line with its order, or why not; what is refused today is asked again with the next list."""
    tenant = context.tenant
    context.demand("credit.run", subject=f"stop/{on.isoformat()}")
    from yidian.journeys.ordering.for_arrears import act
    from yidian.platform.wording import text

    found = act(tenant=tenant, actor=context.actor, on=on, now=context.now)
    rows = [
        (one.wanted.account, one.wanted.subscriber, text(f"DUN_ACT_{one.wanted.act}{one.wanted.ways}".upper(),
         context.lang), one.order,
         text(one.code, context.lang, **one.params) if one.code else "")
        for one in found
    ]  # fmt: skip
    names = ("ACCOUNT", "SUBSCRIBER", "ACT", "ORDER", "REFUSED")
    context.table("DUN_ACTS", [f"DUN_COLUMN_{name}" for name in names], rows)
    context.say("DUN_ACTED", orders=sum(bool(one.order) for one in found), refused=sum(bool(one.code) for one in found))
    return 0


def _show(on: date, args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("bill.read")
    from yidian.domains.credit.queries import dunning_list, stages_counted
    from yidian.domains.credit.types import STAGES
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    def stage(code: str) -> str:
        return text(f"DUN_STAGE_{code.upper()}", context.lang)

    counted = stages_counted(tenant=tenant, on=on)
    order = sorted(counted, key=lambda code: (STAGES.index(code) if code in STAGES else len(STAGES), code))
    rows = [(stage(code), counted[code][0], shown(counted[code][1], context)) for code in order]
    context.table("DUN_STAGES", [f"DUN_COLUMN_{name}" for name in ("STAGE", "ACCOUNTS", "OVERDUE")], rows)
    found = dunning_list(tenant=tenant, on=on, stage=args.stage, limit=max(args.limit, 0))
    told = [
        (one.account, stage(one.stage), shown(one.overdue_minor, context), one.oldest_due_on.isoformat(),
         *(shown(minor, context) for minor in one.buckets))
        for one in found
    ]  # fmt: skip
    names = ("ACCOUNT", "STAGE", "OVERDUE", "OLDEST", "TO_30", "TO_60", "TO_90", "OLDER")
    context.table("DUN_LIST", [f"DUN_COLUMN_{name}" for name in names], told)
    return 0


def _fees(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("bill.read")
    from yidian.domains.credit.queries import late_fees
    from yidian.faces.cli.money import shown

    rows = [
        (str(one.id), str(one.receivable), one.from_on.isoformat(), one.to_on.isoformat(),
         shown(one.amount_minor, context), shown(one.waived_minor, context))
        for one in late_fees(tenant=tenant, account=args.fees)
    ]  # fmt: skip
    names = ("FEE", "RECEIVABLE", "FROM", "TO", "AMOUNT", "WAIVED")
    context.table("DUN_FEES", [f"DUN_COLUMN_{name}" for name in names], rows)
    return 0


def _waive(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.credit.operations import waive_late_fee
    from yidian.faces.cli.money import shown

    context.demand("bill.write_off", subject=f"late_fee/{args.waive}")
    outcome = waive_late_fee(
        tenant=tenant, actor=context.actor, key=f"waive/{args.waive}", now=context.now, fee=args.waive,
        reason=args.reason,
    )  # fmt: skip
    context.say("LATE_FEE_WAIVED", fee=args.waive, minor=shown(outcome.answer["waived_minor"], context))
    return 0
