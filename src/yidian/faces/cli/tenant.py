"""`yidian tenant`: the operator opens tenants (resellers) in its installation, and lists them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.frame import Frame

HELP = {
    "en": "Open a tenant, such as a reseller, or list them. Serve one with --tenant CODE before any command.",
    "zh": "开通租户（如转售商）或列出租户。各命令前加 --tenant 代码 即为该租户办理。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("add", help=words(en="open a tenant", zh="开通租户"))
    new.add_argument("code", metavar="CODE", help=words(en="its code", zh="租户代码"))
    new.add_argument("--currency", default="CNY", metavar="CODE", help=words(en="ISO 4217", zh="ISO 4217 货币代码"))
    new.add_argument("--zone", default="Asia/Shanghai", help=words(en="IANA time zone", zh="IANA 时区"))
    actions.add_parser("list", help=words(en="all tenants", zh="全部租户"))


def run(args: argparse.Namespace, context: Context) -> int:
    """Tenants are the operator's affair: whoever serves another tenant sees that one only."""
    operator = context.tenant
    from yidian.platform.tenancy import queries

    own = operator.code == context.installation.tenant
    if args.action == "list":
        shown = queries.tenants() if own else [operator]
        columns = [f"TENANT_COLUMN_{name}" for name in ("CODE", "CURRENCY", "ZONE")]
        context.table("TENANT_TABLE", columns, [(row.code, row.currency, row.zone) for row in shown])
        return 0
    if not own:
        from yidian.platform.access.types import UnableToAct

        raise UnableToAct("NOT_ALLOWED", action="tenant.open", actor=f"{context.actor.kind}:{context.actor.id}")
    context.demand("tenant.open")
    _open(args, context)
    context.say("TENANT_OPENED", tenant=args.code)
    return 0


def _open(args: argparse.Namespace, context: Context) -> None:
    from yidian.platform.tenancy.operations import add_tenant
    from yidian.platform.writing.operations import perform

    def work(frame: Frame) -> dict[str, Any]:
        add_tenant(frame=frame, code=args.code, currency=args.currency, zone=args.zone)
        return {"tenant": args.code}

    request = {"code": args.code, "currency": args.currency, "zone": args.zone}
    perform(
        tenant=context.tenant, actor=context.actor, operation="tenant.open", key=args.code[:64] or "-",
        request=request, now=context.now, work=work,
    )  # fmt: skip
