"""`yidian init DIR`: everything is made in DIR/.init and moved into place, the settings file last.

A folder without a settings file is no installation, so an `init` that was killed can simply be typed again: what it
left in .init (and what it had moved beside it) never held anybody's data and is made anew. On PostgreSQL the database
is the operator's own: it has to be empty, or be just what a killed `init` of the same tenant left.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.kernel.faults import refuse

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Make an installation in DIR: database, lake, settings, one tenant.",
    "zh": "在 DIR 中建立安装：数据库、数据湖、设置、一个租户。",
}
DATABASE: Final = "yidian.sqlite3"
SETTINGS: Final = "yidian.toml"
STAGE: Final = ".init"
PARTS: Final = (DATABASE, "lake", "work", "secret")
EMPTY_TABLES: Final = frozenset({  # what init itself fills
    "customer_bill.BillingCycle", "customer_bill.CycleStep", "audit.AuditEntry", "audit.AuditHead",
    "outbox.OutboxEvent", "writing.IdempotencyKey",
})  # fmt: skip


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("dir", metavar="DIR", type=Path, help=words(en="the folder to make", zh="要建立的目录"))
    parser.add_argument("--tenant", default="operator", metavar="CODE", help=words(en="its code", zh="租户代码"))
    parser.add_argument("--currency", default="CNY", metavar="CODE", help=words(en="ISO 4217", zh="ISO 4217 货币代码"))
    parser.add_argument("--zone", default="Asia/Shanghai", help=words(en="IANA time zone", zh="IANA 时区"))
    threads = words(en="threads of a run; 0: one per core", zh="运行的线程数；0 表示每核一个")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help=threads)
    database = words(en="postgresql://USER@HOST/NAME, an empty database; default: SQLite in DIR",
                     zh="postgresql://用户@主机/库名，须为空库；默认：DIR 中的 SQLite")  # fmt: skip
    parser.add_argument("--database", default=DATABASE, metavar="URL", help=database)
    profile = words(en="demo or test: every page says so; demo logins exist in demo only",
                    zh="demo 或 test：每页都会标明；演示登录仅限 demo")  # fmt: skip
    parser.add_argument("--profile", choices=("demo", "test"), default="", help=profile)
    cycle = words(en="open the cycle of a month (repeatable)", zh="建立某月的账期（可重复）")
    parser.add_argument("--cycle", action="append", default=[], metavar="YYYY-MM", help=cycle)


def run(args: argparse.Namespace, context: Context) -> int:
    folder = args.dir.resolve()
    _check(args)
    _make_folder(folder)
    with _alone_in(folder):
        if (folder / SETTINGS).exists():
            _expect_the_same(folder, args)
            context.say("INIT_ALREADY", dir=folder)
            return 0
        _clear(folder)
        stage = folder / STAGE
        _fill(stage, args, context.now)
        _move_into_place(stage, folder)
    context.say("INIT_DONE", dir=folder, tenant=args.tenant, currency=args.currency, zone=args.zone)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Everything that can be wrong with the line typed, before a folder is touched."""
    from yidian.config.installation import check_database
    from yidian.kernel.calendar import month_period
    from yidian.platform.tenancy import particulars

    check_database(args.database)
    if "://" not in args.database and args.database != DATABASE:
        raise refuse("DATABASE_URL", column="--database", value=args.database)
    particulars.check(code=args.tenant, currency=args.currency, zone=args.zone)
    if args.threads < 0:
        raise refuse("THREADS_NEGATIVE", value=args.threads)
    for name in args.cycle:
        month_period(name, args.zone)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("INIT_FOLDER", file=str(folder), error=error.strerror or "") from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two inits of one folder: one works, one says so. The lock ends with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refuse("INIT_UNDER_WAY", file=str(folder)) from error
        yield
    finally:
        os.close(descriptor)


