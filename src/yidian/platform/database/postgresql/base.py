"""Django's PostgreSQL, watched, and told whose rows it is asked for (`platform/tenancy/policies`)."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, operations, schema
from django.db.backends.utils import CursorWrapper

from yidian.platform.database.wall import Watched, WatchedCursor, WholeFlush, WholeSchema


class DatabaseSchemaEditor(WholeSchema, schema.DatabaseSchemaEditor):
    pass


class DatabaseOperations(WholeFlush, operations.DatabaseOperations):
    pass


class HeldCursor(WatchedCursor):
    """A cursor that the server holds: it looks for its rows when they are fetched, so still for whom it was opened."""

    _whose = ""

    def execute(self, sql: Any, params: Any = None) -> Any:
        answer = super().execute(sql, params)
        self._whose = self.db.works_for
        return answer

    def fetchmany(self, *args: Any) -> Any:
        if self._whose:
            self.db.work_for(self._whose)
        with self.db.wrap_database_errors:
            return self.cursor.fetchmany(*args)


class DatabaseWrapper(Watched, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations
    works_for = ""  # what the session's setting says; "": not known

    def work_for(self, whose: str) -> None:
        """Tell the session whose rows its statements see: asked of the server only when it is somebody else's turn."""
        if whose == self.works_for or self.needs_rollback:
            return
        self.ensure_connection()
        with self.wrap_database_errors:
            self.connection.execute(f"SET yidian.tenant = '{whose}'")
        self.works_for = whose

    def connect(self) -> None:
        self.works_for = ""
        super().connect()

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return HeldCursor(cursor, self) if getattr(cursor, "name", None) else super().make_cursor(cursor)

    # A setting made within what is rolled back is rolled back with it.
    def _rollback(self) -> None:
        self.works_for = ""
        super()._rollback()  # type: ignore[misc]  # Django's stubs do not know it

    def _savepoint_rollback(self, sid: str) -> None:
        self.works_for = ""
        super()._savepoint_rollback(sid)  # type: ignore[misc]
