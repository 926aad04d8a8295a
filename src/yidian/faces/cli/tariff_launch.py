"""`yidian tariff draft|confirm|configure|publish|test|launch|…|drafts`: the way of a tariff to sale (MV-13 … MV-20)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.domains.product_catalog.types import DraftFacts
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.types import Outcome
    from yidian.runs.trial.sample import Measure, SampleTest

ACTIONS: Final = {  # what is typed: help in both languages
    "draft": ("a workbook becomes a draft", "用工作簿建立草案"),
    "revise": ("another workbook for a draft; it is confirmed anew", "为草案提交新工作簿，须重新确认"),
    "comment": ("say something about a draft", "对草案发表意见"),
    "confirm": ("one side wants just this; it takes two people", "一方确认；须两人"),
    "configure": ("a system knows this version", "某系统已按此版本配置"),
    "publish": ("a configured draft becomes the newest edition", "已配置的草案成为最新版本"),
    "test": ("judge a sample of a month's bills under it", "抽样核对一个账期的账单"),
    "launch": ("its offers may be sold", "上市"),
    "suspend": ("stop selling for a while", "暂停销售"),
    "resume": ("sell again", "恢复销售"),
    "withdraw": ("sell never again; who has it keeps it", "退市；已有用户保留"),
    "cancel": ("give a draft up", "作废草案"),
    "drafts": ("list drafts, or show one", "列出草案，或查看一个"),
}
SIDES: Final = ("product", "partner")
SYSTEMS: Final = ("catalogue", "crm", "billing")
MOVED: Final = ("comment", "confirm", "configure", "launch", "suspend", "resume", "withdraw", "cancel")


def declare(actions: Any, words: Callable[..., str]) -> None:
    """A parser for each of ACTIONS."""
    for name, (en, zh) in ACTIONS.items():
        parser: Parser = actions.add_parser(name, help=words(en=en, zh=zh))
        if name in ("draft", "revise"):
            what = words(en="an .xlsx, or a folder of .csv", zh=".xlsx 文件，或 .csv 文件夹")
            parser.add_argument("path", metavar="FILE|FOLDER", type=Path, help=what)
        if name != "draft":
            number = words(en="number of the draft", zh="草案号")
            maybe = "?" if name == "drafts" else None
            parser.add_argument("number", metavar="DRAFT", type=int, nargs=maybe, help=number)
        _declare_own(name, parser, words)


def _declare_own(name: str, parser: Parser, words: Callable[..., str]) -> None:
    if name == "draft":
        parser.add_argument("--title", required=True, help=words(en="what it is called", zh="名称"))
    if name in ("draft", "revise"):
        parser.add_argument("--policy", default="", help=words(en="the tariff policy in words", zh="资费政策"))
        policy = words(en="a file that holds the policy", zh="资费政策所在文件")
        parser.add_argument("--policy-file", type=Path, metavar="FILE", help=policy)
    if name == "confirm":
        parser.add_argument("--side", required=True, choices=SIDES, help=words(en="whose side", zh="哪一方"))
    if name == "configure":
        parser.add_argument("--system", required=True, choices=SYSTEMS, help=words(en="which", zh="哪个系统"))
        version = words(en="the version that is configured in it", zh="其中配置的版本")
        parser.add_argument("--version", dest="configured", required=True, metavar="VERSION", help=version)
    if name in MOVED or name == "revise":
        parser.add_argument("--comment", default="", help=words(en="a sentence about why", zh="说明"))
    if name == "test":
        _declare_test(parser, words)


def _declare_test(parser: Parser, words: Callable[..., str]) -> None:
    parser.add_argument("--cycle", required=True, help=words(en="a rated cycle: 2026-10", zh="已批价的账期：2026-10"))
    parser.add_argument("--size", type=int, default=100, help=words(en="accounts", zh="抽多少账户"))
    parser.add_argument("--seed", type=int, default=1, help=words(en="another seed draws others", zh="换种子换样本"))
    parser.add_argument(
        "--threshold", type=Decimal, default=Decimal(100), metavar="%", help=words(en="that must pass", zh="通过率要求")
    )
    parser.add_argument(
        "--tolerance", type=Decimal, metavar="%", help=words(en="a bill may change by", zh="账单可变动比例")
    )
    parser.add_argument("--tolerance-amount", metavar="AMOUNT", help=words(en="or by", zh="或可变动金额"))
    on = words(en="with the rows in force on this day", zh="按该日生效的行")
    parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help=on)
    move = words(en="whoever holds the one is tested with the other", zh="持有前者的用户按后者抽测")
    parser.add_argument("--move", action="append", default=[], metavar="HELD=NEW", help=move)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; 2 the workbook is refused, the draft is not there, a test failed; 3 not in this state."""
    if args.action == "drafts":
        return _show(context, args.number)
    if args.action in ("draft", "revise"):
        return _draft(args, context)
    if args.action == "test":
        return _test(args, context)
    return _publish(args, context) if args.action == "publish" else _move(args, context)


