"""`yidian network`: which network a tenant's commands go to; and the simulated one, seen from inside."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.network.simulated import SimulatedNetwork
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "The network that opens services: which one, its secret; the simulated one's lines and faults"
    " (docs/howto/network.md).",
    "zh": "开通服务的网络：选用哪一个、密钥；模拟网络中的线路与故障（见 docs/howto/network.md）。",
}
RIGHT: Final = "system.configure"
MOST: Final = 20  # complaints of one kind
CHOICE: Final = ("FROM", "KIND", "URL")
LINE: Final = ("SUBSCRIBER", "NUMBER", "IMSI", "BARS", "SERVICES", "PARTICULARS")
COMMAND: Final = ("KEY", "VERB", "SUBSCRIBER", "PARAMS", "STATE", "REASON", "HEARD", "AT")
FAULT: Final = ("ID", "KIND", "VERB", "SUBSCRIBER", "SHARE", "TIMES", "STRUCK", "LOOKS", "MS", "CODE")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("show", help=words(en="which network, and since when", zh="选用的网络及起始时间"))
    choose = actions.add_parser(
        "set", help=words(en="choose one; a secret is shown once", zh="选用网络，密钥只显示一次")
    )
    choose.add_argument("kind", choices=("simulated", "http"))
    place = words(en="of http: where the gateway's places begin", zh="http 网关的起始地址")
    choose.add_argument("url", nargs="?", default="", metavar="URL", help=place)
    since = words(en="from then on; default: now", zh="起始时刻，默认现在")
    choose.add_argument("--from", dest="since", default="", metavar="INSTANT", help=since)
    actions.add_parser("secret", help=words(en="a new secret; the former signs too", zh="更换密钥，旧密钥仍同时签名"))
    _declare_seen(actions, words)
    _declare_misbehaving(actions, words)


def _declare_seen(actions: Any, words: Callable[..., str]) -> None:
    lines = actions.add_parser("lines", help=words(en="simulated: what is open", zh="模拟网络：已开通的线路"))
    lines.add_argument("--after", default="", metavar="SUBSCRIBER")
    lines.add_argument("--limit", type=int, default=20, metavar="N")
    told = actions.add_parser("commands", help=words(en="simulated: what it was told", zh="模拟网络：收到的指令"))
    told.add_argument("--subscriber", default="", metavar="SUBSCRIBER")
    told.add_argument("--under-way", action="store_true", help=words(en="not done yet", zh="只列未完成的"))
    told.add_argument("--limit", type=int, default=20, metavar="N")
    actions.add_parser("fill", help=words(en="simulated: open what is in service", zh="模拟网络：开通现有用户的线路"))
    drop = actions.add_parser(
        "drop", help=words(en="simulated: a line is lost, nobody is told", zh="模拟网络：线路丢失")
    )
    drop.add_argument("subscriber", metavar="SUBSCRIBER")


def _declare_misbehaving(actions: Any, words: Callable[..., str]) -> None:
    actions.add_parser("faults", help=words(en="simulated: how it misbehaves", zh="模拟网络：当前的故障设置"))
    fault = actions.add_parser("fault", help=words(en="simulated: let it misbehave", zh="模拟网络：设置故障"))
    fault.add_argument("kind", metavar="slow|refuses|deaf|late|mute|twice|down|overtakes")
    fault.add_argument("--verb", default="", metavar="VERB", help=words(en="only at these", zh="只对此类指令"))
    fault.add_argument("--subscriber", default="", metavar="SUBSCRIBER", help=words(en="only at this", zh="只对此用户"))
    share = words(en="of a million so many; default: all", zh="百万分之几，默认全部")
    fault.add_argument("--share-ppm", type=int, default=1_000_000, metavar="PPM", help=share)
    times = words(en="ends after so many; default: when it is mended", zh="发生几次后结束，默认到修复为止")
    fault.add_argument("--times", type=int, default=0, metavar="N", help=times)
    looks = words(en="slow: done at this look", zh="第几次查询时完成")
    fault.add_argument("--looks", type=int, default=0, metavar="N", help=looks)
    later = words(en="slow, late: not before", zh="至少多少毫秒后完成或到达")
    fault.add_argument("--ms", type=int, default=0, metavar="MS", help=later)
    code = words(en="refuses: with this; NETWORK_BUSY and the like pass", zh="拒绝的代码；NETWORK_BUSY 等为暂时拒绝")
    fault.add_argument("--code", default="", metavar="CODE", help=code)
    mend = actions.add_parser(
        "mend", help=words(en="simulated: end one misbehaviour, or all", zh="模拟网络：修复一项或全部")
    )
    mend.add_argument("id", nargs="?", type=int, default=0, metavar="NUMBER")
    seed = actions.add_parser("seed", help=words(en="simulated: what chance is drawn from", zh="模拟网络：随机种子"))
    seed.add_argument("seed", metavar="SEED")


def run(args: argparse.Namespace, context: Context) -> int:
    """0; 2 where what is told cannot be; 3 where the network does not misbehave for anybody."""
    acts: dict[str, Callable[[argparse.Namespace, Context], None]] = {
        "show": _show, "set": _set, "secret": _secret, "lines": _lines, "commands": _commands, "fill": _fill,
        "drop": _drop, "faults": _faults, "fault": _fault, "mend": _mend, "seed": _seed,
    }  # fmt: skip
    _ = context.tenant
    context.demand(RIGHT)
    if args.action in ("drop", "fault", "seed") and context.installation.money:
        context.complain("NETWORK_WITH_MONEY")
        return 3
    acts[args.action](args, context)
    return 0


def _show(_args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.network.queries import choice_at, choices
    from yidian.platform.wording import text

    rows = [
        (context.local(one.from_at) or "—", text(f"NETWORK_KIND_{one.kind.upper()}", context.lang), one.url)
        for one in choices(tenant=context.tenant)
    ]
    context.table("NETWORK_CHOICES", [f"NETWORK_COLUMN_{name}" for name in CHOICE], rows)
    if choice_at(tenant=context.tenant, at=context.now).kind == "simulated":
        network = _simulated(context)
        context.say(
            "NETWORK_SIMULATED", lines=network.count_lines(), misbehaviours=len(network.misbehaviours()),
            under_way=len(network.commands(open_only=True, limit=10_000)),
        )  # fmt: skip


def _set(args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.network.operations import choose_http, choose_simulated
    from yidian.platform.outbox.signing import new_secret

    since, secret = _instant(args.since, context), new_secret()
    to_private = context.installation.network_to_private

    def work(frame: Frame) -> None:
        if args.kind == "http":
            choose_http(frame=frame, url=args.url, secret=secret, from_at=since, to_private=to_private)
        else:
            choose_simulated(frame=frame, from_at=since)

    _perform(context, "network.choose", {"kind": args.kind, "url": args.url, "from": since}, work)
    context.say(f"NETWORK_SET_{args.kind.upper()}", since=context.local(since), url=args.url)
    if args.kind == "http":
        terminal.write_line(secret)  # also with --quiet: it is shown only here


def _secret(_args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.network.operations import change_secret
    from yidian.platform.outbox.signing import new_secret

    secret = new_secret()
    _perform(context, "network.secret", {}, lambda frame: change_secret(frame=frame, secret=secret))
    context.say("NETWORK_SECRET_CHANGED")
    terminal.write_line(secret)


def _lines(args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.wording import text

    rows = [
        (
            one.subscriber, one.number, one.imsi, text(f"NETWORK_BARS_{one.bars.upper()}", context.lang),
            " ".join(sorted(one.services)), _pairs(one.particulars),
        )
        for one in _simulated(context).lines(after=args.after, limit=max(args.limit, 0))
    ]  # fmt: skip
    context.table("NETWORK_LINES", [f"NETWORK_COLUMN_{name}" for name in LINE], rows)


def _commands(args: argparse.Namespace, context: Context) -> None:
    from yidian.kernel.calendar.instants import from_ms
    from yidian.platform.wording import text

    kept = _simulated(context).commands(subscriber=args.subscriber, open_only=args.under_way, limit=max(args.limit, 0))
    rows = [
        (
            one.command.key, one.command.verb, one.command.subscriber, _pairs(one.command.params),
            text(f"NETWORK_STATE_{one.answer.state.upper()}", context.lang), one.answer.code, one.heard,
            context.local(from_ms(one.heard_ms)),
        )
        for one in kept
    ]  # fmt: skip
    context.table("NETWORK_COMMANDS", [f"NETWORK_COLUMN_{name}" for name in COMMAND], rows)


def _fill(_args: argparse.Namespace, context: Context) -> None:
    from yidian.journeys.ordering.filling import fill

    told = fill(tenant=context.tenant, network=_simulated(context), now=context.now)
    for subscriber in told.taken[:MOST]:
        context.complain("NETWORK_FILL_TAKEN", subscriber=subscriber)
    context.say("NETWORK_FILLED", added=told.added, there=told.there, taken=len(told.taken))


def _drop(args: argparse.Namespace, context: Context) -> None:
    if not _simulated(context).drop(args.subscriber):
        from yidian.kernel.faults import refuse

        raise refuse("NETWORK_LINE_UNKNOWN", value=args.subscriber)
    context.say("NETWORK_DROPPED", subscriber=args.subscriber)


def _faults(_args: argparse.Namespace, context: Context) -> None:
    rows = [
        (id, told.kind, told.verb, told.subscriber, told.share_ppm, told.times, struck, told.looks, told.ms, told.code)
        for id, told, struck in _simulated(context).misbehaviours()
    ]
    context.table("NETWORK_FAULTS", [f"NETWORK_COLUMN_{name}" for name in FAULT], rows)


def _fault(args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.network.misbehaviour import Misbehaviour

    told = Misbehaviour(
        args.kind, verb=args.verb, subscriber=args.subscriber, share_ppm=args.share_ppm, times=args.times,
        looks=args.looks, ms=args.ms, code=args.code,
    )  # fmt: skip
    context.say("NETWORK_MISBEHAVES", id=_simulated(context).misbehave(told))


def _mend(args: argparse.Namespace, context: Context) -> None:
    context.say("NETWORK_MENDED", count=_simulated(context).mend(args.id))


def _seed(args: argparse.Namespace, context: Context) -> None:
    _simulated(context).reseed(args.seed)
    context.say("NETWORK_RESEEDED", seed=args.seed)


def _simulated(context: Context) -> SimulatedNetwork:
    from yidian.platform.clock import MachineClock
    from yidian.platform.network.choosing import simulated_network

    return simulated_network(tenant=context.tenant, clock=MachineClock(), work=context.installation.work)


def _instant(told: str, context: Context) -> datetime:
    """An instant as told, in the tenant's zone where none is written; now where nothing is."""
    if not told:
        return context.now
    from yidian.kernel.calendar.zones import zone_named
    from yidian.kernel.faults import refuse

    try:
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise refuse("NETWORK_FROM_UNREADABLE", value=told) from error
    return (at if at.tzinfo else at.replace(tzinfo=zone_named(context.tenant.zone))).astimezone(UTC)


def _pairs(told: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(told.items()))


def _perform(context: Context, operation: str, request: dict[str, Any], work: Callable[[Frame], None]) -> None:
    """One call, one write."""
    from yidian.platform.writing.operations import perform

    def framed(frame: Frame) -> dict[str, Any]:
        work(frame)
        return {}

    perform(
        tenant=context.tenant, actor=context.actor, operation=operation, key=context.now.isoformat(), request=request,
        now=context.now, work=framed,
    )  # fmt: skip
