"""The rows of an edition, written column by column: of a rate deck there are 36,000, and a model for each costs more
than all else that loading does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import DateField

from yidian.domains.product_catalog import models
from yidian.domains.product_catalog.canonical import ROWS, field_names
from yidian.kernel.rating.tariff import Row
from yidian.platform.database.rows import bring


def store(*, tenant_id: int, edition: int, kind: str, rows: Sequence[Row]) -> None:
    """Write the rows of a kind; `edition`: its row's id. Their ids grow in the order in which they are given."""
    table = models.TABLES[kind]
    each = {}
    for name in field_names(ROWS[kind]):
        field: Any = table._meta.get_field(name)
        values: list[Any] = [getattr(row, name) for row in rows]
        if isinstance(field, DateField):
            values = _days(values)
        elif name in models.LISTS:
            values = [" ".join(value) for value in values]
        each[field.column] = values
    bring(table, count=len(rows), same={"tenant_id": tenant_id, "edition_id": edition}, each=each)


def _days(values: list[date | None]) -> list[Any]:
    written = {day: connection.ops.adapt_datefield_value(day) for day in set(values)}
    return [written[day] for day in values]
