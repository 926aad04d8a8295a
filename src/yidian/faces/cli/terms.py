"""`yidian terms`, `yidian terms payment|late-fee|real-name`: when bills are due, what being late costs, how people
prove who they are, as dated rows.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Terms as dated rows: when bills are due, what being late costs, real names. Without an action: all of them.",
    "zh": "按生效日期设置的条款：账单到期日、违约金、实名。不带子命令时列出全部。",
}
RIGHT = "terms.configure"
ANY = "any"  # number of mobile numbers: no limit


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", metavar="payment|late-fee|real-name")
    since = words(en="first day on which they hold", zh="生效日期")
    payment = actions.add_parser("payment", help=words(en="when bills are due", zh="账单到期日"))
    payment.add_argument("--from", dest="since", required=True, type=date.fromisoformat, metavar="DATE", help=since)
    due = words(en="day of the month after, 1 to 28", zh="次月几日到期，1 至 28")
    payment.add_argument("--due-day", type=int, metavar="DAY", help=due)
    limit = words(en="adjustments above this need a second person", zh="超过此金额的调账需第二人确认")
    payment.add_argument("--adjust-limit", metavar="AMOUNT", help=limit)
    fee = actions.add_parser("late-fee", help=words(en="what being late costs", zh="违约金"))
    fee.add_argument("--from", dest="since", required=True, type=date.fromisoformat, metavar="DATE", help=since)
    brand = words(en="of a brand; without: every brand without its own", zh="适用品牌；不写为未单独设置的品牌")
    fee.add_argument("--brand", default="", metavar="BRAND", help=brand)
    none = words(en="nothing is charged", zh="不收取")
    fee.add_argument("--none", action="store_true", help=none)
    rate = words(en="millionths of the day's arrears a day", zh="每日按欠费的百万分之几收取")
    fee.add_argument("--rate-ppm", type=int, metavar="PPM", help=rate)
    grace = words(en="days that cost nothing", zh="宽限天数")
    fee.add_argument("--grace-days", type=int, metavar="DAYS", help=grace)
    cap = words(en="at most so many millionths of a bill", zh="累计上限，占账单的百万分之几")
    fee.add_argument("--cap-ppm", type=int, metavar="PPM", help=cap)
    names = actions.add_parser("real-name", help=words(en="proving who one is", zh="实名"))
    names.add_argument("--from", dest="since", required=True, type=date.fromisoformat, metavar="DATE", help=since)
    minutes = words(en="minutes that an identity check is good", zh="身份核验有效分钟数")
    names.add_argument("--minutes", type=int, metavar="MINUTES", help=minutes)
    most = words(en="mobile numbers of one person, or any", zh="一个个人证件最多几个手机号，any 为不限")
    names.add_argument("--most", metavar="COUNT", help=most)
    firm = words(en="mobile numbers of one organisation, or any", zh="一个单位证件最多几个手机号，any 为不限")
    names.add_argument("--most-organisation", metavar="COUNT", help=firm)
    adult = words(en="age from which people act for themselves", zh="可自行办理的年龄")
    names.add_argument("--adult", type=int, metavar="YEARS", help=adult)


def run(args: argparse.Namespace, context: Context) -> int:
    """0; what is set beforehand is shown after."""
    if args.action == "payment":
        _payment(args, context)
    elif args.action == "late-fee":
        _late_fee(args, context)
    elif args.action == "real-name":
        _real_name(args, context)
    else:
        context.demand("bill.read")
    _show(context)
    return 0


def _payment(args: argparse.Namespace, context: Context) -> None:
    """What is not told stays as it is on that day."""
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import set_terms
    from yidian.domains.customer_bill.queries import terms_on
    from yidian.faces.cli.money import read_minor

    before = terms_on(tenant=tenant, on=args.since)
    told = {
        "due_day": before.due_day if args.due_day is None else args.due_day,
        "adjust_limit_minor": (
            before.adjust_limit_minor if args.adjust_limit is None else read_minor(args.adjust_limit, context)
        ),
    }
    context.demand(RIGHT, subject=f"payment_terms/{args.since}", params=told)
    set_terms(tenant=tenant, actor=context.actor, valid_from=args.since, now=context.now, **told)
    context.say("TERMS_PAYMENT_SET", since=args.since, day=told["due_day"])


def _late_fee(args: argparse.Namespace, context: Context) -> None:
    tenant = context.tenant
    from yidian.domains.credit.operations import set_rules
    from yidian.domains.credit.types import FeeTerm
    from yidian.faces.cli.money import key_of

    told: dict[str, Any] = {"charged": not args.none, "rate_ppm": 0 if args.none else args.rate_ppm}
    if told["rate_ppm"] is None:
        from yidian.kernel.faults import refuse

        raise refuse("LATE_FEE_RATE", value=args.brand)
    told |= {"grace_days": args.grace_days or 0, "cap_ppm": 1_000_000 if args.cap_ppm is None else args.cap_ppm}
    subject = f"late_fee/{args.brand}/{args.since}"
    context.demand(RIGHT, subject=subject, params=told)
    term = FeeTerm(args.brand, args.since, **told)
    set_rules(tenant=tenant, actor=context.actor, key=key_of(""), now=context.now, fees=[term])
    context.say("ARREARS_RULES_SET", fees=1, stages=0, brands=0)


def _real_name(args: argparse.Namespace, context: Context) -> None:
    """What is not told stays as it is on that day."""
    tenant = context.tenant
    from dataclasses import asdict, replace

    from yidian.domains.party.operations import set_real_name_terms
    from yidian.domains.party.queries import real_name_terms_on

    told: dict[str, Any] = {"check_minutes": args.minutes, "adult_years": args.adult}
    changed = {name: value for name, value in told.items() if value is not None}
    for name, value in (("most_person", args.most), ("most_organisation", args.most_organisation)):
        if value is not None:
            changed[name] = _count(value)
    terms = replace(real_name_terms_on(tenant=tenant, on=args.since), **changed)
    context.demand(RIGHT, subject=f"real_name_terms/{args.since}", params=asdict(terms))
    set_real_name_terms(tenant=tenant, actor=context.actor, valid_from=args.since, terms=terms, now=context.now)
    context.say("TERMS_REAL_NAME_SET", since=args.since)


def _count(told: str) -> int | None:
    if told == ANY:
        return None
    if not (told.isascii() and told.isdigit() and len(told) <= 9):
        from yidian.kernel.faults import refuse

        raise refuse("REAL_NAME_TERMS", value=told)
    return int(told)


def _show(context: Context) -> None:
    tenant = context.tenant
    from yidian.domains.credit.queries import fee_terms
    from yidian.domains.customer_bill.queries import dated_terms
    from yidian.domains.party.queries import dated_real_name_terms
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    rows = [
        (since.isoformat() if since else "—", terms.due_day, shown(terms.adjust_limit_minor, context))
        for since, terms in dated_terms(tenant=tenant)
    ]
    context.table("TERMS_PAYMENT", [f"TERMS_COLUMN_{name}" for name in ("FROM", "DUE_DAY", "LIMIT")], rows)
    fees = [
        (term.brand or "—", term.from_on.isoformat(), text("BOOKS_YES", context.lang) if term.charged else "",
         term.rate_ppm, term.grace_days, term.cap_ppm)
        for term in fee_terms(tenant=tenant)
    ]  # fmt: skip
    names = ("BRAND", "FROM", "CHARGED", "RATE", "GRACE", "CAP")
    context.table("TERMS_LATE_FEE", [f"TERMS_COLUMN_{name}" for name in names], fees)
    real = [
        (row.valid_from.isoformat(), row.terms.check_minutes, _told(row.terms.most_person),
         _told(row.terms.most_organisation), row.terms.adult_years)
        for row in dated_real_name_terms(tenant=tenant)
    ]  # fmt: skip
    columns = ("FROM", "MINUTES", "MOST", "MOST_ORGANISATION", "ADULT")
    context.table("TERMS_REAL_NAME", [f"TERMS_COLUMN_{name}" for name in columns], real)


def _told(most: int | None) -> str:
    return ANY if most is None else str(most)
