"""`yidian quote --tariff T USAGE`: what would this usage cost, and why. Without an installation; stores nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.kernel.money import Currency
    from yidian.runs.quote.bill import MonthBills
    from yidian.runs.quote.quote import Quote

HELP = {
    "en": "What would this usage cost, and why (docs/howto/quote.md). Needs no installation and stores nothing.",
    "zh": "试算话单的费用并说明原因（见 docs/howto/quote.md）。不需要安装目录，不保存任何数据。",
}


def declare(parser: Parser) -> None:
    words = parser.words
    tariff = words(en="an .xlsx, or a folder of .csv", zh=".xlsx 文件，或 .csv 文件夹")
    parser.add_argument("--tariff", required=True, type=Path, metavar="FILE|FOLDER", help=tariff)
    usage = words(en="a .csv or .xlsx with one line per event", zh=".csv 或 .xlsx，每行一条话单")
    parser.add_argument("usage", type=Path, metavar="USAGE", help=usage)
    output = words(en="write the rows to a .csv, .xlsx or .parquet", zh="把结果写入 .csv、.xlsx 或 .parquet 文件")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=output)
    cycle = words(
        en="the month that is priced, 2026-10 (default: each event in its own)",
        zh="试算的月份，如 2026-10（默认：各话单按其所在月份）",
    )
    parser.add_argument("--cycle", metavar="MONTH", help=cycle)
    bill = words(en="show the month's bill as well", zh="同时显示当月账单")
    parser.add_argument("--bill", action="store_true", help=bill)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 also where events were rejected: the rows say which and why. BadInput passes to the frame (2)."""
    from yidian.kernel.money import currency
    from yidian.runs.bill.table_files import check_ending, write
    from yidian.runs.quote.bill import bills
    from yidian.runs.quote.quote import quote
    from yidian.runs.quote.rows import row_table

    if args.output is not None:
        check_ending(args.output)
        _refuse_overwriting(args)
    found = quote(tariff=args.tariff, usage=args.usage, cycle=args.cycle)
    made = bills(found) if args.bill else ()
    unit = currency(found.tariff.currency)
    table = row_table(found, context.lang)
    if args.output is None:
        _show_rows(table, unit, context)
    else:
        rows = write(args.output, [table], schema=table.slice(0, 0), digits=unit.minor_digits)
        context.say("QUOTE_WRITTEN", rows=rows, file=args.output)
    _show_law(found, context)
    _show_sums(found, unit, context)
    for month in made:
        _show_bills(month, unit, context)
    return 0


def _refuse_overwriting(args: argparse.Namespace) -> None:
    from yidian.kernel.faults import refuse

    target = args.output.resolve()
    if target in (args.usage.resolve(), args.tariff.resolve()) or target.parent == args.tariff.resolve():
        raise refuse("QUOTE_OUTPUT_IS_INPUT", file=str(args.output), value=args.output)


def _show_rows(table: pa.Table, unit: Currency, context: Context) -> None:
    from yidian.kernel.money import format_micro

    rows = [
        [
            format_micro(value, at_least=unit.minor_digits) if name.endswith("_micro") and value is not None else value
            for name, value in row.items()
        ]
        for row in table.to_pylist()
    ]
    heads = [f"QUOTE_COLUMN_{name.removesuffix('_micro').upper()}" for name in table.column_names]
    context.table("QUOTE_ROWS", heads, rows)


def _show_law(found: Quote, context: Context) -> None:
    from yidian.platform.wording import text
    from yidian.runs.quote.rows import law

    told = law(found)
    rows: list[tuple[str, int]] = [
        (text("QUOTE_LINES", context.lang), told.lines),
        (text("QUOTE_PRICED", context.lang), told.priced),
        *((f"{text(code, context.lang)} [{code}]", many) for code, many in sorted(told.rejected.items())),
        (text("QUOTE_WITHOUT_EVENT", context.lang), told.without_event),
    ]
    context.table("QUOTE_LAW", ("QUOTE_COLUMN_WHAT", "QUOTE_COLUMN_COUNT"), rows)


def _show_sums(found: Quote, unit: Currency, context: Context) -> None:
    from yidian.kernel.money import format_micro
    from yidian.platform.wording import text
    from yidian.runs.quote.rows import sums

    totals = sums(found)
    rows: list[tuple[str, int, int, str, str]] = [
        (
            one.item, one.events, one.quantity, format_micro(one.amount_micro, at_least=unit.minor_digits),
            format_micro(one.cut_micro, at_least=unit.minor_digits),
        )
        for one in totals
    ]  # fmt: skip
    amount, cut = (sum(getattr(one, name) for one in totals) for name in ("amount_micro", "cut_micro"))
    together = text("QUOTE_TOGETHER", context.lang, currency=found.tariff.currency)
    events = sum(one.events for one in totals)
    money = (format_micro(value, at_least=unit.minor_digits) for value in (amount, cut))
    columns = [f"QUOTE_COLUMN_{name}" for name in ("ITEM", "EVENTS", "QUANTITY", "AMOUNT", "CUT")]
    context.table("QUOTE_SUMS", columns, [*rows, (together, events, None, *money)])


def _show_bills(made: MonthBills, unit: Currency, context: Context) -> None:
    from yidian.kernel.money import format_micro, format_minor
    from yidian.platform.wording import text

    lines = [
        (
            made.month, line.account, line.subscriber, text(f"QUOTE_KIND_{line.kind.upper()}", context.lang), line.item,
            line.of_item, format_micro(line.amount_micro, at_least=unit.minor_digits),
            format_minor(line.amount_minor, unit),
        )
        for line in made.lines
    ]  # fmt: skip
    names = ("MONTH", "ACCOUNT", "SUBSCRIBER", "KIND", "ITEM", "OF_ITEM", "AMOUNT", "BILLED")
    context.table("QUOTE_BILL", [f"QUOTE_COLUMN_{name}" for name in names], lines)
    totals = [(made.month, bill.account, format_minor(bill.total_minor, unit), "") for bill in made.bills]
    totals += [(made.month, account, "", text(reason, context.lang)) for account, reason in sorted(made.aside.items())]
    heads = [f"QUOTE_COLUMN_{name}" for name in ("MONTH", "ACCOUNT", "TOTAL", "REASON")]
    context.table("QUOTE_BILLS", heads, totals)
    inside = [
        (
            made.month, bill.account, tax.tax_class, f"{format_micro(tax.rate_ppm * 100, at_least=0)}%",
            format_minor(tax.base_minor, unit), format_minor(tax.tax_minor, unit),
        )
        for bill in made.bills
        for tax in bill.taxes
    ]  # fmt: skip
    of_tax = ("MONTH", "ACCOUNT", "TAX_CLASS", "RATE", "BASE", "TAX")
    context.table("QUOTE_TAXES", [f"QUOTE_COLUMN_{name}" for name in of_tax], inside)
