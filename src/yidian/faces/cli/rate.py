"""`yidian rate CYCLE`: price the usage of a cycle, or again only what some accounts pay for.

Exit codes: 0 done, 1 unforeseen, 2 bad input (the cycle, an account, the tariff), 3 not now: somebody else is at work
on the cycle, or its state does not allow it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.tenancy.queries import Tenant
    from yidian.runs.rate.inputs import Places
    from yidian.runs.rate.run import RateReport

HELP = {
    "en": "Rate the usage of a cycle (docs/howto/rate.md). The same again changes nothing; killed, type it again.",
    "zh": "对一个账期的话单批价（见 docs/howto/rate.md）。重复执行不会改变结果；中断后再次输入即可继续。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("cycle", metavar="CYCLE", help=words(en="its name: 2026-10", zh="账期名称：2026-10"))
    account = words(
        en="rate again only what shares a rating unit with these accounts, by code",
        zh="只对与这些账户（按编码）同属批价单元的用户重新批价",
    )
    parser.add_argument("--account", action="extend", nargs="+", default=None, metavar="CODE", help=account)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.rate")
    from yidian.runs.rate.inputs import Places

    place = Places(lake=context.installation.lake, work=context.installation.work)
    report = _rate(args, context, tenant, place)
    context.say("RATE_AGAIN" if report.again else "RATE_DONE", cycle=report.cycle, edition=report.edition)
    _show(report, context, tenant.currency)
    return 0


def _rate(args: argparse.Namespace, context: Context, tenant: Tenant, places: Places) -> RateReport:
    threads = context.installation.threads
    if args.account:
        from yidian.runs.rate.partial import rerate

        return rerate(
            tenant=tenant, places=places, cycle=args.cycle, accounts=args.account, now=context.now, threads=threads
        )
    from yidian.runs.rate.inputs import steps
    from yidian.runs.rate.run import rate

    with context.progress(steps(tenant=tenant, cycle=args.cycle), "RATE_PROGRESS") as bar:
        return rate(
            tenant=tenant, places=places, cycle=args.cycle, now=context.now, threads=threads, advance=bar.advance
        )


def _show(report: RateReport, context: Context, currency_code: str) -> None:
    from yidian.kernel.money import currency, format_micro
    from yidian.platform.wording import text

    def words(code: str, **params: object) -> str:
        return text(code, context.lang, **params)

    rejected = sum(report.rejected.values())
    rows = [
        (words("RATE_TAKEN"), f"{report.taken:,}"),
        (words("RATE_GOOD"), f"{report.good:,}"),
        (words("RATE_PARKED", units=f"{report.parked_units:,}"), f"{report.parked_events:,}"),
        (words("RATE_REJECTED"), f"{rejected:,}"),
        *((f"  {words(code)} [{code}]", f"{count:,}") for code, count in sorted(report.rejected.items())),
        (words("RATE_ELSEWHERE"), f"{report.elsewhere:,}"),
        (
            words("RATE_AMOUNT", currency=currency_code),
            format_micro(report.amount_micro, at_least=currency(currency_code).minor_digits),
        ),
    ]
    if not report.again and report.seconds > 0:
        rows.append((words("RATE_SPEED"), f"{round(report.taken / report.seconds):,}"))
    context.table("RATE_REPORT", ("RATE_COLUMN_WHAT", "RATE_COLUMN_SUM"), rows)
