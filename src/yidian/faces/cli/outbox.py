"""`yidian outbox`: what happened, who is told of it, and telling it again."""

from __future__ import annotations

import argparse
import os
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import terminal

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Events and who hears them: list, relay, replay, subscribe (docs/howto/webhooks.md).",
    "zh": "事件与订阅：查看、推送、重放、订阅（见 docs/howto/webhooks.md）。",
}
COLUMNS: Final = ("NAME", "URL", "EVENTS", "SYSTEM", "STATE", "WAITING", "DEAD", "DELIVERED", "SILENT")
EVENT_COLUMNS: Final = ("NUMBER", "EVENT", "AGGREGATE", "AT", "ACTOR")
DELIVERY_COLUMNS: Final = ("NUMBER", "EVENT", "AGGREGATE", "STATE", "ATTEMPTS", "ANSWER", "NEXT")
MOVES: Final = ("pause", "resume", "end")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=words(en="subscriptions and how they stand", zh="列出订阅及其状况"))
    listing.add_argument("name", nargs="?", default="", metavar="NAME",
                         help=words(en="the deliveries of this one", zh="该订阅的投递记录"))  # fmt: skip
    listing.add_argument("--events", action="store_true", help=words(en="the latest events", zh="最近的事件"))
    listing.add_argument("--dead", action="store_true", help=words(en="only what died", zh="只列出死信"))
    listing.add_argument("--limit", type=int, default=20, metavar="N")
    actions.add_parser("relay", help=words(en="one pass over all subscriptions, now", zh="立即推送一轮"))
    again = actions.add_parser("replay", help=words(en="tell a range of events again", zh="重放一段事件"))
    again.add_argument("name", metavar="NAME")
    again.add_argument("first", type=int, metavar="FIRST")
    again.add_argument("last", type=int, metavar="LAST")
    new = actions.add_parser(
        "subscribe", help=words(en="a consumer; its secret is shown once", zh="新增订阅，密钥只显示一次")
    )
    new.add_argument("name", metavar="NAME")
    new.add_argument("url", metavar="URL")
    events = words(en="payment.* (repeatable; default: all)", zh="例如 payment.*（可重复；默认全部）")
    new.add_argument("--event", action="append", default=[], metavar="PATTERN", help=events)
    system = words(en="only what this system asked for (yidian token)", zh="只推送该系统所下订单的事件（见 token）")
    new.add_argument("--system", default="", metavar="SYSTEM", help=system)
    secret = actions.add_parser(
        "secret", help=words(en="a new secret; the former signs too", zh="更换密钥，旧密钥仍同时签名")
    )
    secret.add_argument("name", metavar="NAME")
    helps = {
        "pause": words(en="send nothing, keep everything", zh="暂停推送，事件保留"),
        "resume": words(en="go on", zh="恢复推送"),
        "end": words(en="it hears nothing more", zh="终止订阅"),
    }
    for move in MOVES:
        actions.add_parser(move, help=helps[move]).add_argument("name", metavar="NAME")


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "list":
        return _list(args, context)
    if args.action == "relay":
        return _relay(context)
    if args.action == "replay":
        return _replay(args, context)
    if args.action == "subscribe":
        return _subscribe(args, context)
    return _secret(args.name, context) if args.action == "secret" else _move(args, context)


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant, limit = context.tenant, max(args.limit, 0)
    from yidian.platform.outbox import queries
    from yidian.platform.wording import text

    rows: list[tuple[object, ...]]
    if args.events:
        rows = [
            (one.number or "", one.event, one.aggregate, one.at.isoformat(timespec="seconds"), one.actor)
            for one in queries.events(tenant=tenant, limit=limit)
        ]
        context.table("EVENTS_TABLE", [f"EVENTS_COLUMN_{name}" for name in EVENT_COLUMNS], rows)
    elif args.name:
        state = "dead" if args.dead else ""
        rows = [
            (
                one.number, one.event.event, one.aggregate, text(f"DELIVERY_STATE_{one.state.upper()}", context.lang),
                one.attempts, one.answer, one.next_at.isoformat(timespec="seconds") if one.next_at else "",
            )
            for one in queries.deliveries(tenant=tenant, subscription=args.name, state=state, limit=limit)
        ]  # fmt: skip
        context.table("DELIVERIES_TABLE", [f"DELIVERIES_COLUMN_{name}" for name in DELIVERY_COLUMNS], rows)
    else:
        rows = [
            (
                one.name, one.url, " ".join(one.events), one.system,
                text(f"SUBSCRIPTION_STATE_{one.state.upper()}", context.lang), one.waiting, one.dead, one.delivered,
                one.silent_since.isoformat(timespec="seconds") if one.silent_since else "",
            )
            for one in queries.subscriptions(tenant=tenant)
        ]  # fmt: skip
        context.table("SUBSCRIPTIONS_TABLE", [f"SUBSCRIPTIONS_COLUMN_{name}" for name in COLUMNS], rows)
    return 0


