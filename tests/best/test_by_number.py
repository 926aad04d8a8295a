"""Copies of the usage that are sorted by number: found sooner, and nothing else is found."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.best.conftest import settled
from tests.cycles.world import SEPTEMBER, World, some_usage

from yidian.domains.customer_bill.queries import cycles
from yidian.faces.worker.registry import Surroundings, duties
from yidian.platform.clock import MachineClock
from yidian.platform.lake import sorted_copies
from yidian.platform.lake.queries import Stored, files
from yidian.runs.best.one import best_plan
from yidian.runs.rate import by_number
from yidian.runs.rate.by_number import copies_of, found_usage, keep_by_number
from yidian.runs.rate.few import forget_usage

NUMBERS = [f"1380000000{n}" for n in range(1, 10)]


@pytest.fixture
def month(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two months in 14 files, in row groups of a few."""
    monkeypatch.setattr(sorted_copies, "GROUP", 8)
    world = settled(tenant, tmp_path / "home")
    chance = random.Random(1)
    for n in range(12):
        world.usage(*some_usage(chance, SEPTEMBER, 20, first_id=10_000 + 100 * n))
    return world.rate(SEPTEMBER)


def usage(world: World) -> list[Stored]:
    return files(tenant=world.tenant, kind="usage")


def folder(world: World) -> Path:
    return copies_of(tenant=world.tenant, work=world.places.work)


def copies(world: World) -> list[Path]:
    return sorted(folder(world).glob("*"))


def same(world: World, of: list[Stored], wanted: list[str]) -> int:
    """How many events of some numbers were found, with and without copies the same, in the same order."""
    asked: dict[str, Any] = {"lake": world.places.lake, "stored": of, "wanted": frozenset(wanted)}
    plain, sooner = (found_usage(**asked, copies=where) for where in (None, folder(world)))
    assert sooner.schema == plain.schema
    assert sooner.to_pylist() == plain.to_pylist()
    return int(plain.num_rows)


def test_the_same_events_in_the_same_order(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_number, "ROWS", 200)
    of, chance = usage(month), random.Random(2)
    sizes = []
    while made := keep_by_number(tenant=month.tenant, places=month.places):
        sizes.append(made)
    assert len(sizes) > 1 < len(copies(month)), "of a few hundred events each"
    assert len(of) - by_number.FEW < sum(sizes) <= len(of), "a few files are looked through as before"
    assert same(month, of, NUMBERS) > 400
    assert same(month, of, ["nobody"]) == 0
    for _ in range(10):
        some = sorted(chance.sample(range(len(of)), chance.randrange(1, len(of))))
        same(month, [of[n] for n in some], chance.sample(NUMBERS, chance.randrange(1, 4)))


def test_a_number_is_read_where_it_stands(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_by_number(tenant=month.tenant, places=month.places)
    [path] = copies(month)
    rows = pa.parquet.read_table(path)
    assert rows["identifier"].to_pylist() == sorted(rows["identifier"].to_pylist())
    monkeypatch.setattr(by_number, "_sifted", lambda *_: pytest.fail("the lake is not looked through"))
    assert found_usage(
        lake=month.places.lake, stored=usage(month), wanted=frozenset(NUMBERS[:2]), copies=folder(month)
    ).num_rows == sum(value in NUMBERS[:2] for value in rows["identifier"].to_pylist())


def test_answers_are_the_same_while_copies_come_are_damaged_and_go(month: World) -> None:
    def told() -> Any:
        forget_usage()
        return [
            best_plan(tenant=month.tenant, places=month.places, subscriber=one, now=month.now) for one in ("s1", "s3")
        ]

    plain = told()
    assert keep_by_number(tenant=month.tenant, places=month.places) == len(usage(month))
    assert keep_by_number(tenant=month.tenant, places=month.places) == 0, "once"
    assert told() == plain
    [path] = copies(month)
    whole, chance = path.read_bytes(), random.Random(3)
    asked: dict[str, Any] = {"lake": month.places.lake, "stored": usage(month), "wanted": frozenset(NUMBERS[:2])}
    rows = found_usage(**asked, copies=None).to_pylist()
    for n in (chance.randrange(len(whole)) for _ in range(60)):
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
        assert found_usage(**asked, copies=folder(month)).to_pylist() == rows, n
    path.write_bytes(whole[: len(whole) // 2])
    assert told() == plain
    assert keep_by_number(tenant=month.tenant, places=month.places) > 0, "it is made again"
    assert path.read_bytes() == whole, "same files, same copy"


def test_the_worker_makes_them(month: World) -> None:
    on = Surroundings(
        tenant=month.tenant, lake=month.places.lake, scratch=month.places.work, threads=1, webhooks_to_private=False,
        clock=MachineClock(), owner="test", stop=threading.Event(),
    )  # fmt: skip
    [duty] = [one for one in duties(on, lambda *_: None) if one.name == "usage.by_number"]
    assert duty.work() == len(usage(month))
    assert len(copies(month)) == 1


def test_what_is_compared_no_longer_is_not_kept(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_number, "MONTHS", 1)
    [september, october] = [one for one in cycles(tenant=month.tenant) if one.rate_run is not None]
    assert keep_by_number(tenant=month.tenant, places=month.places) == 0, "October is one file: too little"
    monkeypatch.setattr(by_number, "MONTHS", 2)
    assert keep_by_number(tenant=month.tenant, places=month.places) > 10
    monkeypatch.setattr(by_number, "MONTHS", 1)
    monkeypatch.setattr(by_number, "files", lambda **_: [])
    keep_by_number(tenant=month.tenant, places=month.places)
    assert copies(month) == []
    assert (september.name, october.name) == (SEPTEMBER, "2026-10")
