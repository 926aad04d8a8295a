"""Looking up a few rows of a large file: the right ones, in order, wherever row groups end; never damaged ones."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from yidian.platform.lake.operations import write_table
from yidian.platform.lake.queries import UnableToUseFile
from yidian.platform.lake.rows import rows_near, rows_of


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_of_some_keys_are_those_that_a_scan_finds(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = [key for key in chance.sample(range(50), 30) for _ in range(chance.randrange(1, 40))]
    table = pa.table({"unit": keys, "value": list(range(len(keys)))})
    path = tmp_path / "file.parquet"
    write_table(table, path, row_group=64)
    for _ in range(10):
        wanted = chance.sample(range(60), 5)
        found = rows_of(path, ["value"], key="unit", values=wanted)["value"].to_pylist()
        assert found == [n for n, key in enumerate(keys) if key in wanted]
    assert rows_of(path, ["value", "unit"], key="unit", values=[-1]).num_rows == 0


def test_rows_are_looked_for_only_where_the_bounds_leave_room(tmp_path: Path) -> None:
    table = pa.table({"event_id": list(range(1000)), "start_ms": list(range(0, 10_000, 10)), "who": ["x"] * 1000})
    path = tmp_path / "file.parquet"
    write_table(table, path, row_group=100)
    ask = {"key": "event_id", "by": "start_ms"}
    assert rows_near(path, ["event_id"], values=[555], near=[5_550], **ask)["event_id"].to_pylist() == [555]
    assert rows_near(path, ["event_id"], values=[555], near=[20_000], **ask).num_rows == 0


def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    write_table(pa.table({"unit": [n // 10 for n in range(5_000)], "value": list(range(5_000))}), path, row_group=500)
    body = bytearray(path.read_bytes())
    body[len(body) // 3] ^= 0xFF
    path.write_bytes(bytes(body))
    with pytest.raises(UnableToUseFile):
        rows_of(path, ["value", "unit"], key="unit", values=range(500))
