"""No float where money is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "money and quantities are integers: no float, no true division in the money rooms"
ROOMS: Final = (
    "src/yidian/kernel/money",
    "src/yidian/kernel/rating",
    "src/yidian/kernel/tax",
    "src/yidian/kernel/billing",
    "src/yidian/kernel/ledger",
    "src/yidian/domains/ledger",
    "src/yidian/domains/charging",
    "src/yidian/domains/payment",
    "src/yidian/domains/credit",
    "src/yidian/domains/dispute",
    "src/yidian/domains/customer_bill",
    "src/yidian/domains/product_catalog",
)
NAMES: Final = frozenset({"float", "numpy.float64", "numpy.float32", "np.float64", "np.float32"})
FILES: Final = ("path", "folder", "dir", "root", "home", "lake", "work")  # names that end so hold a Path
GOOD = [
    ("src/yidian/kernel/tax/split.py", "tax = amount * rate // (1 + rate)"),
    ("src/yidian/domains/customer_bill/bulk.py", "where = installation.lake / name"),
    ("src/yidian/domains/customer_bill/bulk.py", "where = folder / 'a' / name"),
    ("src/yidian/domains/customer_bill/bulk.py", "where = Path(parent) / name"),
    ("src/yidian/runs/rate.py", "share = done / total"),
    ("src/yidian/kernel/money/a.py", '"""No float is ever made."""'),
]
BAD = [
    ("src/yidian/kernel/tax/split.py", "tax = amount / 2"),
    ("src/yidian/kernel/tax/split.py", "amount /= 2"),
    ("src/yidian/kernel/money/a.py", "half = 0.5"),
    ("src/yidian/kernel/rating/a.py", "x = float(value)"),
    ("src/yidian/kernel/rating/a.py", "def price(x: float) -> int: ..."),
    ("src/yidian/kernel/rating/a.py", "import numpy as np\na = np.zeros(3, np.float64)"),
    ("src/yidian/domains/customer_bill/models.py", "from django.db import models\nmodels.FloatField()"),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, *ROOMS):
        for node in ast.walk(file.tree):
            if what := _float(file, node):
                yield Finding(file.path, getattr(node, "lineno", 0), what)


def _float(file: File, node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"a float: {node.value}"
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        return "true division; // and a named rounding divide money"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path(node.left):
        return "true division; // and a named rounding divide money"
    if isinstance(node, ast.Name | ast.Attribute):
        name = file.name_of(node)
        if name in NAMES or name.endswith("FloatField"):
            return f"a float: {name}"
    return ""


def _is_path(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _is_path(node.left)
    if isinstance(node, ast.Call):
        node = node.func
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lower().endswith(FILES)
