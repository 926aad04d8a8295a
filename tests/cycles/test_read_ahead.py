"""Usage files read before they are asked for: the same files, each once, and no more of them than there is room for."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pyarrow as pa
import pytest
from tests.cycles.world import OCTOBER, World, some_usage

from yidian.platform.jobs.models import Run
from yidian.platform.lake.queries import Stored, UnableToUseFile, files
from yidian.runs.rate import ahead, classify
from yidian.runs.rate.ahead import ReadAhead
from yidian.runs.rate.results import rated_tables
from yidian.runs.rate.run import rate

FILES, EVENTS = 6, 50


@pytest.fixture
def month(world: World) -> World:
    world.open(OCTOBER)
    chance = random.Random(7)
    for n in range(FILES):
        world.usage(*some_usage(chance, OCTOBER, EVENTS, 1 + n * EVENTS))
    return world


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were read, by whomever."""
    names: list[str] = []

    def noted(path: Path) -> pa.Table:
        names.append(path.name)
        return classify.read_usage(path)

    monkeypatch.setattr(ahead, "read_usage", noted)
    return names


def usage_of(world: World) -> list[Stored]:
    return files(tenant=world.tenant, kind="usage")


def settled(reading: ReadAhead) -> None:
    for coming in reading._coming.values():
        coming.exception(20)


def test_what_was_read_ahead_is_handed_out_once(month: World, read: list[str]) -> None:
    usage = usage_of(month)
    with ReadAhead(usage, lake=month.places.lake, threads=3) as reading:
        settled(reading)
        assert sorted(read) == sorted(Path(file.path).name for file in usage)
        found = [reading.read(file) for file in usage]
        assert len(read) == FILES
        assert reading.read(usage[0]).equals(found[0])
        assert len(read) == FILES + 1
    for file, table in zip(usage, found, strict=True):
        assert table.equals(classify.read_usage(month.places.lake / file.path))
        assert table.num_rows == EVENTS


def test_one_thread_reads_nothing_ahead(month: World, read: list[str]) -> None:
    usage = usage_of(month)
    with ReadAhead(usage, lake=month.places.lake, threads=1) as reading:
        assert (reading._coming, read) == ({}, [])
        assert reading.read(usage[2]).num_rows == EVENTS
    assert len(read) == 1


@pytest.mark.parametrize(("rows", "many"), [(1, 1), (EVENTS, 1), (3 * EVENTS, 3), (3 * EVENTS + 1, 3), (10**9, FILES)])
def test_no_more_lies_in_memory_than_there_is_room_for(
    month: World, monkeypatch: pytest.MonkeyPatch, rows: int, many: int
) -> None:
    monkeypatch.setattr(ahead, "ROWS", rows)
    usage = usage_of(month)
    with ReadAhead(usage, lake=month.places.lake, threads=2) as reading:
        assert list(reading._coming) == [file.id for file in usage[:many]]


def test_what_nobody_has_begun_to_read_is_not_waited_for(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    usage, go_on, begun = usage_of(month), threading.Event(), threading.Event()

    def slowly(path: Path) -> pa.Table:
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            assert go_on.wait(20)
        return classify.read_usage(path)

    monkeypatch.setattr(ahead, "read_usage", slowly)
    with ReadAhead(usage, lake=month.places.lake, threads=2) as reading:
        assert begun.wait(20)
        assert reading.read(usage[1]).num_rows == EVENTS  # the only reader is still at the first
        go_on.set()
        assert reading.read(usage[0]).num_rows == EVENTS


def test_a_lost_file_is_told_to_whoever_asks_for_it(month: World) -> None:
    usage = usage_of(month)
    (month.places.lake / usage[1].path).unlink()
    with ReadAhead(usage, lake=month.places.lake, threads=2) as reading:
        settled(reading)
        assert reading.read(usage[0]).num_rows == EVENTS
        with pytest.raises(UnableToUseFile, match="LAKE_FILE_MISSING"):
            reading.read(usage[1])
    with pytest.raises(UnableToUseFile, match="LAKE_FILE_MISSING"):
        rate(tenant=month.tenant, places=month.places, cycle=OCTOBER, now=month.now, threads=2)
    assert not Run.objects.filter(kind="rate", state=Run.State.DONE).exists()


def test_only_files_that_are_not_classified_are_read_again(month: World, read: list[str]) -> None:
    def rated(threads: int) -> list[dict[str, object]]:
        rate(tenant=month.tenant, places=month.places, cycle=OCTOBER, now=month.now, threads=threads)
        tables = rated_tables(tenant=month.tenant, cycle=OCTOBER, lake=month.places.lake)
        return [row for table in tables for row in table.to_pylist()]

    first = rated(2)
    assert len(read) == FILES
    month.usage(*some_usage(random.Random(8), OCTOBER, EVENTS, 10_000))
    both = rated(2)
    assert read[FILES:] == [Path(usage_of(month)[-1].path).name]
    assert len(both) > len(first)
    for scratch in month.places.work.rglob("*"):
        if scratch.is_file() and scratch.parent.name == OCTOBER:
            scratch.unlink()
    Run.objects.filter(kind="rate").update(input_digest="another")
    assert rated(1) == both
    assert read[FILES + 1 :] == [Path(file.path).name for file in usage_of(month)]  # scratch was lost: all, in order
