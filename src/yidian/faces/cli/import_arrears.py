"""`yidian import arrears PATH`: late fees and stages as dated rows (docs/howto/dunning.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser


def declare(parser: Parser) -> None:
    words = parser.words
    path = words(en="an .xlsx or a folder of .csv", zh=".xlsx 文件或 .csv 文件夹")
    parser.add_argument("path", metavar="PATH", type=Path, help=path)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.credit.operations import import_rules

    context.demand("credit.limit", subject=f"arrears/{args.path.name}")
    answer = import_rules(tenant=tenant, actor=context.actor, now=context.now, path=args.path).answer
    context.say("ARREARS_RULES_SET", fees=answer["fees"], stages=answer["stages"], brands=answer["brands"])
    return 0
