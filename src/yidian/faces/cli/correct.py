"""`yidian correct preview|ask|agree|withdraw|list|show`: months in the books that were billed wrongly."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import correct_show, tried

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.correct.preview import Asked

HELP = {
    "en": "Correct months that are in the books: only what differs goes onto the open bills (docs/howto/correct.md).",
    "zh": "更正已入账的账期：只把差额列入未出的账单（见 docs/howto/correct.md）。",
}
LISTS: Final = {  # option: field of Criteria, help in both languages
    "account": ("accounts", "whoever was billed on this account (repeatable)", "该账户的账单（可重复）"),
    "customer": ("customers", "on accounts of this customer", "该客户各账户的账单"),
    "subscriber": ("subscribers", "this subscriber", "该用户"),
    "offer": ("offers", "whoever held this offer in the month", "当月持有该销售品的用户"),
    "item": ("items", "whoever used something of this charge item", "当月有该科目用量的用户"),
    "zone": ("zones", "whoever used what rules give to this zone", "当月有该区域用量的用户"),
    "to": ("destinations", "whoever reached numbers that begin so", "当月与此前缀号码通信的用户"),
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    asking = {
        "preview": words(en="what it would come to; nothing is kept", zh="预览差额，不保存"),
        "ask": words(en="the same, and ask a second person for it", zh="预览并提请第二人批准"),
    }
    for name, help_ in asking.items():
        _declare_criteria(actions.add_parser(name, help=help_), words, asked=name == "ask")
    number = words(en="number of the correction", zh="更正编号")
    for name, help_ in (
        ("agree", words(en="let it count, once a second person has agreed", zh="经第二人批准后生效")),
        ("withdraw", words(en="let it count no more", zh="撤回")),
        ("show", words(en="one, with what its preview found", zh="查看一项更正")),
    ):
        action = actions.add_parser(name, help=help_)
        action.add_argument("number", metavar="NUMBER", help=number)
        if name == "withdraw":
            action.add_argument("--comment", default="", metavar="TEXT", help=words(en="why", zh="说明"))
        if name == "show":
            _declare_output(action, words)
    listed = actions.add_parser("list", help=words(en="corrections, the newest first", zh="列出更正"))
    listed.add_argument("--cycle", default="", metavar="CYCLE", help=words(en="of this month", zh="该账期的"))
    listed.add_argument("--state", default="", metavar="STATE", help=words(en="in this state", zh="该状态的"))


def _declare_criteria(parser: Any, words: Callable[..., str], *, asked: bool) -> None:
    cycle = words(en="the month that was billed wrongly: 2026-09", zh="需更正的账期，如 2026-09")
    parser.add_argument("cycle", metavar="CYCLE", help=cycle)
    edition = words(
        en="edition of the tariff it should have been billed by (default: its own, with customers as now known)",
        zh="应采用的资费版本（默认仍用原版本，按现在已知的用户资料）",
    )
    parser.add_argument("--edition", type=int, default=0, metavar="N", help=edition)
    on = words(en="its rows in force on this day, as if they always had been", zh="按该日生效的资费行，如同一直有效")
    parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help=on)
    for name, (field, en, zh) in LISTS.items():
        parser.add_argument(
            f"--{name}", dest=field, action="append", default=[], metavar="CODE", help=words(en=en, zh=zh)
        )
    for name, en, zh in (("since", "used at or after", "用量不早于"), ("until", "used before", "用量早于")):
        parser.add_argument(f"--{name}", default="", metavar="INSTANT", help=words(en=en, zh=zh))
    parser.add_argument("--everybody", action="store_true", help=words(en="about everybody", zh="涉及全部用户"))
    _declare_output(parser, words)
    if asked:
        reason = words(en="why, as a code", zh="原因编码")
        parser.add_argument("--reason", required=True, metavar="CODE", help=reason)
        parser.add_argument("--comment", default="", metavar="TEXT", help=words(en="why, in words", zh="说明"))
        key = words(en="the same key again asks for nothing new (default: what is told)", zh="幂等键（默认由内容生成）")
        parser.add_argument("--key", default="", metavar="KEY", help=key)


def _declare_output(parser: Any, words: Callable[..., str]) -> None:
    target = words(en="also write a workbook (.xlsx) with every account", zh="另写工作簿（.xlsx），含全部账户")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=target)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; 2 what is told is wrong; 3 not in this state, or a second person has to agree first."""
    acts: dict[str, Callable[[argparse.Namespace, Context], int]] = {
        "preview": _preview, "ask": _ask, "agree": _agree, "withdraw": _withdraw, "list": correct_show.listed,
        "show": correct_show.one,
    }  # fmt: skip
    return acts[args.action](args, context)


def _asked(args: argparse.Namespace, reason: str = "", comment: str = "") -> Asked:
    from yidian.runs.correct.criteria import Criteria
    from yidian.runs.correct.preview import Asked

    lists = {field: tuple(dict.fromkeys(getattr(args, field))) for field, _, _ in LISTS.values()}
    criteria = Criteria(everybody=args.everybody, since=args.since, until=args.until, **lists)
    return Asked(
        cycle=args.cycle, edition=args.edition, on=args.on, criteria=criteria, reason=reason, comment=comment
    )  # fmt: skip


def _preview(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("bill.correct", asks_itself=True)
    from yidian.runs.correct.preview import preview
    from yidian.runs.rate.inputs import Places

    place = Places(lake=context.installation.lake, work=context.installation.work)
    seen = preview(
        tenant=tenant, places=place, asked=_asked(args), now=context.now, threads=context.installation.threads
    )
    correct_show.previewed(seen.tried, seen.events_before, seen.events_after, context)
    correct_show.bearing(args.cycle, context)
    tried.write(args.output, seen.tried, context)
    return 0


def _ask(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("bill.correct", asks_itself=True)
    from yidian.runs.correct.ask import ask
    from yidian.runs.rate.inputs import Places

    place = Places(lake=context.installation.lake, work=context.installation.work)
    asked = _asked(args, args.reason, args.comment)
    kept, seen, approval = ask(
        tenant=tenant, places=place, actor=context.actor, key=args.key or _key(asked), now=context.now, asked=asked,
        threads=context.installation.threads,
    )  # fmt: skip
    correct_show.previewed(seen.tried, seen.events_before, seen.events_after, context)
    context.say("CORRECTION_ASKED", number=kept.number, approval=approval)
    tried.write(args.output, seen.tried, context)
    return 0


def _key(asked: Asked) -> str:
    """What is told, so that the same typed again asks for the same."""
    import hashlib

    told: Sequence[object] = (asked.cycle, asked.edition, asked.on, asked.criteria, asked.reason, asked.comment)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _agree(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import agree_correction

    agree_correction(tenant=tenant, actor=context.actor, now=context.now, number=args.number)
    context.say("CORRECTION_IS_AGREED", number=args.number)
    return 0


def _withdraw(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.customer_bill.operations import withdraw_correction

    withdraw_correction(
        tenant=tenant, actor=context.actor, now=context.now, number=args.number, comment=args.comment
    )  # fmt: skip
    context.say("CORRECTION_IS_WITHDRAWN", number=args.number)
    return 0
