"""`yidian import states FILE`, likewise payers, grades, ported, friends: dated rows (docs/howto/customers.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.writing.files import FileTaken


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 when taken, now or before; BadInput passes through and nothing of the file is taken."""
    tenant = context.tenant
    context.demand("customer.import")
    from yidian.domains.party import operations as party
    from yidian.domains.product_inventory import operations as inventory

    def payers(**told: object) -> FileTaken:
        from yidian.domains.product_catalog.queries import current_tariff

        items = {item.code for item in current_tariff(tenant=tenant)[1].items}
        return inventory.import_payers(**told, known_items=items)  # type: ignore[arg-type]

    doors = {
        "states": inventory.import_states, "payers": payers, "grades": party.import_grades,
        "ported": inventory.import_ported, "friends": inventory.import_friends,
    }  # fmt: skip
    report = doors[args.subject](tenant=tenant, actor=context.actor, path=args.path, now=context.now)
    said = f"{args.subject.upper()}_IMPORTED" + ("_BEFORE" if report.repeated else "")
    context.say(said, file=args.path.name, rows=report.rows, added=report.added, ended=report.ended)
    return 0
