"""A network as Yidian sees it, of either kind, and the simulated one behind it as an engineer sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.network.gateway import Gateway

from yidian.platform.clock import VirtualClock
from yidian.platform.network.over_http import HttpNetwork
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Adapter

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
SECRET = "whsec_of_a_test_that_is_long_enough"


@dataclass(frozen=True)
class Both:
    """`adapter`: what is asked. `inside`: the network behind it, to be set and looked into."""

    adapter: Adapter
    inside: SimulatedNetwork
    clock: VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def simulated(tmp_path: Path, clock: VirtualClock) -> SimulatedNetwork:
    return SimulatedNetwork(tmp_path / "network" / "operator.sqlite3", clock)


@pytest.fixture
def gateway(simulated: SimulatedNetwork) -> Iterator[Gateway]:
    made = Gateway(simulated, SECRET)
    yield made
    made.close()


@pytest.fixture
def http(gateway: Gateway, clock: VirtualClock) -> HttpNetwork:
    return HttpNetwork(gateway.url, (SECRET,), True, clock, deadline_s=5)


@pytest.fixture(params=["simulated", "http"])
def both(request: pytest.FixtureRequest, simulated: SimulatedNetwork, clock: VirtualClock) -> Both:
    adapter: Adapter = simulated if request.param == "simulated" else request.getfixturevalue("http")
    return Both(adapter, simulated, clock)
