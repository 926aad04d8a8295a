"""`yidian import payments FILE --mapping M`: a file of a counter, a bank or a collection (docs/howto/payments.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.domains.payment.types import FileReport
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELD = 2


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a file of payments", zh="缴费文件"))
    mapping = words(en="mapping file, see docs/howto/payments.md", zh="映射文件，见 docs/howto/payments.md")
    parser.add_argument("--mapping", required=True, metavar="M", type=Path, help=mapping)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 when the file was taken (now or before), 2 when it was held or refused as a whole."""
    tenant, installation = context.tenant, context.installation
    from yidian.domains.payment.operations import import_payments

    context.demand("payment.take")
    with context.progress(0, "IMPORTING_PAYMENTS") as bar:
        report = import_payments(
            tenant=tenant, actor=context.actor, path=args.path, mapping_path=args.mapping, now=context.now,
            locks=installation.work / "locks", advance=bar.advance,
        )  # fmt: skip
    _show(report, args.path, context)
    return HELD if report.state == "held" else 0


def _show(report: FileReport, path: Path, context: Context) -> None:
    from yidian.faces.cli.money import shown
    from yidian.kernel.faults import Fault, Where

    if report.state == "held":
        context.show_faults([Fault(report.reason, Where(file=str(path)), params=report.params)])
        return
    context.say(
        "PAYMENTS_IMPORTED_BEFORE" if report.again else "PAYMENTS_IMPORTED", file=report.name, rows=report.rows,
        good=report.good, duplicates=report.duplicates, suspended=report.suspended, rejected=report.rejected,
        amount=shown(report.amount_minor, context),
    )  # fmt: skip
    if report.rejects:
        context.show_faults([
            Fault(code, Where(str(path), "", line, column), value, params)
            for line, column, value, code, params in report.rejects
        ])  # fmt: skip
