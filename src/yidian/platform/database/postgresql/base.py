"""Django's PostgreSQL, watched."""

from __future__ import annotations

from django.db.backends.postgresql import base, operations, schema

from yidian.platform.database.wall import Watched, WholeFlush, WholeSchema


class DatabaseSchemaEditor(WholeSchema, schema.DatabaseSchemaEditor):
    pass


class DatabaseOperations(WholeFlush, operations.DatabaseOperations):
    pass


class DatabaseWrapper(Watched, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations
