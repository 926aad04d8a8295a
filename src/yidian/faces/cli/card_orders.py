"""`yidian cards order CODE …` and `yidian cards orders`: cards to be made by a vendor, and what of them has come."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli.resources_shown import change, columns

if TYPE_CHECKING:
    from yidian.domains.resource_inventory.types import CardMatch
    from yidian.faces.cli.context import Context
    from yidian.platform.writing.frame import Frame

ACTIONS: Final = ("order", "orders")
BATCH: Final = 10_000


def declare(actions: Any, words: Callable[..., str]) -> None:
    order = actions.add_parser(
        "order", help=words(en="cards from a vendor: writes its file", zh="向卡商制卡：生成制卡文件")
    )
    order.add_argument("code", metavar="CODE", help=words(en="the batch of what comes", zh="制卡单号，即到货批次"))
    order.add_argument("--vendor", required=True, metavar="NAME", help=words(en="who makes them", zh="卡商"))
    iccid = words(en="first ICCID without its check digit", zh="起始 ICCID（不含校验位）")
    order.add_argument("--iccid", required=True, metavar="DIGITS", help=iccid)
    order.add_argument(
        "--imsi", default="", metavar="DIGITS", help=words(en="first IMSI; none: blank", zh="起始 IMSI；不填为白卡")
    )
    order.add_argument("--count", required=True, type=int, metavar="N", help=words(en="how many", zh="数量"))
    order.add_argument("--reseller", default="", metavar="CODE", help=words(en="for this one", zh="转售企业租户代码"))
    out = words(en="the file for the vendor, .csv or .xlsx", zh="给卡商的文件，.csv 或 .xlsx")
    order.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=out)
    orders = actions.add_parser("orders", help=words(en="what was ordered, what has come", zh="制卡单与到货情况"))
    orders.add_argument(
        "code", nargs="?", default="", metavar="CODE", help=words(en="this one's missing cards", zh="仅此单，列出缺卡")
    )


def run(args: argparse.Namespace, context: Context) -> int:
    return _order(args, context) if args.action == "order" else _orders(args, context)


def _order(args: argparse.Namespace, context: Context) -> int:
    """0: ordered, now or before, and the file is written; the vendor fills in what is empty and sends it back."""
    _ = context.tenant
    from yidian.domains.resource_inventory.queries import card_order_run
    from yidian.runs.bill.table_files import check_ending

    check_ending(args.output)
    args.id = args.code
    change(context, args, name="cards", work=lambda frame: _ordered(frame, args))
    found = card_order_run(tenant=context.tenant, code=args.code)
    assert found is not None
    _write(args.output, found[0], args.code)
    context.say("CARDS_ORDERED", order=args.code, count=args.count, vendor=args.vendor, file=args.output)
    return 0


def _ordered(frame: Frame, args: argparse.Namespace) -> dict[str, Any]:
    from yidian.domains.resource_inventory.operations import order_cards

    made = order_cards(
        frame=frame, code=args.code, vendor=args.vendor, iccid=args.iccid, imsi=args.imsi, count=args.count,
        reseller=args.reseller,
    )  # fmt: skip
    return {"count": made.count}


def _write(path: Path, run: Any, code: str) -> None:
    """The columns of a delivery, so that what comes back can be imported as it is."""
    from itertools import islice

    import pyarrow as pa

    from yidian.runs.bill.table_files import write

    names = ("iccid", "imsi", "kind", "batch", "ki", "opc", "pin1", "puk1", "pin2", "puk2")
    schema = pa.schema([(name, pa.string()) for name in names])
    kind = "finished" if run.first_imsi else "blank"

    def tables() -> Any:
        cards = run.cards()
        while some := list(islice(cards, BATCH)):
            rows = [(iccid, imsi, kind, code, "", "", "", "", "", "") for iccid, imsi in some]
            yield pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema=schema)

    write(path, tables(), schema=schema.empty_table(), digits=2)


def _orders(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("resource.read")
    from yidian.domains.resource_inventory.operations import UnableToOrderCards
    from yidian.domains.resource_inventory.queries import card_order_run, card_orders
    from yidian.kernel.calendar import from_ms

    found = card_orders(tenant=tenant, code=args.code)
    if args.code and not found:
        raise UnableToOrderCards("CARD_ORDER_UNKNOWN", order=args.code[:64])
    rows = [
        (one.code, one.vendor, one.reseller, context.local(from_ms(one.at_ms)), one.count, one.came,
         one.count - one.came)
        for one in found
    ]  # fmt: skip
    context.table("CARDS_ORDERS", columns("ORDER", "VENDOR", "RESELLER", "AT", "ORDERED", "CAME", "MISSING"), rows)
    told = card_order_run(tenant=tenant, code=args.code) if args.code else None
    if told is not None and told[1].missing:
        _tell_missing(told[1], context)
    return 0


def _tell_missing(match: CardMatch, context: Context) -> None:
    context.table("CARDS_MISSING", columns("CARD"), [(iccid,) for iccid in match.missing_cards])
