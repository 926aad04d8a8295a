"""A query's columns are its rows whatever its texts hold: by the short way where that is possible, else by the long."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from django.db import connection

from yidian.platform import columns
from yidian.platform.columns import columns_of

KINDS = {"number": pa.int64(), "word": pa.string(), "other": pa.string()}
SAFE = [
    [(1, "a", "b")],
    [(-(1 << 62), "", ""), (1 << 62, "", ""), (0, "", "")],
    [(7, "a\rb\r", "\x1f,;\"'"), (8, "中文", " a ")],
    [(n, "x" * (n % 5), str(n)) for n in range(700)],
]
TOLD_APART_BY_ROWS = [
    [(1, "a\nb", "c"), (2, "d", "e")],
    [(1, "\n", "")],
    [(1, "a\nb", "c"), (2, None, "e")],  # as many lines as rows
    [(None, "a", "b"), (2, "c", "d")],
]


def source_of(rows: list[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """A table of these rows and a stranger's, without a table."""
    kinds = {"tenant_id": "bigint", "number": "bigint", "word": "varchar", "other": "varchar"}
    one = f"SELECT {', '.join(f'CAST(%s AS {kind}) AS {name}' for name, kind in kinds.items())}"
    params = [value for row in [*((5, *row) for row in rows), (6, 9, "not ours", "\n")] for value in row]
    return f"({' UNION ALL '.join([one] * (len(rows) + 1))}) AS told WHERE tenant_id = %s", [*params, 5]


def read(rows: list[tuple[Any, ...]], by: str = "") -> list[tuple[Any, ...]]:
    source, params = source_of(rows)
    found = columns_of(names=KINDS, source=source, params=params, by=by)
    assert {name: column.type for name, column in found.items()} == KINDS
    return list(zip(*(column.to_pylist() for column in found.values()), strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [[], *SAFE, *TOLD_APART_BY_ROWS], ids=repr)
def test_the_columns_are_the_rows(rows: list[tuple[Any, ...]]) -> None:
    chunk = rows[:100]  # SQLite takes so many SELECTs in one
    assert sorted(read(chunk), key=repr) == sorted(chunk, key=repr)


@pytest.mark.django_db
@pytest.mark.parametrize("piece", [1, 3, 7, 8])
def test_a_table_read_in_pieces_is_the_whole_table(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "PIECE", piece)
    rows = [(n * 5 % 7 + 1, "x" * n, str(n)) for n in range(7)]
    assert sorted(read(rows, by="number")) == sorted(rows)
    assert read([], by="number") == []
    assert len(read([*rows, (9, "a\nb", "")], by="number")) == 8  # the last piece comes as rows, so all of them do


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere nobody waits for a reader")
def test_no_statement_reads_more_than_a_piece(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(columns, "PIECE", 3)
    with django_assert_num_queries(3):
        read([(n + 1, "", "") for n in range(7)], by="number")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere rows come as rows")
def test_only_what_cannot_be_told_apart_comes_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_as_rows", lambda *_: pytest.fail("the long way"))
    for rows in SAFE:
        read(rows[:100])
    for rows in TOLD_APART_BY_ROWS:
        with pytest.raises(pytest.fail.Exception, match="the long way"):
            read(rows)
