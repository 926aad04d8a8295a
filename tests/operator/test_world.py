"""The operator of a seed: the same bytes every time, the same first customers at every size, and every fault in it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tools.operator import Odds, Size, world
from tools.operator.files import write_files
from tools.operator.histories import small
from tools.operator.moments import DAY, FOREVER, month_name, second_of, shop_text
from tools.operator.orders import REST
from tools.operator.people import BLOCK, PARTIES, had
from tools.operator.usage import on_day

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of two hundred subscribers over three months."""
    made = tmp_path_factory.mktemp("operator")
    write_files(world(1, 200), made)
    return made


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    for path in sorted(folder.glob(f"*/{name}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def test_the_files_are_the_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    counts = write_files(world(1, 200), tmp_path)
    assert contents(tmp_path) == contents(folder)
    assert sum(counts.values()) in range(15_000, 30_000)


def test_another_seed_is_another_operator(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_files(world(seed, Size(30, 1)), tmp_path / str(seed))
    one, two = (contents(tmp_path / seed) for seed in ("1", "2"))
    assert one["2026-10/customers.csv"] != two["2026-10/customers.csv"]


def test_a_larger_operator_has_the_same_first_customers() -> None:
    few, many = ({line.code: line for line in world(1, size).lines()} for size in (230, 1_000))
    assert few.items() <= many.items()
    assert len(few) in range(200, 260)


def test_a_longer_life_begins_with_the_same_months() -> None:
    short, long = (list(world(1, Size(100, months)).lines()) for months in (1, 3))
    for line in short:
        longer = next(other for other in long if other.code == line.code)
        for day in range(0, 31, 7):
            one, two = (
                list(on_day(world(1, Size(100, months)), who, day, volte=False))
                for months, who in ((1, line), (3, longer))
            )
            assert one == two
            assert had(line.numbers, DAY * day) == had(longer.numbers, DAY * day)


def test_a_block_is_a_hundred_subscribers() -> None:
    assert sum(size * count for _, size, count in PARTIES) == BLOCK


def test_nobody_has_a_number_that_somebody_else_has_and_a_number_rests_for_ninety_days() -> None:
    lines = [line for seed in range(3) for line in world(seed, Size(400, 8)).lines()]
    for seed in range(3):
        held: dict[str, list[tuple[int, int]]] = {}
        for line in world(seed, Size(400, 8)).lines():
            for number in (*line.numbers, *line.cards):
                held.setdefault(number.value, []).append((number.since, number.until))
        for times in held.values():
            times.sort()
            for (_, until), (since, _) in pairwise(times):
                assert since >= until + REST
        assert any(len(times) > 1 for times in held.values()), "some numbers were given to somebody else"
    assert {"F", "N"} <= {line.code[-1] for line in lines}, "before the files begin, and within them"


def test_every_kind_of_order_comes(folder: Path) -> None:
    rows = list(rows_of(folder, "customers"))
    assert {row["kind"] for row in rows} == {"msisdn", "imsi", ""}
    assert {row["offer"] for row in rows} >= {
        "jt199",
        "fk10",
        "gh25",
        "ll5g",
        "xs10g",
        "uim",
        "bz50",
        "cx129",
        "hy2026",
    }
    assert [row for row in rows if row["identifier"].startswith("198")], "a number was changed"
    assert len({row["account"] for row in rows if row["pool"] == "" and "-" in row["account"]}) > 1, (
        "a firm has two accounts"
    )
    things = {row["pool"]: set() for row in rows if row["account"].endswith("-0")}
    for row in rows:
        things.get(row["pool"], set()).add(row["account"])
    assert max(map(len, things.values())) == 3, "a pool of things over three accounts"
    assert list(rows_of(folder, "customers-late")), "a shop forgot something"


def test_every_fault_of_real_life_is_in_the_files(folder: Path) -> None:
    names = [path.name for path in folder.glob("*/*/*/*")]
    assert [name for name in names if "-resent" in name]
    assert [name for name in names if "-lost" in name]
    assert list(folder.glob("*/late/*/*"))
    old = "".join(path.read_bytes().decode("gbk") for path in folder.glob("2026-10/usage/msc/*"))
    new = "".join(path.read_text("utf-8") for path in folder.glob("2026-11/usage/msc-utf8/*"))
    for what in ("-32 10:00:00", ";六十;", "19900990", "70012345", "VoLTE主叫", " 23:59:", " 06:59:", ";无应答"):
        assert what in old, what
    assert "主叫" in new
    lines = [line for line in old.splitlines() if line.startswith("M")]
    assert len(set(lines)) < len(lines), "lines that stand twice"


def test_what_the_elements_write_can_be_read_as_what_it_says_it_is(folder: Path) -> None:
    for path in folder.glob("*/usage/exchange/*"):
        assert json.loads(path.read_bytes())["report"]["calls"]
    broken = read = 0
    for path in folder.glob("*/usage/pgw/*"):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            read += 1
            broken += not line.endswith("}")
    assert 0 < broken < read // 100
    lengths = {len(line) for path in folder.glob("2026-10/usage/smsc/*") for line in path.read_text().splitlines()}
    assert 67 in lengths


def test_what_is_in_memory_does_not_grow_with_the_operator() -> None:
    one = world(1, 980_100)
    lines = one.lines_of(49)
    assert one.nodes == 50
    assert 80 < len(lines) < 130
    assert lines[0].n >= 980_000


def test_odds_of_a_seed_are_absent_or_frequent() -> None:
    drawn = [Odds.drawn(seed) for seed in range(50)]
    assert {odds.lost > 0 for odds in drawn} == {True, False}
    assert len(set(drawn)) == 50
    assert small(17) == small(17)


def test_times_are_written_as_a_shop_writes_them() -> None:
    assert shop_text(second_of("2026-10-05")) == "2026-10-05"
    assert shop_text(second_of("2026-10-05 13:30")) == "2026-10-05 13:30"
    assert (shop_text(FOREVER), month_name(3)) == ("", "2027-01")
