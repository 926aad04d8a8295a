"""A file is taken once, an event is in the lake once, and a crash anywhere followed by a repeat changes nothing."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.usage.told import FIELDS, HEADER, NOW, calls, events, everything, laws_hold, mapping, take

from yidian.domains.usage import operations, queries
from yidian.domains.usage.intake import take as taking
from yidian.domains.usage.intake.lock import alone_with
from yidian.domains.usage.normalise.event import event_key
from yidian.platform import points

ONE = "19900000001,02178880000,{at},{seconds}\n"
KEY = {"key": "[who, whom, seconds]"}


@pytest.fixture(autouse=True)
def quiet_points() -> Any:
    yield
    points.configure("")


def call(at: str, seconds: int = 60) -> str:
    return ONE.format(at=at, seconds=seconds)


def test_the_same_content_under_another_name_adds_nothing(tenant: Any, tmp_path: Path) -> None:
    first = take(tenant, tmp_path, HEADER + calls(9))
    before = everything(tenant, tmp_path)
    again = take(tenant, tmp_path, HEADER + calls(9), name="other.csv")
    third = take(tenant, tmp_path, HEADER + calls(9))
    assert (first.outcome, again.outcome, third.outcome) == ("COLLECTED", "ALREADY_COLLECTED", "ALREADY_COLLECTED")
    assert (first.good, again.good, again.records) == (9, 0, 0)
    assert everything(tenant, tmp_path) == before


def test_the_same_name_with_other_content_is_taken_and_told(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + calls(2))
    taken = take(tenant, tmp_path, HEADER + calls(2, first=50))
    assert (taken.good, taken.warnings) == (2, ("NAME_WITH_OTHER_CONTENT",))
    assert [found.code for found in queries.file_once_breaks(tenant=tenant)] == ["NAME_WITH_OTHER_CONTENT"]


def test_a_second_delivery_with_more_records_adds_only_the_new_ones(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + calls(10))
    taken = take(tenant, tmp_path, HEADER + calls(15), name="again.csv")
    assert (taken.records, taken.good, taken.duplicates) == (15, 5, 10)
    assert laws_hold(tenant, tmp_path)


def test_the_same_events_of_two_sources_are_two_events(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + calls(3))
    taken = take(tenant, tmp_path, HEADER + calls(3), source="other-switch")
    assert taken.good == 3
    assert len({event["event_id"] for event in events(tenant, tmp_path)}) == 6


@pytest.mark.parametrize(
    ("days", "good_case"), [("2026-09-04 08:00:00", 1), ("2026-09-04 07:59:59", 2), ("2026-10-04 08:00:00", 1)]
)
@pytest.mark.parametrize("together", [True, False])
def test_the_same_key_is_a_repeat_within_the_window_only(
    tenant: Any, tmp_path: Path, days: str, good_case: int, together: bool
) -> None:
    first, second = call("2026-10-04 08:00:00"), call(days)
    if together:
        take(tenant, tmp_path, HEADER + first + second, **KEY)
    else:
        take(tenant, tmp_path, HEADER + first, **KEY)
        take(tenant, tmp_path, HEADER + second + "\n", name="b.csv", **KEY)
    assert len(events(tenant, tmp_path)) == good_case
    assert laws_hold(tenant, tmp_path)


def test_repeats_far_apart_in_one_file_are_found_across_batches(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 7)
    monkeypatch.setattr(taking, "ROWS_PER_FILE", 20)
    lines = calls(60).splitlines(keepends=True)
    shuffled = lines * 2
    random.Random(7).shuffle(shuffled)
    taken = take(tenant, tmp_path, HEADER + "".join(shuffled))
    assert (taken.records, taken.good, taken.duplicates) == (120, 60, 60)
    assert len(queries.lake_files(tenant=tenant)) >= 2
    assert laws_hold(tenant, tmp_path)


def test_order_and_cut_of_delivery_do_not_matter(tenant: Any, tmp_path: Path) -> None:
    whole = calls(40).splitlines(keepends=True)
    take(tenant, tmp_path, HEADER + "".join(whole), source="a")
    for part, name in ((whole[25:], "2.csv"), (whole[10:30], "3.csv"), (whole[:12], "1.csv")):
        take(tenant, tmp_path, HEADER + "".join(part), name=name, mapping=mapping(source="a"))
    assert len(events(tenant, tmp_path)) == 40
    other = mapping(source="b")
    for part, name in ((whole[25:], "2.csv"), (whole[10:30], "3.csv"), (whole[:12], "1.csv")):
        take(tenant, tmp_path, HEADER + "".join(part), name=name, mapping=other)
    told = [(e["start_ms"], e["identifier"], e["other_party"], e["duration_s"]) for e in events(tenant, tmp_path, "a")]
    assert sorted(told) == sorted(
        (e["start_ms"], e["identifier"], e["other_party"], e["duration_s"]) for e in events(tenant, tmp_path, "b")
    )


COLLECT_POINTS = (
    "collect.intent", "lake.written", "lake.synced", "lake.renamed", "collect.read", "collect.commit",
    "collect.committed",
)  # fmt: skip


@pytest.mark.parametrize("name", COLLECT_POINTS)
def test_a_fault_at_any_point_and_a_repeat_come_to_the_same(tenant: Any, tmp_path: Path, name: str) -> None:
    data = HEADER + calls(20) + "1,,2026-10-05 08:30:01,5\n" + calls(3)
    quiet, faulty = tmp_path / "quiet", tmp_path / "faulty"
    quiet.mkdir()
    faulty.mkdir()
    take(tenant, quiet, data, source="quiet")
    points.configure(f"{name}=raise")
    with pytest.raises(points.PlantedFault):
        take(tenant, faulty, data, source="faulty")
    points.configure("")
    taken = queries.files(tenant=tenant, source="faulty")
    assert [file.good for file in taken] == ([20] if name == "collect.committed" else [])
    again = take(tenant, faulty, data, source="faulty")
    assert again.outcome == ("ALREADY_COLLECTED" if name == "collect.committed" else "COLLECTED")
    (one,), (two,) = (queries.files(tenant=tenant, source=source) for source in ("quiet", "faulty"))
    assert (one.good, one.rejected, one.duplicates) == (two.good, two.rejected, two.duplicates) == (20, 1, 3)
    left = [path.name for path in (faulty / "lake").rglob("*") if path.is_file()]
    assert left == [Path(file.path).name for file in queries.lake_files(tenant=tenant, source="faulty")]


def test_parts_that_a_better_mapping_no_longer_fills_are_swept(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 5)
    monkeypatch.setattr(taking, "ROWS_PER_FILE", 5)
    data = HEADER + calls(20)
    points.configure("collect.commit=raise")
    with pytest.raises(points.PlantedFault):
        take(tenant, tmp_path, data)
    points.configure("")
    assert len(list((tmp_path / "lake").rglob("*.parquet"))) == 4
    more = "records:\n  - {when: {seconds: {not: ['0', '1', '2']}}, ignore: NOT_OURS}\n"
    assert take(tenant, tmp_path, data, more=more).good == 3
    on_disk = {path.relative_to(tmp_path / "lake").as_posix() for path in (tmp_path / "lake").rglob("*.parquet")}
    assert on_disk == {file.path for file in queries.lake_files(tenant=tenant)}
    assert laws_hold(tenant, tmp_path)


def test_what_an_uncommitted_file_left_is_replaced_even_by_another_mapping(tenant: Any, tmp_path: Path) -> None:
    data = HEADER + calls(5)
    points.configure("collect.commit=raise")
    with pytest.raises(points.PlantedFault):
        take(tenant, tmp_path, data)
    points.configure("")
    fields = FIELDS.replace("from: who}", "from: who, add_prefix: '86'}")
    take(tenant, tmp_path, data, fields=fields)
    assert {event["identifier"][:2] for event in events(tenant, tmp_path)} == {"86"}
    assert laws_hold(tenant, tmp_path)


def test_a_collector_that_was_overtaken_looks_again(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on two machines that share no lock: the second finds its source moved on and its events taken."""
    whole = taking.Intake.run
    raced: list[int] = []

    def run(self: Any, source: Any) -> Any:
        taken = whole(self, source)
        if not raced:
            raced.append(1)
            monkeypatch.setattr(operations, "alone_with", lambda _: open(__file__))  # noqa: SIM115
            take(tenant, tmp_path, HEADER + calls(10) + "\n", name="fast.csv")
        return taken

    monkeypatch.setattr(taking.Intake, "run", run)
    slow = take(tenant, tmp_path, HEADER + calls(10), name="slow.csv")
    assert (slow.good, slow.duplicates) == (0, 10)
    assert len(events(tenant, tmp_path)) == 10
    assert laws_hold(tenant, tmp_path)


