"""The lives of orders, items and steps against tables that were written from the facts, not from this code."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest

from yidian.domains.product_inventory import rules
from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.deeds import DEEDS
from yidian.journeys.ordering.deeds import DOINGS

TABLES = Path(__file__).parent / "tables"
LIVES = {
    "order": (lifecycle.ORDER, lifecycle.ORDER_STATES, "ORDER_NOT_IN_STATE"),
    "item": (lifecycle.ITEM, lifecycle.ITEM_STATES, "ORDER_ITEM_NOT_IN_STATE"),
    "step": (lifecycle.STEP, lifecycle.STEP_STATES, "ORDER_STEP_NOT_IN_STATE"),
}


@pytest.mark.parametrize("name", LIVES)
def test_every_pair_of_state_and_event(name: str) -> None:
    table, states, code = LIVES[name]
    with (TABLES / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = {(row["state"], row["event"]): row["after"] for row in rows}
    assert len(expected) == len(rows)
    assert all(row["fact"] for row in rows)
    assert {state for pair, after in expected.items() for state in (pair[0], after)} <= set(states)
    for state, event in product(states, {event for _, event in expected}):
        if (state, event) in expected:
            assert lifecycle.after(table, code=code, name="O1", state=state, event=event) == expected[state, event]
        else:
            with pytest.raises(lifecycle.UnableToChangeOrder) as refused:
                lifecycle.after(table, code=code, name="O1", state=state, event=event)
            assert refused.value.code == code
    assert table == expected


def test_the_rules_of_subscriptions_know_every_deed() -> None:
    assert set(rules.DEEDS) == set(DEEDS) == set(DOINGS)


def test_what_has_ended_is_in_flight_no_more() -> None:
    assert not set(lifecycle.ENDED) & set(lifecycle.IN_FLIGHT)
    assert {*lifecycle.ENDED, *lifecycle.IN_FLIGHT, lifecycle.CART} == set(lifecycle.ORDER_STATES)
