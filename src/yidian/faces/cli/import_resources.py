"""`yidian import numbers FILE`, likewise office-data, levels, cards, ports …: resources (docs/howto/numbers.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 when taken, now or before; BadInput passes through and nothing of the file is taken."""
    tenant = context.tenant
    context.demand("resource.import")
    from yidian.domains.resource_inventory import operations

    doors = {
        "numbers": operations.import_blocks, "office-data": operations.import_office_data,
        "levels": operations.import_levels, "level-rules": operations.import_level_rules,
        "cards": operations.import_cards, "addresses": operations.import_addresses, "boxes": operations.import_boxes,
        "ports": operations.import_ports, "devices": operations.import_devices,
    }  # fmt: skip
    report = doors[args.subject](tenant=tenant, actor=context.actor, path=args.path, now=context.now)
    said = "RESOURCES_IMPORTED" + ("_BEFORE" if report.repeated else "")
    context.say(said, file=args.path.name, rows=report.rows, added=report.added, changed=report.ended)
    return 0