def test_two_collectors_of_one_file_one_takes_it(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = taking.Intake.run
    told: list[str] = []

    def run(self: Any, source: Any) -> Any:
        taken = whole(self, source)
        if not told:
            told.append("")
            monkeypatch.setattr(operations, "alone_with", lambda _: open(__file__))  # noqa: SIM115
            told[0] = take(tenant, tmp_path, HEADER + calls(10)).outcome
        return taken

    monkeypatch.setattr(taking.Intake, "run", run)
    path = tmp_path / "same.csv"
    path.write_text(HEADER + calls(10))
    late = operations.take_file(tenant=tenant, lake=tmp_path / "lake", mapping=mapping(), path=path, now=NOW)
    assert (told, late.outcome) == (["COLLECTED"], "ALREADY_COLLECTED")
    assert len(events(tenant, tmp_path)) == 10
    assert laws_hold(tenant, tmp_path)


def test_missing_numbers_of_files_are_told(tenant: Any, tmp_path: Path) -> None:
    given = mapping(more="sequence: {from_name: last_digits}\n")
    for number in (7, 8, 11):
        take(tenant, tmp_path, HEADER + calls(2, first=number * 10), name=f"switch-{number:05d}.csv", mapping=given)
    assert queries.sequence_gaps(tenant=tenant, source="switch") == [(9, 10)]
    assert [found.code for found in queries.file_once_breaks(tenant=tenant)] == ["SEQUENCE_GAP"]


def test_the_second_collector_of_a_source_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with alone_with(tmp_path / "source"):
            order.append("second")

    with alone_with(tmp_path / "source"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.3)
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]


def test_key_values_do_not_run_into_each_other() -> None:
    keys = {
        event_key(source=s, values=v) for s, v in (("a", ["bc"]), ("ab", ["c"]), ("a", ["b", "c"]), ("a", ["bc", ""]))
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {16}


def test_both_halves_of_an_identity_come_from_the_same_hash_and_differ(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + calls(500))
    found = events(tenant, tmp_path)
    assert all(0 <= event["event_id"] < 1 << 63 for event in found)
    assert len({event["event_id"] for event in found}) == len({event["event_check"] for event in found}) == 500
    assert any(event["event_check"] < 0 for event in found)
