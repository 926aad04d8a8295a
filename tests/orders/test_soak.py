"""A few hundred acts at random, from a seed that is told: whatever happens, the laws of orders hold.

`make soak` does ten thousand; SOAK_ACTS and SOAK_SEED choose how many and which.
"""

from __future__ import annotations

import os

import pytest
from tests.orders.hall import Hall
from tests.orders.soak import EVERY_DEED, Soak, no_lease

ACTS = int(os.environ.get("SOAK_ACTS", "500"))
SEED = int(os.environ.get("SOAK_SEED", "1"))


def test_whatever_clerks_networks_and_workers_do_what_is_billed_is_open(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_lease(monkeypatch)
    soak = Soak(hall, SEED, cards=max(200, ACTS))
    for _ in range(ACTS):
        soak.act()
    soak.evening()
    assert soak.completed() >= EVERY_DEED, soak.done
    assert {"work died", "cancel begun", "reverse begun", "trip", "pay paid"} <= soak.done.keys(), soak.done
    assert {"deposited", "returned"} <= soak.stood(), "deposits were taken, and money went back"
    if "SOAK_ACTS" in os.environ:
        for came, count in sorted(soak.done.items()):
            print(f"{count:7} {came}")  # noqa: T201 - the figures of a soak
