"""Eight processes want the same numbers and the same port: none is had by two, and none is lost when time runs out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from tests import installations
from tests.postgres.holder import POOL, PORT
from tests.postgres.processes import started, yidian

PROCESSES = 8
FILES = {
    "numbers": "block,kind,first,last,network,area,cities,state\n"
    f"B1,mobile,{POOL[0]},{POOL[-1]},CT,0771,0771,selectable\n",
    "office-data": "block,city,since\nB1,0771,2026-01-01\n",
    "addresses": "address,name\nGX,Guangxi\n",
    "boxes": "box,kind,address,capacity\nX1,splitter,GX,1\n",
    "ports": f"port,box\n{PORT},X1\n",
}
WAITS = {"YIDIAN_POINTS": "resource.swap=delay"}  # the first time each has read, it waits a second before it writes


@pytest.fixture
def stocked(home: Path, tmp_path: Path) -> Path:
    for subject, text in FILES.items():
        path = tmp_path / f"{subject}.csv"
        path.write_text(text)
        done = yidian(home, "import", subject, str(path))
        assert done.returncode == 0, done.stderr
    return home


def together(home: Path, how: str, rounds: int, **more: str) -> list[str]:
    """What all processes got. They wait for one another before they begin, and between reading and writing."""
    holders = [started(home, "tests.postgres.holder", how, str(rounds), **more) for _ in range(PROCESSES)]
    try:
        for one in holders:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n", one.communicate()
        for one in holders:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        ends = [one.communicate(timeout=120) for one in holders]
    finally:
        for one in holders:
            one.kill()
    assert [one.returncode for one in holders] == [0] * PROCESSES, [err for _, err in ends]
    return [line for out, _ in ends for line in out.split()]


def rows(home: Path) -> list[tuple[str, str, str]]:
    return installations.sql(home, "SELECT value, state, holder FROM resource_inventory_number ORDER BY value")


@pytest.mark.slow
def test_of_eight_processes_one_gets_each_number_and_when_time_is_over_all_can_be_chosen(stocked: Path) -> None:
    got = together(stocked, "numbers", 1, **WAITS)
    assert sorted(got) == POOL, "each number once, and none left over"
    assert {state for _, state, _ in rows(stocked)} == {"reserved"}
    reserved = installations.sql(
        stocked, "SELECT resource FROM resource_inventory_resourcestep WHERE event = 'reserve' AND kind = 'number'"
    )
    assert sorted(value for (value,) in reserved) == POOL
    tidied = yidian(stocked, "numbers", "tidy", YIDIAN_NOW="2026-11-02T01:00:00+00:00")
    assert tidied.returncode == 0, tidied.stderr
    assert {(state, holder) for _, state, holder in rows(stocked)} == {("selectable", "")}


@pytest.mark.slow
def test_one_port_is_one_subscribers_after_the_other(stocked: Path) -> None:
    got = together(stocked, "port", 6, **WAITS)
    assert got, "nobody ever had it"
    steps = installations.sql(
        stocked,
        "SELECT event, before, after, holder FROM resource_inventory_resourcestep WHERE kind = 'port' ORDER BY id",
    )
    assert Counter(event for event, *_ in steps) == {"make": 1, **dict.fromkeys(("reserve", "use", "retire"), len(got))}
    for (_, _, after, _), (_, before, _, _) in pairwise(steps):
        assert before == after, "a step went out from where the one before had not led"
    whose = [holder for _, _, _, holder in steps[1:]]
    assert all(len(set(whose[n : n + 3])) == 1 for n in range(0, len(whose), 3)), "two had it between each other"


@pytest.mark.slow
def test_a_planted_check_then_write_is_caught(stocked: Path) -> None:
    """The same barrier over a door that does it wrongly: if it went unnoticed, the two above would prove nothing."""
    got = together(stocked, "planted", 1)
    assert len(got) > len(POOL), "no number was had by two: the processes did not meet"
