"""Django's SQLite, watched."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base, operations, schema

from yidian.platform.database.wall import Watched, WholeFlush, WholeSchema


class DatabaseSchemaEditor(WholeSchema, schema.DatabaseSchemaEditor):
    pass


class DatabaseOperations(WholeFlush, operations.DatabaseOperations):
    pass


class Cursor(base.SQLiteCursorWrapper):
    """Turns Django's marks into SQLite's once for a text: that of many rows is long, and the same in every chunk."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return str(super().convert_query(query, param_names=param_names)) if param_names is not None else _marked(query)


@lru_cache(maxsize=1024)
def _marked(query: str) -> str:
    return str(base.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")


class DatabaseWrapper(Watched, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations

    def create_cursor(self, name: Any = None) -> Any:  # noqa: ARG002 - Django calls it with one
        return self.connection.cursor(factory=Cursor)
