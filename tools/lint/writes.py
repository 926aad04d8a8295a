"""Rows are written through operations and bulk doors only."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "writes stand in a domain's operations or bulk, each in one transaction; faces and runs call those doors"
ROOMS: Final = ("src/yidian/domains", "src/yidian/runs", "src/yidian/journeys", "src/yidian/faces")
DOORS: Final = frozenset({"operations", "bulk", "models"})
WRITES: Final = frozenset(
    {
        "save",
        "create",
        "delete",
        "get_or_create",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "executemany",
        "aupdate",
        "asave",
        "acreate",
        "adelete",
    }
)
QUERIES: Final = frozenset({"objects", "filter", "exclude", "all", "select_for_update", "order_by"})
GOOD = [
    ("src/yidian/domains/party/operations.py", "Customer.objects.create(code=1)"),
    ("src/yidian/domains/party/operations/close.py", "row.save()"),
    ("src/yidian/domains/party/bulk.py", "Customer.objects.bulk_create(rows)"),
    ("src/yidian/runs/rate.py", "counts.update(good=1)\ndigest.update(b'')"),
    ("src/yidian/platform/tenancy/operations.py", "Tenant.objects.create(code=1)"),
]
BAD = [
    ("src/yidian/domains/party/queries.py", "Customer.objects.create(code=1)"),
    ("src/yidian/domains/party/_rows.py", "row.save()"),
    ("src/yidian/runs/rate.py", "Run.objects.filter(pk=1).update(state=2)"),
    ("src/yidian/runs/rate.py", "rows.objects.update(state=2)"),
    ("src/yidian/faces/cli/bill.py", "row.delete()"),
    ("src/yidian/faces/cli/bill.py", "cursor.executemany(sql, rows)"),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, *ROOMS):
        path = PurePosixPath(file.path)
        if file.within("src/yidian/domains") and DOORS & {*path.parts[4:-1], path.stem}:
            continue
        for call in file.calls():
            if isinstance(call.func, ast.Attribute) and _writes(call.func):
                yield Finding(file.path, call.lineno, f"writes rows: .{call.func.attr}(")


def _writes(func: ast.Attribute) -> bool:
    return func.attr in WRITES or (func.attr == "update" and _is_query(func.value))


def _is_query(node: ast.expr) -> bool:
    """Whether a chain like `Run.objects.filter(…)` stands before `.update(`; a dict's update is no write."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr in QUERIES:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False
