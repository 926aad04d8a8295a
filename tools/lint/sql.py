"""Raw SQL has a room of its own, and never forgets the tenant."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "raw SQL stands in a domain's `bulk`, and every statement names tenant_id"
DOORS: Final = frozenset({"cursor", "raw", "extra"})
TABLELESS: Final = (
    "src/yidian/platform/locks.py",  # advisory locks: no table is read
    "src/yidian/platform/columns.py",  # its statements are those of its callers
    "src/yidian/platform/database/rows.py",  # the rows of a domain's bulk, whose tenant_id it is given
    "src/yidian/platform/database/kept.py",  # texts that Django made, and rows of a domain's operations; as above
    "src/yidian/platform/database/loading.py",  # so here; every statement carries the tenant_id of the scope
    "src/yidian/platform/database/statistics.py",  # ANALYZE: of whole tables, no row is read out
    "src/yidian/platform/database/sqlite3/base.py",  # makes the cursors
    "src/yidian/platform/tenancy/policies.py",  # makes policies and looks whether they are there: the catalogue only
    "src/yidian/platform/network/memory.py",  # a simulated network's own file, one per tenant: no table of ours
    "src/yidian/platform/database/keys.py",  # sequences of keys, which run over all tenants: no table is read
)
STATEMENT: Final = re.compile(
    r"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\s|REPLACE\s+INTO\s|WITH\s+\w+\s+AS\b)"
)
GOOD = [
    ("src/yidian/domains/usage/bulk.py", 'c.execute("SELECT a FROM usage_suspense WHERE tenant_id = %s")'),
    ("src/yidian/domains/usage/bulk/rows.py", 'SQL = f"INSERT INTO {table} (tenant_id, a) VALUES (%s, %s)"'),
    (
        "src/yidian/domains/usage/bulk.py",
        'def f():\n    c = "(tenant_id, a) VALUES (%s, %s)"\n    return f"INSERT INTO t {c}"',
    ),
    ("src/yidian/domains/usage/queries.py", '"""Select what is asked for."""'),
    ("src/yidian/platform/locks.py", 'connection.cursor().execute("SELECT pg_try_advisory_lock(%s)")'),
]
BAD = [
    ("src/yidian/domains/usage/queries.py", "connection.cursor()"),
    ("src/yidian/domains/usage/queries.py", 'Suspense.objects.raw("SELECT 1 WHERE tenant_id = 1")'),
    ("src/yidian/runs/rate.py", 'SQL = "DELETE FROM usage_suspense WHERE tenant_id = %s"'),
    ("src/yidian/domains/usage/bulk.py", 'c.execute("SELECT a FROM usage_suspense")'),
    ("src/yidian/domains/usage/bulk.py", 'SQL = f"UPDATE {table} SET a = 1"'),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, "src/yidian"):
        if file.path in TABLELESS:
            continue
        bulk = file.within("src/yidian/domains") and "bulk" in {*PurePosixPath(file.path).parts, _stem(file)}
        for node, text in _statements(file):
            if not bulk:
                yield Finding(file.path, node.lineno, "raw SQL outside bulk")
            elif "tenant_id" not in text and not (isinstance(node, ast.JoinedStr) and _told_beside(file, node)):
                yield Finding(file.path, node.lineno, "a statement without tenant_id")
        for call in file.calls():
            if not bulk and isinstance(call.func, ast.Attribute) and call.func.attr in DOORS:
                yield Finding(file.path, call.lineno, f"raw SQL outside bulk: .{call.func.attr}(")


def _stem(file: File) -> str:
    return PurePosixPath(file.path).stem


def _told_beside(file: File, node: ast.JoinedStr) -> bool:
    """Whether the function that puts a statement together names tenant_id in another of its strings."""
    for function in ast.walk(file.tree):
        if isinstance(function, ast.FunctionDef) and node in set(ast.walk(function)):
            words = (n.value for n in ast.walk(function) if isinstance(n, ast.Constant))
            return any(isinstance(word, str) and "tenant_id" in word for word in words)
    return False


def _statements(file: File) -> Iterator[tuple[ast.Constant | ast.JoinedStr, str]]:
    inside_f = {id(part) for node in ast.walk(file.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "x" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside_f:
            text = node.value
        else:
            continue
        if STATEMENT.match(text):
            yield node, text
