"""`yidian numbers …`: choose among numbers, look at one, move a block's numbers, levels, cities without office data."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli.resources_shown import change, columns, count, declare_shown, show

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Numbers: choose, show, allocate, grade (docs/howto/numbers.md). `yidian import numbers` brings blocks.",
    "zh": "号码资源：选号、查看、分配、定级（见 docs/howto/numbers.md）。yidian import numbers 导入号段。",
}
MOVES: Final = {  # what is typed: help in both languages
    "pool": ("planned numbers into the pool", "规划号码入池"),
    "allocate": ("numbers of the pool to an organisation or a reseller", "把号码分配给机构或转售企业"),
    "take-back": ("allocated numbers back into the pool", "收回已分配的号码"),
    "offer": ("allocated numbers to whoever chooses", "投放供选"),
    "withdraw": ("numbers nobody has chosen, no longer offered", "撤回未被选的号码"),
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _declare_find(actions.add_parser("find", help=words(en="numbers that can be reserved now", zh="可选号码")))
    declare_shown(actions, words)
    for name, (en, zh) in MOVES.items():
        moved = actions.add_parser(name, help=words(en=en, zh=zh))
        moved.add_argument("block", metavar="BLOCK", help=words(en="code of the block", zh="号段编码"))
        moved.add_argument("--first", default="", metavar="NUMBER", help=words(en="from this one", zh="起始号码"))
        moved.add_argument("--last", default="", metavar="NUMBER", help=words(en="to this one", zh="终止号码"))
        if name == "allocate":
            node = words(en="node of the organisation", zh="机构代码")
            moved.add_argument("--organisation", default="", metavar="ORG", help=node)
            reseller = words(en="code of the reseller's tenant", zh="转售企业的租户代码")
            moved.add_argument("--reseller", default="", metavar="CODE", help=reseller)
            everybody = words(en="all halls of the operator", zh="本企业全部营业厅")
            moved.add_argument("--everybody", action="store_true", help=everybody)
    graded = actions.add_parser("grade", help=words(en="levels anew by today's rules", zh="按现行规则重新定级"))
    graded.add_argument("block", metavar="BLOCK", help=words(en="code of the block", zh="号段编码"))
    actions.add_parser("blocks", help=words(en="blocks and their office data", zh="号段及其局数据"))
    missing = actions.add_parser("missing-cities", help=words(en="cities without office data", zh="缺局数据的城市"))
    missing.add_argument("block", nargs="?", default="", metavar="BLOCK", help=words(en="of this one", zh="仅此号段"))
    actions.add_parser("levels", help=words(en="levels and their terms", zh="靓号等级与条款"))
    actions.add_parser("match", help=words(en="mark what subscribers have as in use", zh="按用户资料标记在用资源"))
    actions.add_parser("tidy", help=words(en="free what has run out", zh="释放到期的预占与冷冻"))


def _declare_find(parser: Parser) -> None:
    words = parser.words
    pattern = words(en="8888, 138****8888, AABB, +4", zh="样式：8888、138****8888、AABB、+4")
    parser.add_argument("pattern", nargs="?", default="", metavar="PATTERN", help=pattern)
    level = words(en='a level; "" ordinary ones', zh='等级；"" 为普通号')
    parser.add_argument("--level", metavar="LEVEL", help=level)
    parser.add_argument("--area", default="", metavar="AREA", help=words(en="home area", zh="归属地"))
    without = words(en="digits that none of the last eight is", zh="后八位不含的数字")
    parser.add_argument("--without", default="", metavar="DIGITS", help=without)
    lucky = words(en="digits that are among the last eight", zh="后八位应含的数字")
    parser.add_argument("--lucky", default="", metavar="DIGITS", help=lucky)
    parser.add_argument("--organisation", metavar="ORG", help=words(en="this one's and the operator's", zh="机构代码"))
    reseller = words(en="this reseller's", zh="转售企业的租户代码")
    parser.add_argument("--reseller", default="", metavar="CODE", help=reseller)
    after = words(en="the page after this number", zh="从此号码之后继续")
    parser.add_argument("--after", default="", metavar="NUMBER", help=after)
    parser.add_argument("--limit", type=int, default=20, metavar="N", help=words(en="how many", zh="数量"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "show":
        return show(context, "number", args.id)
    if args.action == "counts":
        return count(context, "number", args.of)
    looks = {"find": _find, "blocks": _blocks, "missing-cities": _missing, "levels": _levels}
    if args.action in looks:
        tenant = context.tenant
        context.demand("resource.read")
        return looks[args.action](tenant, args, context)
    if args.action == "tidy":
        return _tidy(context)
    if args.action == "match":
        return _match(context)
    answer = change(context, args, name="numbers", work=lambda frame: _change(frame, args))
    context.say("NUMBERS_GRADED" if args.action == "grade" else "NUMBERS_MOVED", **answer)
    return 0


def _change(frame: Frame, args: argparse.Namespace) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import grade_block, move_numbers

    if args.action == "grade":
        return {"block": args.block, "count": grade_block(frame=frame, block=args.block)}
    whose = {name: getattr(args, name) for name in ("organisation", "reseller", "everybody") if hasattr(args, name)}
    moved = move_numbers(
        frame=frame, event=args.action.replace("-", "_"), block=args.block, first=args.first, last=args.last, **whose
    )
    return {"block": args.block, "count": moved}


def _tidy(context: Context) -> int:
    tenant = context.tenant
    context.demand("resource.change")
    from yidian.domains.resource_inventory.operations import release_expired

    context.say("RESOURCES_FREED", count=release_expired(tenant=tenant, actor=context.actor, now=context.now))
    return 0


def _match(context: Context) -> int:
    tenant = context.tenant
    context.demand("resource.change")
    from yidian.journeys.resources_in_use import match

    context.say("RESOURCES_MATCHED", count=match(tenant=tenant, actor=context.actor, now=context.now))
    return 0


def _find(tenant: Any, args: argparse.Namespace, context: Context) -> int:
    from yidian.domains.resource_inventory.queries import numbers_to_choose

    found = numbers_to_choose(
        tenant=tenant, now=context.now, pattern=args.pattern, level=args.level, area=args.area,
        within=None if args.organisation is None else [args.organisation], reseller=args.reseller,
        without_digits=args.without, lucky=args.lucky, limit=args.limit, after=args.after,
    )  # fmt: skip
    rows = [(one.number, one.level, one.block, one.area, one.network, one.organisation) for one in found]
    context.table("NUMBERS_TABLE", columns("NUMBER", "LEVEL", "BLOCK", "AREA", "NETWORK", "ORGANISATION"), rows)
    return 0


def _blocks(tenant: Any, _: argparse.Namespace, context: Context) -> int:
    from yidian.domains.resource_inventory.queries import blocks
    from yidian.platform.wording import text

    rows = [
        (
            one.code, one.kind, one.first, one.last, one.network, one.area,
            text("BOOKS_YES", context.lang) if one.portable else "", f"{one.has}/{one.needs}",
        )
        for one in blocks(tenant=tenant, now=context.now)
    ]  # fmt: skip
    names = ("BLOCK", "KIND", "FIRST", "LAST", "NETWORK", "AREA", "PORTABLE", "CITIES")
    context.table("NUMBERS_BLOCKS", columns(*names), rows)
    return 0


def _missing(tenant: Any, args: argparse.Namespace, context: Context) -> int:
    from yidian.domains.resource_inventory.queries import missing_cities
    from yidian.kernel.calendar import from_ms

    found = missing_cities(tenant=tenant, now=context.now, block=args.block)
    rows = [
        (one.block, one.city, one.name, context.local(from_ms(one.since_ms) if one.since_ms else None)) for one in found
    ]
    context.table("NUMBERS_CITIES", columns("BLOCK", "CITY", "NAME", "SINCE"), rows)
    return 0


def _levels(tenant: Any, _: argparse.Namespace, context: Context) -> int:
    from yidian.domains.resource_inventory.queries import levels
    from yidian.faces.cli.money import shown

    rows = [
        (
            one.level, one.name, one.valid_from.isoformat(), shown(one.min_spend_minor, context), one.months,
            shown(one.deposit_minor, context), one.penalty_ppm,
        )
        for one in levels(tenant=tenant)
    ]  # fmt: skip
    names = ("LEVEL", "NAME", "SINCE", "MIN_SPEND", "MONTHS", "DEPOSIT", "PENALTY")
    context.table("NUMBERS_LEVELS", columns(*names), rows)
    return 0