def _draft(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("tariff.draft")
    from yidian.domains.product_catalog.operations import draft_tariff, revise_draft
    from yidian.domains.product_catalog.queries import tariff_draft
    from yidian.domains.product_catalog.types import pack

    source, content = pack(args.path)
    policy = args.policy_file.read_text(encoding="utf-8") if args.policy_file else args.policy
    told: Mapping[str, Any] = {
        "tenant": tenant, "actor": context.actor, "now": context.now, "key": f"{args.action}/{context.now.isoformat()}",
        "source": source, "content": content, "policy": policy,
    }  # fmt: skip
    if args.action == "draft":
        number = int(draft_tariff(title=args.title, **told).answer["draft"])
    else:
        number = args.number
        revise_draft(number=number, comment=args.comment, **told)
    found = tariff_draft(tenant=tenant, number=number)
    code = "LAUNCH_DRAFTED" if args.action == "draft" else "LAUNCH_REVISED"
    context.say(code, number=number, version=found.version, offers=_offers(found.offers, context))
    return 0


def _move(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.product_catalog.operations import move_draft
    from yidian.domains.product_catalog.types import lifecycle

    part = getattr(args, "side", "") or getattr(args, "system", "")
    event = f"{args.action}_{part}" if part else args.action
    context.demand(lifecycle.RIGHTS[event])
    outcome = move_draft(
        tenant=tenant, actor=context.actor, now=context.now, key=f"{event}/{args.number}/{context.now.isoformat()}",
        number=args.number, event=event, comment=args.comment, version=getattr(args, "configured", ""),
    )  # fmt: skip
    _say_moved(context, args.number, event, outcome)
    return 0


def _say_moved(context: Context, number: int, event: str, outcome: Outcome) -> None:
    state = _word("STATE", str(outcome.answer["state"]), context)
    context.say("LAUNCH_MOVED", number=number, event=_word("EVENT", event, context), state=state)


def _publish(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.runs.launch.publish import publish

    outcome = publish(
        tenant=tenant, actor=context.actor, now=context.now, number=args.number,
        key=f"publish/{args.number}/{context.now.isoformat()}",
    )  # fmt: skip
    context.say("LAUNCH_PUBLISHED", number=args.number, edition=outcome.answer["edition"])
    return 0


def _test(args: argparse.Namespace, context: Context) -> int:
    from yidian.faces.cli.tariff_try import moves_told

    moves = moves_told(args.move, context)
    if moves is None:
        return 2
    tenant = context.tenant
    context.demand("tariff.configure")
    from yidian.runs.launch.trying import Asked, sample_draft
    from yidian.runs.rate.inputs import Places

    place = Places(lake=context.installation.lake, work=context.installation.work)
    with ExitStack() as bars:
        found = sample_draft(
            tenant=tenant, places=place, actor=context.actor, key=f"test/{args.number}/{context.now.isoformat()}",
            now=context.now, number=args.number, asked=Asked(cycle=args.cycle, on=args.on, moves=moves),
            measure=_measure(args, context), threads=context.installation.threads,
            progress=lambda total: bars.enter_context(context.progress(total, "LAUNCH_TRYING")).advance,
        )  # fmt: skip
    return _say_tested(context, args.number, found)


def _measure(args: argparse.Namespace, context: Context) -> Measure:
    from yidian.kernel.money import currency, parse_minor
    from yidian.runs.trial.sample import PPM, Measure

    def ppm(percent: Decimal) -> int:
        return int(percent * PPM / 100)

    amount = args.tolerance_amount
    return Measure(
        size=args.size, seed=args.seed, threshold_ppm=ppm(args.threshold),
        tolerance_ppm=None if args.tolerance is None else ppm(args.tolerance),
        tolerance_minor=None if amount is None else parse_minor(amount, currency(context.tenant.currency)),
    )  # fmt: skip


def _say_tested(context: Context, number: int, found: SampleTest) -> int:
    from yidian.kernel.money import currency, format_minor
    from yidian.platform.wording import text

    unit = currency(context.tenant.currency)
    if found.failures:
        rows = [
            (case.account, format_minor(case.before_minor, unit), format_minor(case.after_minor, unit),
             "; ".join(text(code, context.lang) for code in case.wrong))
            for case in found.failures
        ]  # fmt: skip
        names = ("ACCOUNT", "BEFORE", "AFTER", "WRONG")
        context.table("LAUNCH_TABLE_FAILED", [f"LAUNCH_COLUMN_{name}" for name in names], rows)
    code = "LAUNCH_TEST_PASSED" if found.passed else "LAUNCH_TEST_FAILED"
    context.say(code, number=number, passed=found.passed_cases, cases=found.cases)
    return 0 if found.passed else 2


def _show(context: Context, number: int | None) -> int:
    tenant = context.tenant
    context.demand("tariff.read")
    from yidian.domains.product_catalog.queries import drafts, tariff_draft

    if number is not None:
        return _show_one(context, tariff_draft(tenant=tenant, number=number))
    rows = [
        (str(one.number), one.title, _word("STATE", one.state, context), one.round, str(one.edition or ""),
         _offers(one.offers, context))
        for one in drafts(tenant=tenant, limit=1000)
    ]  # fmt: skip
    if not rows:
        context.say("LAUNCH_NONE")
        return 0
    names = ("NUMBER", "TITLE", "STATE", "ROUND", "EDITION", "OFFERS")
    context.table("LAUNCH_TABLE", [f"LAUNCH_COLUMN_{name}" for name in names], rows)
    return 0


def _show_one(context: Context, found: DraftFacts) -> int:
    from yidian.platform.wording import text

    title = text(
        "LAUNCH_TABLE_STEPS", context.lang, number=found.number, title=found.title, version=found.version,
        state=_word("STATE", found.state, context),
    )  # fmt: skip
    rows = [
        (str(step.round), context.local(step.at), _word("EVENT", step.event, context), step.actor,
         step.comment)
        for step in found.steps
    ]  # fmt: skip
    context.table(title, [f"LAUNCH_COLUMN_{name}" for name in ("ROUND", "WHEN", "EVENT", "WHO", "COMMENT")], rows)
    if found.open_to:
        context.say("LAUNCH_NEXT", events=", ".join(_word("EVENT", event, context) for event in found.open_to))
    return 0


def _offers(codes: tuple[str, ...], context: Context) -> str:
    from yidian.platform.wording import text

    return ", ".join(codes) or text("LAUNCH_NO_OFFERS", context.lang)


def _word(kind: str, name: str, context: Context) -> str:
    from yidian.platform.wording import text

    return text(f"DRAFT_{kind}_{name.upper()}", context.lang)
