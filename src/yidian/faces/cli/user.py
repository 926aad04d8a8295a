"""`yidian user add|end|password|list`: who works here, as what, where; and the password they begin with."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from yidian.faces.cli import credential

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Add and end staff and the roles they hold (docs/howto/staff.md).",
    "zh": "增加、结束人员及其角色（见 docs/howto/staff.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("add", help=words(en="somebody, or one more role of theirs", zh="增加人员或其角色"))
    ended = actions.add_parser("end", help=words(en="somebody, or one of their roles", zh="结束人员或其某一角色"))
    given = actions.add_parser("password", help=words(en="give a one-time password", zh="给一次性密码"))
    actions.add_parser("list", help=words(en="everybody", zh="列出全部人员"))
    for action in (new, ended, given):
        action.add_argument("login", metavar="LOGIN", help=words(en="their login", zh="登录名"))
    for action in (new, ended):
        action.add_argument("--role", metavar="ROLE", help=words(en="clerk, finance, security_admin …", zh="角色代码"))
        at = words(en="node of the organisation; default: the whole tenant", zh="机构代码；默认为整个租户")
        action.add_argument("--at", metavar="ORG", help=at)
    credential.declare(given, words)
    new.add_argument("--name", default="", metavar="NAME", help=words(en="their name", zh="姓名"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "list":
        return _list(context)
    context.demand("access.grant")
    if args.action == "password":
        return credential.give_staff(args, context)
    from yidian.platform.writing.operations import perform

    told = {name: getattr(args, name, None) for name in ("login", "role", "at", "name")}
    perform(
        tenant=context.tenant, actor=context.actor, operation=f"staff.{args.action}",
        key=f"{context.now.isoformat()}/{args.login}"[:200], request=told, now=context.now,
        work=lambda frame: _add(frame, args) if args.action == "add" else _end(frame, args),
    )  # fmt: skip
    context.say("STAFF_ADDED" if args.action == "add" else "STAFF_ENDED", login=args.login, role=args.role or "")
    return 0


def _add(frame: Frame, args: argparse.Namespace) -> dict[str, Any]:
    from yidian.platform.access import staff

    user = staff.add_user(frame=frame, login=args.login, name=args.name)
    if args.role:
        staff.give_post(frame=frame, login=args.login, role=args.role, organisation=args.at, since=frame.now)
    return {"user": user}


def _end(frame: Frame, args: argparse.Namespace) -> dict[str, Any]:
    from yidian.platform.access import staff

    if args.role:
        staff.end_post(frame=frame, login=args.login, role=args.role, organisation=args.at)
    else:
        staff.end_user(frame=frame, login=args.login)
    return {}


def _list(context: Context) -> int:
    tenant = context.tenant
    context.demand("staff.read")
    from yidian.kernel.calendar import FOREVER_MS, from_ms
    from yidian.platform.access.queries import staff
    from yidian.platform.wording import text

    def local(at_ms: int) -> str:
        return "" if at_ms == FOREVER_MS else context.local(from_ms(at_ms), "minutes")

    rows = []
    for one in staff(tenant=tenant):
        active = text("YES" if one.active else "NO", context.lang)
        posts = [(p.role, p.organisation, local(p.from_ms), local(p.to_ms)) for p in one.posts]
        rows += [(one.login, one.name, active, *post) for post in posts or [("", "", "", "")]]
    columns = [f"STAFF_COLUMN_{name}" for name in ("LOGIN", "NAME", "ACTIVE", "ROLE", "AT", "FROM", "TO")]
    context.table("STAFF_TABLE", columns, rows)
    return 0
