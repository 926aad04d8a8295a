"""`yidian token give|list|revoke`: by what systems of resellers prove themselves; shown once, kept as a digest."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import terminal

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Tokens for the systems of resellers (docs/howto/reseller-orders.md).",
    "zh": "代理商系统的访问令牌（见 docs/howto/reseller-orders.md）。",
}
RIGHT: Final = "access.grant"
DAYS: Final = 365
COLUMNS: Final = ("ID", "NAME", "ORGANISATION", "RIGHTS", "STATE", "FROM", "UNTIL", "SEEN", "BY")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    given = actions.add_parser("give", help=words(en="a token, shown once", zh="发放令牌，只显示一次"))
    revoked = actions.add_parser("revoke", help=words(en="take tokens back, at once", zh="收回令牌，立即生效"))
    actions.add_parser("list", help=words(en="every token, good or not", zh="列出全部令牌"))
    for one in (given, revoked):
        one.add_argument("name", metavar="SYSTEM", help=words(en="the system's name", zh="系统名称"))
    right = words(en="order.take, order.read, order.cancel, customer.read (repeatable)",
                  zh="order.take、order.read、order.cancel、customer.read（可重复）")  # fmt: skip
    given.add_argument("--right", action="append", default=[], metavar="RIGHT", help=right)
    node = words(en="node whose customers it reaches, with all below (default: the whole tenant)",
                 zh="可及的机构（含下级）；默认整个租户")  # fmt: skip
    given.add_argument("--organisation", default="", metavar="CODE", help=node)
    days = words(en=f"good for so many days (default {DAYS})", zh=f"有效天数（默认 {DAYS}）")
    given.add_argument("--days", type=int, default=DAYS, metavar="N", help=days)
    id_ = words(en="only this token (default: all of the system)", zh="只收回此令牌（默认该系统全部）")
    revoked.add_argument("--id", type=int, metavar="ID", help=id_)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: done. 2: no such right, organisation or token. 3: not allowed."""
    if args.action == "list":
        return _list(context)
    context.demand(RIGHT)
    return _give(args, context) if args.action == "give" else _revoke(args, context)


def _give(args: argparse.Namespace, context: Context) -> int:
    from datetime import timedelta

    from yidian.platform.access.tokens import giving

    token = giving.new_token()
    told = {"name": args.name, "organisation": args.organisation, "rights": args.right, "days": args.days}
    made = _write(
        context,
        "token.give",
        giving.digest_of(token),
        lambda frame: {"id": giving.give(frame=frame, token=token, **told)},
    )
    until = context.local(context.now + timedelta(days=args.days), "minutes")
    context.say("TOKEN_GIVEN", id=made["id"], name=args.name, until=until)
    terminal.write_line(token)  # also with --quiet: it is shown only here
    return 0


def _revoke(args: argparse.Namespace, context: Context) -> int:
    from yidian.platform.access.tokens import giving

    done = _write(
        context, "token.revoke", f"{context.now.isoformat()}/{args.name}/{args.id or ''}",
        lambda frame: {"count": giving.revoke(frame=frame, name=args.name, id=args.id)},
    )  # fmt: skip
    context.say("TOKENS_REVOKED", name=args.name, count=done["count"])
    return 0


def _list(context: Context) -> int:
    tenant = context.tenant
    context.demand("staff.read")
    from yidian.kernel.calendar import from_ms, to_ms
    from yidian.platform.access.tokens.queries import tokens
    from yidian.platform.wording import text

    def local(at_ms: int) -> str:
        return context.local(from_ms(at_ms), "minutes") if at_ms else ""

    now_ms = to_ms(context.now)
    rows = [
        (
            one.id, one.name, one.organisation, " ".join(one.rights),
            text(f"TOKEN_STATE_{one.state(now_ms=now_ms).upper()}", context.lang), local(one.from_ms),
            local(one.until_ms), local(one.seen_ms), one.given_by,
        )
        for one in tokens(tenant=tenant)
    ]  # fmt: skip
    context.table("TOKENS_TABLE", [f"TOKENS_COLUMN_{name}" for name in COLUMNS], rows)
    return 0


def _write(context: Context, operation: str, key: str, work: Any) -> dict[str, Any]:
    from yidian.platform.writing.operations import perform

    def write(frame: Frame) -> dict[str, Any]:
        found: dict[str, Any] = work(frame)
        return found

    outcome = perform(
        tenant=context.tenant, actor=context.actor, operation=operation, now=context.now, request={}, key=key[:200],
        work=write,
    )  # fmt: skip
    return outcome.answer