def _relay(context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.clock import MachineClock
    from yidian.platform.outbox.relay import Relay

    owner = f"{socket.gethostname()} process {os.getpid()}"
    did = Relay(
        tenant=tenant, clock=MachineClock(), owner=owner, to_private=context.installation.webhooks_to_private,
        stop=threading.Event(),
    ).run()  # fmt: skip
    context.say("RELAYED", taken=did.taken, refused=did.refused, dead=did.dead, silent=did.silent)
    return 0


def _replay(args: argparse.Namespace, context: Context) -> int:
    from yidian.platform.outbox.operations import replay

    told = {"name": args.name, "first": args.first, "last": args.last}
    count = _perform(context, "outbox.replay", told, lambda frame: replay(frame=frame, **told))
    context.say("REPLAY_ASKED", name=args.name, count=count)
    return 0


def _subscribe(args: argparse.Namespace, context: Context) -> int:
    to_private = context.installation.webhooks_to_private
    from yidian.platform.outbox.operations import subscribe
    from yidian.platform.outbox.signing import new_secret

    secret, told = new_secret(), {"name": args.name, "url": args.url, "events": args.event, "system": args.system}
    _perform(
        context, "outbox.subscribe", told,
        lambda frame: subscribe(frame=frame, secret=secret, to_private=to_private, **told),
    )  # fmt: skip
    context.say("SUBSCRIBED", name=args.name)
    terminal.write_line(secret)  # also with --quiet: it is shown only here
    return 0


def _secret(name: str, context: Context) -> int:
    from yidian.platform.outbox.operations import change_secret
    from yidian.platform.outbox.signing import new_secret

    secret = new_secret()
    _perform(
        context, "outbox.secret", {"name": name}, lambda frame: change_secret(frame=frame, name=name, secret=secret)
    )
    context.say("SECRET_CHANGED", name=name)
    terminal.write_line(secret)
    return 0


def _move(args: argparse.Namespace, context: Context) -> int:
    from yidian.platform.outbox.operations import move

    _perform(
        context, f"outbox.{args.action}", {"name": args.name},
        lambda frame: move(frame=frame, name=args.name, event=args.action),
    )  # fmt: skip
    context.say(f"SUBSCRIPTION_{args.action.upper()}", name=args.name)
    return 0


def _perform(context: Context, operation: str, request: dict[str, Any], work: Any) -> Any:
    """One call, one write; its answer."""
    tenant = context.tenant
    context.demand("jobs.manage")
    from yidian.platform.writing.operations import perform

    return perform(
        tenant=tenant, actor=context.actor, operation=operation,
        key=f"{request['name'][:64]} {context.now.isoformat()}", request=request, now=context.now,
        work=lambda frame: {"answer": work(frame)},
    ).answer["answer"]  # fmt: skip
