"""`yidian collect --mapping M FILE…`: usage files into the lake, what is wrong with them into suspense."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.collect import CollectedFile, CollectReport

HELP = {
    "en": "Collect usage files through a mapping. The same content again, under any name, adds nothing.",
    "zh": "按映射文件采集话单。相同内容的文件，无论何名，再次采集不会新增任何记录。",
}
REFUSED = 2
DIFFERING = (
    "field", "value", "limit", "found", "expected", "length", "column", "character", "encoding", "offset", "position",
    "local", "zone",
)  # fmt: skip


def declare(parser: Parser) -> None:
    words = parser.words
    mapping = words(en="mapping file, see docs/howto/collect.md", zh="映射文件，见 docs/howto/collect.md")
    parser.add_argument("--mapping", required=True, metavar="M", type=Path, help=mapping)
    files = words(en="usage files, plain or gzip", zh="话单文件，可为 gzip")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help=files)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 when every file was taken (now or before), 2 when one was refused as a whole."""
    tenant, installation = context.tenant, context.installation
    context.demand("usage.collect")
    from yidian.domains.usage.operations import load_mapping
    from yidian.runs.collect import collect

    mapping = load_mapping(args.mapping)
    with context.progress(_bytes(args.files), "COLLECTING") as bar:
        report = collect(
            tenant=tenant,
            lake=installation.lake,
            mapping=mapping,
            paths=args.files,
            now=context.now,
            advance=bar.advance,
        )
    _show(report, context)
    if report.faults:
        context.show_faults(report.faults)
        return REFUSED
    return 0


def _bytes(paths: list[Path]) -> int:
    """What the bar counts to. A file that cannot be looked at counts nothing; reading it will say why."""
    sizes = 0
    for path in paths:
        try:
            sizes += os.stat(path).st_size
        except (OSError, ValueError):
            continue
    return sizes


def in_general(code: str, lang: str) -> str:
    """A reason said of many records at once: what differs between them is left open."""
    from yidian.platform.wording import text

    return text(code, lang, **dict.fromkeys(DIFFERING, "…"))


def _speed(file: CollectedFile) -> int:
    """Records per second."""
    return int(file.records / file.seconds) if file.seconds else 0


def _show(report: CollectReport, context: Context) -> None:
    from yidian.platform.wording import text

    columns = ["FILE", "OUTCOME", "RECORDS", "GOOD", "REJECTED", "DUPLICATES", "SPEED"]
    rows = [
        (
            Path(file.name).name, text(file.outcome, context.lang), file.records, file.good,
            sum(file.rejected.values()), file.duplicates, _speed(file),
        )
        for file in report.files
    ]  # fmt: skip
    context.table("COLLECT_TABLE", [f"COLLECT_COLUMN_{name}" for name in columns], rows)
    if report.rejected:
        reasons = [(in_general(code, context.lang), code, count) for code, count in report.rejected.items()]
        names = ("COLLECT_COLUMN_REASON", "COLLECT_COLUMN_CODE", "COLLECT_COLUMN_RECORDS")
        context.table("COLLECT_REASONS", names, reasons)
    for file in report.files:
        for warning in file.warnings:
            context.complain(warning, file=Path(file.name).name)
    for cycle, events in report.late.items():
        context.complain("LATE_FOR_CLOSED_CYCLE", cycle=cycle, events=events, path="")
    rejected = sum(report.rejected.values())
    context.say(
        "COLLECT_DONE", records=report.records, good=report.good, rejected=rejected, duplicates=report.duplicates
    )