def _expect_the_same(folder: Path, args: argparse.Namespace) -> None:
    """An installation that is just what was asked for, and still empty, is a finished init; any other is refused."""
    from yidian.config.installation import read
    from yidian.config.start import start

    there = read(folder)
    wanted = (args.tenant, args.currency, args.zone, args.database, args.profile)
    if (there.tenant, there.currency, there.zone, there.database, there.profile) != wanted:
        raise refuse("INSTALLATION_EXISTS", file=str(folder))
    start(folder)
    from yidian.platform.tenancy import queries

    if queries.tables_in_use(tenant=queries.tenant_by_code(code=there.tenant)) - EMPTY_TABLES:
        raise refuse("INSTALLATION_EXISTS", file=str(folder))
    shutil.rmtree(folder / STAGE, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Take away what a killed init left; anything else in the folder is somebody's, and is refused."""
    ours = {STAGE, *PARTS} if (folder / STAGE).is_dir() else set()
    strange = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if strange:
        raise refuse("INIT_FOLDER_NOT_EMPTY", file=str(folder), value=", ".join(strange[:5]))
    for name in [*PARTS, STAGE] if ours else []:  # .init goes last: it is what says that the rest is ours
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _fill(stage: Path, args: argparse.Namespace, now: datetime) -> None:
    from yidian.config.start import start
    from yidian.platform.secrets.key_file import key_ring

    for name in ("lake", "work"):
        (stage / name).mkdir(parents=True)
    key_ring(stage / "secret")
    (stage / SETTINGS).write_text(_settings(args), encoding="utf-8")
    start(stage)
    from django.db import connections

    from yidian.platform import schema
    from yidian.platform.locks import UnableToLock, exclusive

    schema.expect_fit()
    try:
        with exclusive("init", folder=stage / "work" / "locks"):
            _fill_database(args, now)
    except UnableToLock as error:
        raise refuse("INIT_UNDER_WAY", file=args.database) from error
    connections.close_all()


def _fill_database(args: argparse.Namespace, now: datetime) -> None:
    from yidian.domains.customer_bill.operations import open_cycle
    from yidian.domains.customer_bill.queries import cycles
    from yidian.platform import schema
    from yidian.platform.tenancy import queries
    from yidian.platform.tenancy.operations import open_tenant

    asked = (args.tenant, args.currency, args.zone)
    for tenant in queries.tenants():  # a killed init may have left the one that is asked for
        in_use = queries.tables_in_use(tenant=tenant) - EMPTY_TABLES
        if in_use or (tenant.code, tenant.currency, tenant.zone) != asked:
            raise refuse("DATABASE_IN_USE", column="--database", value=args.database, tenant=tenant.code)
    schema.migrate()
    tenant = next(iter(queries.tenants()), None) or open_tenant(
        code=args.tenant, currency=args.currency, zone=args.zone
    )
    there = {cycle.name for cycle in cycles(tenant=tenant)}
    for name in dict.fromkeys(args.cycle):
        if name not in there:
            open_cycle(tenant=tenant, name=name, now=now)


def _settings(args: argparse.Namespace) -> str:
    rows = {
        "format": 1,
        "database": args.database,
        "tenant": args.tenant,
        "currency": args.currency,
        "zone": args.zone,
        "threads": args.threads,
    }
    if args.profile:
        rows["profile"] = args.profile
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())


def _move_into_place(stage: Path, folder: Path) -> None:
    """The settings file goes last: with it the folder is an installation, whole and on the disk."""
    from yidian.platform.files import sync_folder

    parts = [name for name in PARTS if (stage / name).exists()]  # on PostgreSQL there is no file of a database
    for name in {DATABASE, SETTINGS} & {*parts, SETTINGS}:
        with (stage / name).open("rb") as f:
            os.fsync(f.fileno())
    for name in parts:
        (stage / name).rename(folder / name)
    sync_folder(folder)
    (stage / SETTINGS).rename(folder / SETTINGS)
    sync_folder(folder)
    stage.rmdir()
