"""`yidian upgrade`: the tables of an installation that an earlier version made become those of this version.

First a copy, then one change after the other, each whole or not at all: killed anywhere, it can be typed again.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Bring the database to this version. SQLite is copied first; for PostgreSQL you make the copy.",
    "zh": "把安装的数据库升级到本版本。SQLite 会先自动备份；PostgreSQL 请先自行备份。",
}
BUSY, NOT_NOW = "UPGRADE_OTHERS_AT_WORK", 3


def declare(parser: Parser) -> None:
    words = parser.words
    plan = words(en="show what would be changed, change nothing", zh="只显示将要执行的变更")
    parser.add_argument("--plan", action="store_true", help=plan)
    copied = words(en="PostgreSQL: I have made a copy (pg_dump)", zh="PostgreSQL：已自行备份（pg_dump）")
    parser.add_argument("--backed-up", action="store_true", help=copied)
    to = words(en="SQLite: where the copy goes (default: beside the database)", zh="SQLite：备份文件（默认在数据库旁）")
    parser.add_argument("--backup", type=Path, metavar="FILE", help=to)


def run(args: argparse.Namespace, context: Context) -> int:
    installation = context.installation
    from yidian.platform import schema
    from yidian.platform.locks import UnableToLock, exclusive, holders
    from yidian.platform.secrets.key_file import key_ring
    from yidian.platform.tenancy import policies

    schema.expect_fit()
    if not args.plan:
        key_ring(installation.home / "secret")  # earlier versions had nothing to keep
    pending = schema.schema().pending
    if not pending:
        mended = [] if args.plan else policies.guard_all()
        if mended:
            context.say("UPGRADE_POLICIES", count=len(mended), tables=" ".join(mended))
        context.say("UPGRADE_NOTHING")
        return 0
    context.table("UPGRADE_PLAN", ["COLUMN_CHANGE"], [[name] for name in pending])
    if args.plan:
        return 0
    if installation.on_postgresql and not args.backed_up:
        context.complain("UPGRADE_NEEDS_BACKUP", count=len(pending), database=installation.database)
        return NOT_NOW
    locks = installation.work / "locks"
    at_work = holders(folder=locks)
    if at_work:
        context.complain(BUSY, holder=", ".join(at_work))
        return NOT_NOW
    try:
        with exclusive("upgrade", folder=locks):
            return _upgrade(args, context)
    except UnableToLock as error:
        context.complain(BUSY, holder=error.holder)
        return NOT_NOW


def _upgrade(args: argparse.Namespace, context: Context) -> int:
    from yidian.platform import schema
    from yidian.platform.access.newer import give_newer_rights
    from yidian.platform.database.statistics import refresh_statistics

    installation = context.installation
    if not installation.on_postgresql:
        path = args.backup or installation.home / f"{installation.database}.before-{context.now:%Y%m%dT%H%M%SZ}"
        size = schema.back_up(path.absolute())
        context.say("UPGRADE_BACKED_UP", path=path, size=f"{size:,}")
    count = schema.migrate(lambda name: context.say("UPGRADE_APPLIED", name=name))
    refresh_statistics()
    added = give_newer_rights(now=context.now)
    if added:
        context.say("UPGRADE_RIGHTS", count=added)
    context.say("UPGRADE_DONE", count=count)
    return 0
