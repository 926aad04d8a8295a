"""`yidian import SUBJECT FILE`: finds what is to be imported, and the module that knows how."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Import a file: customers, payments, rules of arrears. The same file again adds nothing.",
    "zh": "导入文件：客户、缴费、欠费规则。同一文件再次导入不会新增任何内容。",
}
# A subject's module has `declare(parser)` for its own arguments and `run(args, context)`.
SUBJECTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "customers": ("customers", "a customers file", "客户文件"),
    "states": ("import_dated", "states of subscribers: active, stopped, kept", "用户状态：正常、停机、停机保号"),
    "payers": ("import_dated", "who else pays for what", "帐务定制关系：由谁代付哪些费用"),
    "grades": ("import_dated", "grades of customers", "客户等级"),
    "ported": ("import_dated", "numbers that went to another network", "携号转网号码"),
    "friends": ("import_dated", "lists of friends, closed groups", "亲情号码与闭合群"),
    "numbers": ("import_resources", "blocks of numbers, and their numbers", "号段及其号码"),
    "office-data": ("import_resources", "which cities have loaded a block", "局数据：各城市加载情况"),
    "levels": ("import_resources", "levels of premium numbers", "靓号等级与条款"),
    "level-rules": ("import_resources", "which numbers are premium", "靓号定级规则"),
    "cards": ("import_resources", "a card vendor's file", "卡商文件"),
    "addresses": ("import_resources", "standard addresses", "标准地址"),
    "boxes": ("import_resources", "cross-connect boxes and splitters", "交接箱与分光箱"),
    "ports": ("import_resources", "ports of boxes", "端口"),
    "devices": ("import_resources", "terminals in stock", "终端"),
    "gifts": ("gifts", "a file of gifts", "赠款文件"),
    "payments": ("import_payments", "a file of payments, by a mapping", "缴费文件（按映射）"),
    "arrears": ("import_arrears", "rules of late fees and stages", "违约金与催缴规则"),
}


def declare(parser: Parser) -> None:
    subjects = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    for name, (_, english, chinese) in SUBJECTS.items():
        _module(name).declare(subjects.add_parser(name, help=parser.words(en=english, zh=chinese)))


def run(args: argparse.Namespace, context: Context) -> int:
    return int(_module(args.subject).run(args, context))


def _module(subject: str) -> Any:
    return importlib.import_module(f"{__package__}.{SUBJECTS[subject][0]}")
