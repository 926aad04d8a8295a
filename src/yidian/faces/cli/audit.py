"""`yidian audit list|verify|seal`: who changed what, and whether the record of it is whole.

Exit codes: as every command, and 4 when `verify` finds the audit damaged.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Who changed what: list the audit, verify its chain, seal what is new (docs/howto/audit.md).",
    "zh": "谁改了什么：查看审计记录、校验审计链、封存新记录（见 docs/howto/audit.md）。",
}
DAMAGED: Final = 4
COLUMNS: Final = ("SEQUENCE", "AT", "ACTOR", "OPERATION", "KEY", "CHANGED", "REASON")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=words(en="the newest entries first", zh="列出记录，最新在前"))
    limit = words(en="at most so many entries (default 20)", zh="最多列出的条数（默认 20）")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help=limit)
    actor = words(en="of this login or process only", zh="只列出该工号或进程")
    listing.add_argument("--actor", default="", metavar="ID", help=actor)
    operation = words(en="of this operation only: payment.take", zh="只列出该操作：payment.take")
    listing.add_argument("--operation", default="", metavar="NAME", help=operation)
    of = words(en="changes of one thing only: account/A1", zh="只列出对该对象的更改：account/A1")
    listing.add_argument("--of", default="", metavar="KIND/ID", help=of)
    as_json = words(en="one JSON document, with every change before and after", zh="输出 JSON，含每处更改的前后值")
    listing.add_argument("--json", action="store_true", help=as_json)
    verifying = actions.add_parser("verify", help=words(en="check the whole chain", zh="校验整条审计链"))
    sealing = actions.add_parser("seal", help=words(en="seal what is new", zh="封存新记录"))
    folder = words(
        en="folder of the outside seals (default: seals, in the installation)",
        zh="外部封印目录（默认安装目录下的 seals）",
    )
    for one in (verifying, sealing):
        one.add_argument("--seals", type=Path, default=None, metavar="DIR", help=folder)


def run(args: argparse.Namespace, context: Context) -> int:
    context.demand("audit.read")
    return {"list": _list, "verify": _verify, "seal": _seal}[args.action](args, context)


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.audit.queries import entries

    kind, _, id_ = args.of.partition("/")
    found = entries(
        tenant=tenant, limit=max(args.limit, 0), actor=args.actor, operation=args.operation, kind=kind, id=id_
    )
    if args.json:
        from yidian.faces.cli import terminal

        context.answer()
        told = [asdict(one) | {"at": one.at.isoformat()} for one in found]
        terminal.write_line(json.dumps(told, ensure_ascii=False, indent=1))
    elif found:
        rows = [_row(one, context) for one in found]
        context.table("AUDIT_TABLE", [f"AUDIT_COLUMN_{name}" for name in COLUMNS], rows)
    else:
        context.say("AUDIT_NONE")
    return 0


def _row(one: Any, context: Context) -> tuple[str, ...]:
    changed = ", ".join(f"{change.kind}/{change.id}" for change in one.changes[:3])
    more = f" +{len(one.changes) - 3}" if len(one.changes) > 3 else ""
    sequence = "" if one.sequence is None else str(one.sequence)
    return (
        sequence,
        context.local(one.at),
        f"{one.actor_kind}/{one.actor_id}",
        one.operation,
        one.key,
        changed + more,
        one.reason,
    )


def _verify(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.audit.outside import places
    from yidian.platform.audit.queries import verify
    from yidian.platform.wording import remedy, text

    seals, key_file = places(context.home)
    verdict = verify(tenant=tenant, seals=args.seals or seals, key_file=key_file)
    if verdict.breaks:
        rows = [
            (one.code, text(one.code, context.lang, **one.params), remedy(one.code, context.lang, **one.params))
            for one in verdict.breaks
        ]
        context.table("AUDIT_BREAKS", ["COLUMN_VALUE", "COLUMN_REASON", "COLUMN_REMEDY"], rows)
        context.complain("AUDIT_DAMAGED", count=len(rows))
        return DAMAGED
    context.say("AUDIT_WHOLE", entries=verdict.entries, unsealed=verdict.unsealed, seals=verdict.seals)
    return 0


def _seal(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.audit.operations import seal_all

    head, path = seal_all(tenant=tenant, home=context.home, seals=args.seals, now=context.now)
    context.say("AUDIT_SEALED", count=head.sealed, sequence=head.sequence, chain=head.chain[:16])
    if path is not None:
        context.say("AUDIT_SEALED_OUTSIDE", file=str(path))
    return 0
