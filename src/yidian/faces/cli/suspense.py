"""`yidian suspense list|refeed|write-off`: records that could not become events, and their second chance."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Rejected usage: list it by reason, run it again through a mapping, or write it off.",
    "zh": "错单：按原因列出、按映射重新处理或核销。",
}
RAW_SHOWN = 80


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|refeed|write-off")
    listing = actions.add_parser(
        "list", help=words(en="counts, or with --source or --code the records", zh="统计或明细")
    )
    listing.add_argument("--source", help=words(en="one source only", zh="仅限某来源"))
    listing.add_argument("--code", help=words(en="one reason only", zh="仅限某原因"))
    listing.add_argument("--all", action="store_true", help=words(en="settled records too", zh="包括已处理的记录"))
    limit = words(en="at most so many records", zh="最多列出的条数")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help=limit)
    refeed = actions.add_parser("refeed", help=words(en="run open records again", zh="重新处理待处理的记录"))
    mapping = words(en="the mapping of today", zh="当前的映射文件")
    refeed.add_argument("--mapping", required=True, metavar="M", type=Path, help=mapping)
    give_up = actions.add_parser(
        "write-off", help=words(en="give up open records of one reason", zh="核销某原因的记录")
    )
    give_up.add_argument("--source", required=True, help=words(en="the source", zh="来源"))
    give_up.add_argument("--code", required=True, help=words(en="the reason", zh="原因"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "refeed":
        return _refeed(args, context)
    if args.action == "write-off":
        return _write_off(args, context)
    return _list_records(args, context) if args.source or args.code else _list_counts(args, context)


def _list_counts(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.usage import queries
    from yidian.faces.cli.collect import in_general
    from yidian.platform.wording import text

    counts = [row for row in queries.suspense_counts(tenant=tenant) if args.all or row[2] == "open"]
    rows = [
        (source, in_general(code, context.lang), code, text(f"SUSPENSE_STATE_{state.upper()}", context.lang), count)
        for source, code, state, count in counts
    ]
    if not rows:
        context.say("SUSPENSE_EMPTY")
        return 0
    columns = ["SOURCE", "REASON", "CODE", "STATE", "RECORDS"]
    context.table("SUSPENSE_TABLE", [f"COLLECT_COLUMN_{name}" for name in columns], rows)
    return 0


def _list_records(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("usage.read")
    from yidian.domains.usage import queries
    from yidian.platform.wording import text

    state = None if args.all else "open"
    found = queries.suspense(tenant=tenant, source=args.source, code=args.code, state=state)
    rows = [
        (
            row.source, row.file, row.record_no, row.line or "", row.code, text(row.code, context.lang, **row.params),
            row.raw[:RAW_SHOWN],
        )
        for row in islice(found, max(args.limit, 0))
    ]  # fmt: skip
    if not rows:
        context.say("SUSPENSE_EMPTY")
        return 0
    columns = ["SOURCE", "FILE", "PLACE", "LINE", "CODE", "REASON", "RAW"]
    context.table("SUSPENSE_TABLE", [f"COLLECT_COLUMN_{name}" for name in columns], rows)
    return 0


def _refeed(args: argparse.Namespace, context: Context) -> int:
    tenant, installation = context.tenant, context.installation
    context.demand("suspense.refeed")
    from yidian.domains.usage import operations

    mapping = operations.load_mapping(args.mapping)
    refed = operations.refeed(tenant=tenant, lake=installation.lake, mapping=mapping, now=context.now)
    context.say(
        "SUSPENSE_REFED", records=refed.records, good=refed.good, duplicates=refed.duplicates, ignored=refed.ignored,
        still_open=refed.still_open,
    )  # fmt: skip
    return 0


def _write_off(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("suspense.write_off", subject=f"suspense/{args.source}/{args.code}")
    from yidian.domains.usage import operations
    from yidian.faces.cli.money import key_of

    outcome = operations.write_off(
        tenant=tenant, actor=context.actor, key=key_of(""), source=args.source, code=args.code,
        now=context.now,
    )  # fmt: skip
    context.say("SUSPENSE_WRITTEN_OFF", count=outcome.answer["records"], source=args.source, code=args.code)
    return 0
