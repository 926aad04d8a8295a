"""The simulated network's own memory: shared by processes, apart per tenant, the same from the same seed."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from tests.network.conftest import NOW

from yidian.kernel.faults import BadInput
from yidian.platform.clock import VirtualClock
from yidian.platform.network.lines import Line
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Answer, Command


def _tell(path: Path, mine: int, told: list[str]) -> None:
    network = SimulatedNetwork(path, VirtualClock(NOW))
    for n in range(30):
        network.send(Command(f"shared/{n}", "open", f"S{n}", {"number": f"1{n}"}))
        network.send(Command(f"own/{mine}/{n}", "open", f"T{mine}-{n}", {"number": f"2{n}"}))


def test_several_processes_tell_it_at_once_and_a_number_has_one_holder(simulated: SimulatedNetwork) -> None:
    """Every shared command is done once; of those who want one number one gets it and the others are refused."""
    context = multiprocessing.get_context("fork")
    tellers = [context.Process(target=_tell, args=(simulated.path, mine, [])) for mine in range(3)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    assert [teller.exitcode for teller in tellers] == [0, 0, 0]
    lines = simulated.lines()
    assert len(lines) == 60
    assert len({line.number for line in lines}) == 60
    kept = simulated.commands()
    assert [one.heard for one in kept if one.command.key.startswith("shared/")] == [3] * 30
    codes = [one.answer.code for one in kept if one.command.key.startswith("own/")]
    assert (codes.count(""), codes.count("NETWORK_NUMBER_TAKEN")) == (30, 60)


def test_the_same_seed_lives_the_same_life(tmp_path: Path) -> None:
    def life(name: str, seed: str) -> list[Answer]:
        network = SimulatedNetwork(tmp_path / name, VirtualClock(NOW))
        network.reseed(seed)
        network.misbehave(Misbehaviour("mute", share_ppm=300_000))
        network.misbehave(Misbehaviour("slow", looks=1, share_ppm=300_000, verb="open"))
        return [network.send(Command(f"O{n}", "open", f"S{n}", {"number": str(n)})) for n in range(60)]

    first = life("a", "7")
    assert first == life("b", "7")
    assert first != life("c", "8")
    states = [answer.state for answer in first]
    assert all(states.count(state) > 5 for state in ("done", "accepted", "unknown"))


def test_a_misbehaviour_is_counted_and_ends_after_its_times(simulated: SimulatedNetwork) -> None:
    id = simulated.misbehave(Misbehaviour("down", times=2, subscriber="S1"))
    told = [simulated.send(Command(f"O{n}", "close", who)).state for n, who in enumerate(("S2", "S1", "S1", "S1"))]
    assert told == ["refused", "unknown", "unknown", "refused"]
    assert [(found, struck) for found, _, struck in simulated.misbehaviours()] == [(id, 2)]
    assert (simulated.mend(), simulated.misbehaviours()) == (1, [])


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        (Misbehaviour("mad"), {"MISBEHAVIOUR_KIND"}),
        (
            Misbehaviour("slow", verb="fly", share_ppm=0),
            {"MISBEHAVIOUR_VERB", "MISBEHAVIOUR_SHARE", "MISBEHAVIOUR_COUNT"},
        ),
        (Misbehaviour("down", times=-1), {"MISBEHAVIOUR_COUNT"}),
        (Misbehaviour("refuses"), {"MISBEHAVIOUR_CODE"}),
        (Misbehaviour("down", code="NETWORK_BUSY"), {"MISBEHAVIOUR_CODE"}),
    ],
)
def test_a_misbehaviour_that_cannot_be_is_refused(
    simulated: SimulatedNetwork, told: Misbehaviour, codes: set[str]
) -> None:
    with pytest.raises(BadInput) as refused:
        simulated.misbehave(told)
    assert {fault.code for fault in refused.value.faults} == codes
    assert simulated.misbehaviours() == []


def test_lines_from_before_are_filled_whole_or_not_at_all(simulated: SimulatedNetwork) -> None:
    simulated.fill([Line("S1", "1", services=frozenset({"voice"})), Line("S2", "2")])
    simulated.fill([Line("S1", "3")])
    assert [(line.subscriber, line.number) for line in simulated.lines()] == [("S1", "3"), ("S2", "2")]
    with pytest.raises(sqlite3.IntegrityError):
        simulated.fill([Line("S4", "4"), Line("S5", "2")])
    assert simulated.count_lines() == 2
    assert (simulated.drop("S1"), simulated.drop("S1")) == (True, False)
