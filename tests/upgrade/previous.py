"""`python -m tests.upgrade.previous HOME`: the tables of version 0.1.0, and in them the small month it left.

`from_0_1_0/` holds what that version really made, by its own commands: the migrations it knew, every row, every file of
the lake (September closed, October billed).
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("from_0_1_0")
MIGRATIONS = [tuple(line.split(".")) for line in (FOLDER / "migrations.txt").read_text().split()]
SETTINGS = 'format = 1\ndatabase = "{}"\ntenant = "operator"\ncurrency = "CNY"\nzone = "Asia/Shanghai"\nthreads = 1\n'


def month() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "month.json").read_text(encoding="utf-8"))
    return found


def make(home: Path, database: str) -> None:
    """The installation's folder and rows; the database is there, and empty."""
    (home / "work").mkdir(parents=True)
    (home / "yidian.toml").write_text(SETTINGS.format(database))
    for name, text in month()["lake"].items():
        path = home / "lake" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(text))
    from yidian.config.start import start

    start(home)
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor
    from django_scopes import scopes_disabled

    MigrationExecutor(connection).migrate(MIGRATIONS)
    with scopes_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for table, told in month()["tables"].items():
            _fill(cursor, table, told["columns"], told["rows"], connection.vendor)


def _fill(cursor: Any, table: str, columns: list[str], rows: list[list[Any]], vendor: str) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    if vendor == "sqlite":
        marks = ", ".join(["%s"] * len(columns))
        flat = [[json.dumps(v) if isinstance(v, (dict, list)) else v for v in row] for row in rows]
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', flat)
        return
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM json_populate_recordset(NULL::"{table}", %s::json)',
        [json.dumps([dict(zip(columns, row, strict=True)) for row in rows])],
    )
    if "id" in columns:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        if sequence is not None:
            cursor.execute(f'SELECT setval(%s, (SELECT max(id) FROM "{table}"))', [sequence])


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
