"""What both databases add to Django's: statements are watched; work on the schema is work on the whole installation."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.db.backends.utils import CursorWrapper
from django_scopes import scopes_disabled

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.operations import BaseDatabaseOperations
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
else:
    BaseDatabaseWrapper = BaseDatabaseOperations = BaseDatabaseSchemaEditor = object


class WatchedCursor(CursorWrapper):
    """A cursor whose `copy` (PostgreSQL) and `callproc` are watched as `execute` is."""

    def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
        from yidian.platform.tenancy.guard import expect_scoped

        whose = expect_scoped(statement)
        if whose:
            self.db.work_for(whose)
        return self.cursor.copy(statement, *args, **kwargs)


class Watched(BaseDatabaseWrapper):
    """Mixed into a DatabaseWrapper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_watched)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return WatchedCursor(cursor, self)

    def work_for(self, whose: str) -> None:
        """The next statement is about a tenant's rows (its id), or about all: where a database can be told, it is."""

    def check_constraints(self, *args: Any, **kwargs: Any) -> None:
        with scopes_disabled():
            super().check_constraints(*args, **kwargs)


class WholeFlush(BaseDatabaseOperations):
    """Mixed into DatabaseOperations: emptying a test's database is work on all tenants."""

    def execute_sql_flush(self, sql_list: Any) -> None:
        with scopes_disabled():
            super().execute_sql_flush(sql_list)


class WholeSchema(BaseDatabaseSchemaEditor):
    """Mixed into DatabaseSchemaEditor: a migration works on the rows of all tenants."""

    def __enter__(self) -> Any:
        self._wide = ExitStack()
        self._wide.enter_context(scopes_disabled())
        wide: Any = self.connection
        wide.work_for("all")  # what the database looks at by itself, as for a new foreign key
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        with self._wide:
            super().__exit__(*error)


def _watched(*statement: Any) -> Any:
    """The guard, once the tables can be known: backends are loaded before them."""
    from yidian.platform.tenancy.guard import watched

    return watched(*statement)
