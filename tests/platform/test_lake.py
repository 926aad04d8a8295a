"""The lake: files are durable before they are seen, seen with a transaction only, and held against their rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction

from yidian.platform.files import sha256
from yidian.platform.jobs.engine import finish, open_run
from yidian.platform.jobs.models import Run
from yidian.platform.lake.operations import PendingFile, delete_files, forget, path_of, register, sweep, write_file
from yidian.platform.lake.queries import Stored, UnableToUseFile, census, files, verify

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TABLE = pa.table({"start_ms": [30, 10, 20], "service": pa.array(["voice", "sms", "voice"]).dictionary_encode()})


def written(tenant: Any, lake: Path, name: str = "a", table: pa.Table = TABLE) -> PendingFile:
    return write_file(tenant=tenant, kind="usage", subject="switch 7/北京", table=table, name=name, lake=lake)


def taken_in(tenant: Any, lake: Path, *names: str, run: Run | None = None) -> list[Stored]:
    with transaction.atomic():
        register(tenant=tenant, files=[written(tenant, lake, name) for name in names], run=run)
    return files(tenant=tenant, kind="usage")


def a_run(tenant: Any, digest: str = "a") -> Run:
    return open_run(tenant=tenant, kind="rate", subject="2026-10", input_digest=digest, now=NOW)


def test_the_same_table_gives_the_same_bytes(tenant: Any, tmp_path: Path) -> None:
    one, again = written(tenant, tmp_path / "one"), written(tenant, tmp_path / "one")
    other, more = (
        written(tenant, tmp_path / "two", "b"),
        written(tenant, tmp_path / "two", "c", pa.concat_tables([TABLE] * 2)),
    )
    assert one == again
    assert (one.sha256, one.bytes) == (other.sha256, other.bytes)
    assert more.sha256 != one.sha256
    assert one.sha256 == sha256(tmp_path / "one" / one.path)
    assert (one.rows, one.min_start_ms, one.max_start_ms) == (3, 10, 30)
    assert pq.read_table(tmp_path / "one" / one.path).to_pylist() == TABLE.to_pylist()


def test_a_table_without_starts_has_no_bounds(tenant: Any, tmp_path: Path) -> None:
    for table in (pa.table({"account": [1]}), TABLE.slice(0, 0)):
        pending = written(tenant, tmp_path, table=table)
        assert (pending.min_start_ms, pending.max_start_ms) == (None, None)


def test_no_name_leaves_its_folder(tenant: Any, tmp_path: Path) -> None:
    path = path_of(tenant=tenant, kind="usage", subject="../../etc", name="a/../../b")
    assert path.count("/") == 3
    assert ".." not in path.split("/")
    assert (tmp_path / path).resolve().is_relative_to(tmp_path / "operator" / "usage")


@pytest.mark.django_db(transaction=True)
def test_files_are_seen_and_forgotten_inside_a_transaction_only(tenant: Any, tmp_path: Path) -> None:
    pending = written(tenant, tmp_path)
    with pytest.raises(RuntimeError):
        register(tenant=tenant, files=[pending])
    with pytest.raises(RuntimeError):
        forget(tenant=tenant, run_ids=[1])
    with transaction.atomic():
        register(tenant=tenant, files=[pending])
        transaction.set_rollback(True)
    assert files(tenant=tenant, kind="usage") == []
    [stored] = taken_in(tenant, tmp_path, "a")
    assert stored.path == pending.path
    with pytest.raises(IntegrityError):
        taken_in(tenant, tmp_path, "a")
    assert files(tenant=tenant, kind="usage") == [stored]


def test_files_of_a_run_are_seen_when_it_is_done(tenant: Any, tmp_path: Path) -> None:
    run = a_run(tenant)
    assert taken_in(tenant, tmp_path, "a", run=run) == []
    with transaction.atomic():
        finish(run, counts={}, now=NOW)
    [stored] = files(tenant=tenant, kind="usage", run_id=run.pk)
    assert files(tenant=tenant, kind="usage", subject="another") == files(tenant=tenant, kind="rated") == []
    seen = [files(tenant=tenant, kind="usage", overlaps=o) for o in ((0, 10), (0, 11), (30, 40), (31, 40))]
    assert seen == [[], [stored], [stored], []]


def test_forgotten_files_are_those_of_the_runs(tenant: Any, tmp_path: Path) -> None:
    first = a_run(tenant)
    taken_in(tenant, tmp_path, "a", "b", run=first)
    finish(first, counts={}, now=NOW)
    second = a_run(tenant, "b")
    taken_in(tenant, tmp_path, "c", run=second)
    finish(second, counts={}, now=NOW)
    taken_in(tenant, tmp_path, "d")
    paths = forget(tenant=tenant, run_ids=[first.pk])
    assert [Path(path).stem for path in sorted(paths)] == ["a", "b"]
    assert [Path(file.path).stem for file in files(tenant=tenant, kind="usage")] == ["c", "d"]
    assert census(tenant=tenant, lake=tmp_path).orphans == tuple(sorted(paths))
    delete_files(tmp_path, paths)
    delete_files(tmp_path, paths)  # gone already
    assert census(tenant=tenant, lake=tmp_path).clean


def test_the_census_tells_orphans_holes_and_damage(tenant: Any, tmp_path: Path) -> None:
    hole, longer, flipped, good = taken_in(tenant, tmp_path, "hole", "longer", "flipped", "good")
    assert census(tenant=tenant, lake=tmp_path).clean
    orphan = written(tenant, tmp_path, "orphan")
    spoil(tmp_path, hole, longer, flipped)
    (tmp_path / good.path).with_suffix(".parquet.part").touch()
    found = census(tenant=tenant, lake=tmp_path)
    assert not found.clean
    assert (found.files, found.orphans, found.holes) == (4, (orphan.path,), (hole.path,))
    assert sorted(found.damaged) == sorted([longer.path, flipped.path])
    assert census(tenant=tenant, lake=tmp_path, deep=False).damaged == ()
    sweep(tmp_path, str(Path(good.path).parent))
    assert not list(tmp_path.rglob("*.part"))
    assert (tmp_path / good.path).is_file()


def test_a_file_that_is_not_what_its_row_says_is_not_used(tenant: Any, tmp_path: Path) -> None:
    hole, longer, flipped, good = taken_in(tenant, tmp_path, "hole", "longer", "flipped", "good")
    spoil(tmp_path, hole, longer, flipped)
    assert verify(good, tmp_path) == tmp_path / good.path
    for file, code in ((hole, "LAKE_FILE_MISSING"), (longer, "LAKE_FILE_SIZE"), (flipped, "LAKE_FILE_CHANGED")):
        with pytest.raises(UnableToUseFile) as refused:
            verify(file, tmp_path)
        assert (refused.value.code, refused.value.params) == (code, {"path": file.path})


def spoil(lake: Path, hole: Stored, longer: Stored, flipped: Stored) -> None:
    """Remove one file, append to one, turn one bit of one."""
    (lake / hole.path).unlink()
    with (lake / longer.path).open("ab") as f:
        f.write(b"\0")
    data = bytearray((lake / flipped.path).read_bytes())
    data[len(data) // 2] ^= 1
    (lake / flipped.path).write_bytes(data)
