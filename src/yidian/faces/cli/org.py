"""`yidian org add|move|rename|end|list`: the operator's trees of organisation."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "The organisation: nodes in the trees `region` and `channel`, their moves and names (docs/howto/staff.md).",
    "zh": "组织机构：region（行政区域）与 channel（渠道）两棵树上的节点及其调整、更名（见 docs/howto/staff.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("add", help=words(en="a node", zh="增加机构"))
    move = actions.add_parser("move", help=words(en="a node with all below it", zh="调整机构及其下级"))
    renamed = actions.add_parser("rename", help=words(en="a node", zh="机构更名"))
    ended = actions.add_parser(
        "end", help=words(en="a node without staff or customers", zh="撤销已无人员、无客户的机构")
    )
    for action in (new, move, renamed, ended):
        action.add_argument("code", metavar="CODE", help=words(en="its code", zh="机构代码"))
    for action in (new, renamed):
        action.add_argument("name", metavar="NAME", help=words(en="its name", zh="名称"))
    new.add_argument("--level", default="", metavar="WORD", help=words(en="province, branch …", zh="级别：省、分公司…"))
    listed = actions.add_parser("list", help=words(en="a tree", zh="列出机构树"))
    for action in (new, move, listed):
        action.add_argument("--tree", default="region", metavar="TREE", help="region | channel")
    for action in (new, move):
        action.add_argument("--under", metavar="CODE", help=words(en="its parent; none: a root", zh="上级；不填为根"))
    for action in (move, listed):
        on = words(en="date, local; default: now", zh="日期（当地）；默认现在")
        action.add_argument("--on", type=date.fromisoformat, metavar="DATE", help=on)


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "list":
        return _list(args, context)
    context.demand("organisation.change")
    from yidian.platform.writing.operations import perform

    at = _instant(args, context)
    told = {name: str(getattr(args, name, None) or "") for name in ("code", "name", "level", "tree", "under", "on")}
    perform(
        tenant=context.tenant, actor=context.actor, operation=f"organisation.{args.action}",
        key=f"{context.now.isoformat()}/{args.code}"[:200], request=told, now=context.now,
        work=lambda frame: _change(frame, args, at),
    )  # fmt: skip
    context.say("ORGANISATION_CHANGED", organisation=args.code)
    return 0


def _change(frame: Frame, args: argparse.Namespace, at: datetime) -> dict[str, Any]:
    from yidian.journeys.organisation import end_node
    from yidian.platform.access import organisation

    if args.action == "rename":
        organisation.rename(frame=frame, code=args.code, name=args.name)
    elif args.action == "end":
        end_node(frame=frame, code=args.code)
    else:
        if args.action == "add":
            organisation.add(frame=frame, code=args.code, name=args.name, level=args.level)
        organisation.place(frame=frame, code=args.code, tree=args.tree, parent=args.under, since=at)
    return {"organisation": args.code}


def _instant(args: argparse.Namespace, context: Context) -> datetime:
    """The beginning of the date told, in the tenant's zone; without one, now."""
    from yidian.kernel.calendar import day_start_ms, from_ms

    on = getattr(args, "on", None)
    return context.now if on is None else from_ms(day_start_ms(on, context.tenant.zone))


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("organisation.read")
    from yidian.platform.access.organisation import tree_at

    found = tree_at(tenant=tenant, tree=args.tree, at=_instant(args, context))
    rows = [("  " * (len(one.path) - 1) + one.code, one.name, one.level, "/".join(one.path)) for one in found]
    context.table("ORGANISATION_TABLE", [f"ORGANISATION_COLUMN_{n}" for n in ("CODE", "NAME", "LEVEL", "PATH")], rows)
    return 0
