"""What a tariff says of the days before a date: of closed books, this may not change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from yidian.domains.product_catalog.canonical import HEAD, ROWS
from yidian.kernel.faults import Fault, Where
from yidian.kernel.rating.tariff import Day, Row, Tariff

Spans = tuple[tuple[date, date], ...]
# What a thing is called and how it is sold changes no amount: holdings are stored with their own beginning and end.
UNPRICED = ("name_zh", "name_en", "quota", "stacks", "months", "ends_with", "needs", "line_of_business")


def changes_before(old: Tariff, new: Tariff, closed_until: date, *, file: str = "") -> list[Fault]:
    """TARIFF_CHANGES_HISTORY for each row that one tariff has on days before `closed_until` and the other not.

    Rows are compared without their names and how they are sold, touching periods made one: ending a row, or cutting it
    in two, is no change.
    """
    until = closed_until.isoformat()
    found = [
        Fault("TARIFF_CHANGES_HISTORY", Where(file, "tariff", 0, name), getattr(new, name), {"until": until})
        for name in HEAD
        if getattr(old, name) != getattr(new, name)
    ]
    for kind, row_type in ROWS.items():
        before = _past(getattr(old, kind), row_type, closed_until)
        after = _past(getattr(new, kind), row_type, closed_until)
        changed = sorted(str(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        found += (Fault("TARIFF_CHANGES_HISTORY", Where(file, kind), value, {"until": until}) for value in changed)
    return found


def _past(rows: tuple[Row, ...], row_type: type[Row], closed_until: date) -> dict[Any, Spans]:
    """What a row says → the days on which it says so, cut at `closed_until`."""
    telling = [f.name for f in fields(row_type) if f.name not in ("valid_from", "valid_to", *UNPRICED)]
    values = attrgetter(*telling)
    spans: dict[Any, list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        start, end = row.valid_from or date.min, min(row.valid_to or date.max, closed_until)
        if start < end and not (isinstance(row, Day) and row.on >= closed_until):
            spans[values(row)].append((start, end))
    return {key: tuple(_joined(sorted(found))) for key, found in spans.items()}


def _joined(spans: list[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    start, end = spans[0]
    for first, last in spans[1:]:
        if first <= end:
            end = max(end, last)
        else:
            yield start, end
            start, end = first, last
    yield start, end
