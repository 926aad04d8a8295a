"""Two tariffs → their changes. Rows are paired by their natural key and compared on every day, so it tells nothing
when a row is cut in two or stands elsewhere, and of a price that ends where another begins it tells one change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from operator import attrgetter
from typing import Any

from yidian.domains.product_catalog.canonical import HEAD, ROWS
from yidian.domains.product_catalog.comparing.changes import ADDED, CHANGED, ENDED, NAMES, RENAMED, Cell, Change
from yidian.domains.product_catalog.comparing.keys import KEY_OF
from yidian.domains.product_catalog.rules.spans import stretches
from yidian.domains.product_catalog.workbook.forms import HEAD_SHEET, Column
from yidian.domains.product_catalog.workbook.writing import FORM_OF, Writer, told_columns
from yidian.kernel.rating.tariff import Row, Tariff

Stretch = tuple[date, date, Row | None, Row | None]


def compare_tariffs(before: Tariff, after: Tariff) -> tuple[Change, ...]:
    """What `after` says otherwise than `before`, by sheet, key and day; empty when they say the same.

    Neither the order of rows nor the way they are cut into periods counts.
    """
    writers = Writer.of(before), Writer.of(after)
    found = list(_head(before, after))
    for sheet, row_type in ROWS.items():
        found += _sheet(sheet, row_type, (getattr(before, sheet), getattr(after, sheet)), writers)
    return tuple(found)


def _head(before: Tariff, after: Tariff) -> Iterator[Change]:
    for name in HEAD:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            cells = (Cell("value", old, new),)
            yield Change(sheet=HEAD_SHEET, key=(name,), how=CHANGED, since=None, until=None, cells=cells)


def _sheet(
    sheet: str, row_type: type[Row], rows: tuple[Sequence[Row], Sequence[Row]], writers: tuple[Writer, Writer]
) -> list[Change]:
    columns = told_columns(row_type)
    keys = KEY_OF[row_type]
    key_of = attrgetter(*keys)
    old, new = _only_one_has(*rows, key_of)
    own = [column for column in columns if column.fills not in keys]
    found = []
    for key in old.keys() | new.keys():
        for since, until, was, now in _joined(_days(old.get(key, []), new.get(key, []))):
            cells = tuple(_cells(own, was, now, writers))
            row, writer = (now, writers[1]) if now is not None else (was, writers[0])
            assert row is not None
            named = tuple(writer.cell(row, column) for column in columns if column.fills in keys)
            found.append((key, since, Change(
                sheet=sheet, key=named, how=_how(was, now, cells), since=_open(since), until=_open(until), cells=cells,
            )))  # fmt: skip
    return [change for _, _, change in sorted(found, key=lambda one: one[:2])]


def _only_one_has(
    before: Sequence[Row], after: Sequence[Row], key_of: Any
) -> tuple[dict[Any, list[Row]], dict[Any, list[Row]]]:
    """The rows of both by their keys, of those keys of which not all rows are in both."""
    was, now = set(before), set(after)
    touched = {key_of(row) for row in was ^ now}
    found: list[dict[Any, list[Row]]] = []
    for rows in (before, after):
        by_key: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            if (key := key_of(row)) in touched:
                by_key[key].append(row)
        found.append(by_key)
    return found[0], found[1]


def _days(before: list[Row], after: list[Row]) -> Iterator[Stretch]:
    """The stretches of days on which what is in force says something else."""
    spans = [_span(row) for row in (*before, *after)]
    for start, end in stretches(spans):
        old, new = (
            {_said(row): row for row in rows if _span(row)[0] <= start < _span(row)[1]} for rows in (before, after)
        )
        gone = [row for said, row in old.items() if said not in new]
        come = [row for said, row in new.items() if said not in old]
        yield from ((start, end, was, now) for was, now in zip_longest(gone, come))


def _joined(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches that touch and tell the same made one."""
    under_way: list[Stretch] = []
    for one in found:
        last = next((n for n, old in enumerate(under_way) if old[1] == one[0] and _tells(old) == _tells(one)), None)
        if last is None:
            under_way.append(one)
        else:
            under_way[last] = (under_way[last][0], *one[1:])
    yield from under_way


def _tells(stretch: Stretch) -> tuple[Any, Any]:
    return tuple(None if row is None else _said(row) for row in stretch[2:])  # type: ignore[return-value]


def _said(row: Row) -> tuple[Any, ...]:
    """What a row says but for its dates; a list says the same in any order."""
    values = (getattr(row, column.fills) for column in told_columns(type(row)))
    return tuple(tuple(sorted(value)) if isinstance(value, tuple) else value for value in values)


def _span(row: Row) -> tuple[date, date]:
    return row.valid_from or date.min, row.valid_to or date.max


def _cells(columns: list[Column], was: Row | None, now: Row | None, writers: tuple[Writer, Writer]) -> Iterator[Cell]:
    for column in columns:
        if was is not None and now is not None and getattr(was, column.fills) == getattr(now, column.fills):
            continue  # though the unit in which it is written be another
        before = _cell(was, column, writers[0], whole=now is None)
        after = _cell(now, column, writers[1], whole=was is None)
        if before != after:
            yield Cell(column.name, before, after)


def _cell(row: Row | None, column: Column, writer: Writer, *, whole: bool) -> str:
    """The text of a cell. A row told whole leaves out what it need not say."""
    if row is None:
        return ""
    defaults = FORM_OF[type(row)].defaults
    if whole and column.fills in defaults and getattr(row, column.fills) == defaults[column.fills]:
        return ""
    return writer.cell(row, column)


def _how(was: Row | None, now: Row | None, cells: tuple[Cell, ...]) -> str:
    if was is None:
        return ADDED
    if now is None:
        return ENDED
    return RENAMED if all(cell.column in NAMES for cell in cells) else CHANGED


def _open(day: date) -> date | None:
    return None if day in (date.min, date.max) else day
