"""`yidian order take FILE` and `yidian order quote`: each line its own order, and what it comes to."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.journeys.ordering.file_rows import Result, Taking

RIGHT: Final = "order.take"
CHANNEL: Final = "cli"
ENDINGS: Final = (".csv", ".xlsx")
COLUMNS: Final = ("LINE", "CUSTOMER", "DEED", "SUBSCRIBER", "ORDER", "RESULT", "FIRST_BILL", "COLUMN", "CODE", "REASON")


def take(args: argparse.Namespace, context: Context) -> int:
    """0: every line was taken, now or before (--check: could be). 2: some were refused; the others are taken."""
    _ = context.tenant
    from yidian.journeys.ordering.files import rows_of
    from yidian.kernel.faults import refuse

    if args.output is not None and args.output.suffix.lower() not in ENDINGS:
        raise refuse("EXPORT_FORMAT_UNKNOWN", file=str(args.output), value=args.output.suffix or args.output.name)
    _expect_somewhere(context)
    rows = rows_of(args.path)
    one = _taking(context, batch=args.batch or args.path.name, node=args.organisation, only_try=args.check)
    found: list[Result] = []
    with context.progress(len(rows), "ORDERS_TAKING") as bar:
        for row in rows:
            found.append(one.row(row))
            bar.advance()
    return _tell(found, args.output, context)


def quote(args: argparse.Namespace, context: Context) -> int:
    """0: it could be ordered, and comes to this."""
    tenant = context.tenant
    _expect_somewhere(context)
    from yidian.journeys.ordering.at_once import Wish
    from yidian.journeys.ordering.files import BETWEEN, FIELDS, settled
    from yidian.kernel.faults import refuse

    told: dict[str, object] = {}
    for one in args.fields:
        name, sign, value = one.partition("=")
        if not sign:
            raise refuse("ORDER_FIELD_SAID", value=one)
        told[name] = value.split(BETWEEN) if name in FIELDS and FIELDS[name].many else value
    wish, node = settled(tenant=tenant, wish=Wish(args.customer, args.deed, told, args.subscriber), now=context.now)
    context.demand(RIGHT, organisation=node or None)
    made = _taking(context, batch="", node="", only_try=True).take(wish, "quote")
    _show_quote(made.quote, context)
    return 0


def _taking(context: Context, *, batch: str, node: str, only_try: bool) -> Taking:
    from yidian.journeys.ordering.file_rows import Taking
    from yidian.runs.first_bill.pricing import priced_at
    from yidian.runs.rate.inputs import Places

    places = Places(lake=context.installation.lake, work=context.installation.work)
    return Taking(
        tenant=context.tenant, actor=context.actor, now=context.now, channel=CHANNEL, batch=batch, node=node,
        price=priced_at(tenant=context.tenant, places=places, now=context.now), only_try=only_try,
    )  # fmt: skip


def _expect_somewhere(context: Context) -> None:
    """The right somewhere: whose customers it reaches is asked line by line."""
    from yidian.platform.access.queries import within

    if within(tenant=context.tenant, actor=context.actor, action=RIGHT, now=context.now) == frozenset():
        context.demand(RIGHT)


def _tell(found: Sequence[Result], output: Path | None, context: Context) -> int:
    """Counts, the lines that were refused, and the file of all where one is wanted."""
    from yidian.platform.wording import text

    counts = {name: sum(one.result == name for one in found) for name in ("taken", "before", "possible", "refused")}
    rows = [_row(one, context) for one in found]
    heads = [text(f"ORDERS_COLUMN_{name}", context.lang) for name in COLUMNS]
    if output is not None:
        _write(output, heads, rows, context)
    bad = [row for row, one in zip(rows, found, strict=True) if one.result == "refused"]
    if bad:
        kept = [n for n, name in enumerate(COLUMNS) if name not in ("ORDER", "RESULT", "FIRST_BILL")]
        names = [f"ORDERS_COLUMN_{COLUMNS[n]}" for n in kept]
        context.table("ORDER_TABLE_REFUSED", names, [[row[n] for n in kept] for row in bad])
    context.say("ORDERS_TAKEN", lines=len(found), **counts)
    if output is not None:
        context.say("ORDERS_WRITTEN", file=output)
    return 2 if bad else 0


def _row(one: Result, context: Context) -> list[object]:
    from yidian.faces.cli.money import shown
    from yidian.platform.wording import text

    return [
        one.line, one.wish.customer, one.wish.deed, one.subscriber, one.order,
        text(f"ORDER_RESULT_{one.result.upper()}", context.lang),
        "" if one.total_minor is None else shown(one.total_minor, context), one.column, one.code, _reason(one, context),
    ]  # fmt: skip


def _reason(one: Result, context: Context) -> str:
    from yidian.platform.wording import remedy, text

    lang = context.lang
    return "; ".join(filter(None, (text(one.code, lang, **one.params), remedy(one.code, lang, **one.params))))


def _write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]], context: Context) -> None:
    import pyarrow as pa

    from yidian.kernel.money import currency
    from yidian.runs.bill.table_files import write

    table = pa.table({head: pa.array([str(row[n]) for row in rows], pa.string()) for n, head in enumerate(heads)})
    write(path, [table], schema=table.slice(0, 0), digits=currency(context.tenant.currency).minor_digits)


def _show_quote(quote: Mapping[str, Any], context: Context) -> None:
    from yidian.faces.cli.money import amounts_in

    money = amounts_in(quote["currency"])
    for title, month in (("ORDER_QUOTE_THIS", quote["this"]), ("ORDER_QUOTE_NEXT", quote["next"])):
        rows = [
            (month["cycle"], one["account"], money(one["now"]["total_minor"]), money(one["bill"]["total_minor"]),
             money(one["bill"]["total_minor"] - one["now"]["total_minor"]))
            for one in month["accounts"]
        ]  # fmt: skip
        names = ("CYCLE", "ACCOUNT", "NOW", "THEN", "DIFFERENCE")
        context.table(title, [f"ORDERS_COLUMN_{name}" for name in names], rows)
