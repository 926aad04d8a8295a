"""The states of a subscriber: every pair of the table, and the line that statements draw."""

from __future__ import annotations

import pytest

from yidian.domains.product_inventory.states.lifecycle import EVENTS, STATES, TABLE, can_become
from yidian.kernel.billing.layout import STATES as BILLED
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.timeline import Kept, Said, lay_out

WANTED = {
    "active": {"stop": "stopped", "keep": "kept", "resume": None},
    "stopped": {"stop": None, "keep": "kept", "resume": "active"},
    "kept": {"stop": None, "keep": None, "resume": "active"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_pair_of_state_and_event(state: str, event: str) -> None:
    after = TABLE.get((state, event))
    assert after == WANTED[state][event]
    assert after is None or can_become(state, after)


def test_the_bills_know_the_same_states_and_from_kept_nobody_is_stopped() -> None:
    assert BILLED == STATES
    assert all(can_become(state, state) for state in STATES)
    assert not can_become("kept", "stopped")


def test_what_is_stated_is_good_until_the_next_and_what_is_so_adds_nothing() -> None:
    made = lay_out([], [Said(20, "active", 2), Said(10, "stopped", 1), Said(5, "active", 3)], default="active")
    assert made.add == [("stopped", 10, 20), ("active", 20, FOREVER_MS)]
    kept = [Kept(1, "stopped", 10, 20), Kept(2, "active", 20, FOREVER_MS)]
    again = lay_out(kept, [Said(10, "stopped", 1), Said(12, "stopped", 2)], default="active")
    assert (again.add, again.end, again.against) == ([], [], [])


def test_a_statement_within_a_stored_period_ends_it_and_one_against_it_is_told() -> None:
    kept = [Kept(1, "stopped", 10, FOREVER_MS)]
    made = lay_out(kept, [Said(30, "active", 1)], default="active")
    assert (made.add, made.end) == ([("active", 30, FOREVER_MS)], [(1, 30)])
    against = lay_out(kept, [Said(10, "kept", 4)], default="active").against
    assert against == [(Said(10, "kept", 4), "stopped")]
