"""`yidian tariff load|check|diff|try|show`: a tariff from a workbook or a folder of CSV becomes the newest edition."""

from __future__ import annotations

import argparse
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from yidian.faces.cli import tariff_diff, tariff_launch, tariff_try

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.kernel.rating.tariff import Tariff

HELP = {
    "en": "Load a tariff from a workbook or a folder of CSV (docs/howto/tariff.md), or check one.",
    "zh": "从工作簿或 CSV 文件夹载入或检查资费（格式见 docs/howto/tariff.md）。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help=words(en="store it as the newest edition", zh="保存为最新版本"))
    check = actions.add_parser("check", help=words(en="faults and risks, store nothing", zh="检查错误与风险，不保存"))
    strict = words(en="end with 2 where it warns", zh="有警告时以 2 结束")
    check.add_argument("--strict", action="store_true", help=strict)
    for action in (load, check):
        what = words(en="an .xlsx, or a folder of .csv", zh=".xlsx 文件，或 .csv 文件夹")
        action.add_argument("path", metavar="FILE|FOLDER", type=Path, help=what)
    diff = actions.add_parser("diff", help=words(en="what differs between two tariffs", zh="比较两份资费的差异"))
    tariff_diff.declare(diff)
    attempt = actions.add_parser("try", help=words(en="a past month under another tariff", zh="用另一资费试算以往账期"))
    tariff_try.declare(attempt)
    tariff_launch.declare(actions, words)
    actions.add_parser("show", help=words(en="editions, and rows of the newest", zh="各版本及最新版本的行数"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; BadInput passes through to the frame of the command line, which shows the faults and exits 2."""
    if args.action == "check":
        return _check(args.path, args.strict, context)
    if args.action == "diff":
        return tariff_diff.run(args, context)
    if args.action == "try":
        return tariff_try.run(args, context)
    if args.action in tariff_launch.ACTIONS:
        return tariff_launch.run(args, context)
    return _load(args.path, context) if args.action == "load" else _show(context)


def _check(path: Path, strict: bool, context: Context) -> int:
    from yidian.domains.product_catalog.types import check_tariff

    tariff, findings = check_tariff(path)
    context.say("TARIFF_CHECKED", rows=sum(count for _, count in _counts(tariff)))
    if not findings:
        context.say("TARIFF_CHECK_CLEAN")
        return 0
    from yidian.platform.wording import text

    warns = sum(finding.severity == "warns" for finding in findings)
    rows = [
        (text(f"TARIFF_CHECK_{finding.severity.upper()}", context.lang), *told[1:])
        for finding, told in zip(findings, context.fault_rows([f.fault for f in findings]), strict=False)
    ]
    title = text("TARIFF_CHECK_FINDINGS", context.lang, warns=warns, notes=len(findings) - warns)
    names = ("SHEET", "LINE", "COLUMN", "VALUE", "REASON", "REMEDY")
    context.table(title, ["TARIFF_COLUMN_SEVERITY", *(f"COLUMN_{name}" for name in names)], rows)
    if len(findings) > len(rows):
        context.say("TARIFF_CHECK_MORE", count=len(findings) - len(rows))
    return 2 if strict and warns else 0


def _load(path: Path, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.product_catalog import operations, queries

    tariff = queries.read_tariff(path)
    context.demand("tariff.publish", subject=f"tariff/{path.name}", params={"sha256": queries.digest(tariff)})
    loaded = operations.load_tariff(
        tenant=tenant, tariff=tariff, source=path.name, now=context.now, closed_until=_closed_until(context, tariff)
    )
    if not loaded.added:
        context.say("TARIFF_ALREADY_LOADED", edition=loaded.edition)
        return 0
    rows = sum(loaded.counts.values())
    context.say("TARIFF_LOADED", edition=loaded.edition, rows=rows, source=path.name)
    context.table("TARIFF_TABLE_ROWS", ("TARIFF_COLUMN_SHEET", "TARIFF_COLUMN_ROWS"), _counts(tariff))
    return 0


def _show(context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.product_catalog import queries

    _, tariff = queries.current_tariff(tenant=tenant)
    names = ("number", "loaded_at", "source", "currency", "zone", "sha256")
    columns = ("EDITION", "LOADED_AT", "SOURCE", "CURRENCY", "ZONE", "SHA256")
    rows = [[str(edition[name]) for name in names] for edition in queries.editions(tenant=tenant)]
    context.table("TARIFF_TABLE_EDITIONS", [f"TARIFF_COLUMN_{column}" for column in columns], rows)
    context.table("TARIFF_TABLE_ROWS", ("TARIFF_COLUMN_SHEET", "TARIFF_COLUMN_ROWS"), _counts(tariff))
    return 0


def _counts(tariff: Tariff) -> list[tuple[str, int]]:
    rows = ((field.name, getattr(tariff, field.name)) for field in fields(tariff))
    return [(sheet, len(found)) for sheet, found in rows if isinstance(found, tuple) and found]


def _closed_until(context: Context, tariff: Tariff) -> date | None:
    """The first local date that no closed cycle contains; None when nothing is closed."""
    from yidian.domains.customer_bill.queries import cycles
    from yidian.kernel.calendar import local_date

    ends = [cycle.to_ms for cycle in cycles(tenant=context.tenant) if cycle.state == "closed"]
    return local_date(max(ends), tariff.zone) if ends else None
