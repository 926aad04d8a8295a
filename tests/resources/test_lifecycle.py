"""The lives of resources: every pair of state and event against tables written from the facts (G4, G5, D13)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from yidian.domains.resource_inventory.types import EVENTS, HELD, KINDS, STATES, TABLES

FOLDER = Path(__file__).parent / "tables"
PAGE = REPOSITORY / "docs" / "howto" / "numbers.md"


def table_of(kind: str) -> dict[str, dict[str, str]]:
    with (FOLDER / f"{kind}.csv").open(encoding="utf-8") as file:
        return {row.pop("state"): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_of_state_and_event(kind: str) -> None:
    wanted = table_of(kind)
    assert tuple(wanted) == STATES[kind]
    for state, row in wanted.items():
        assert set(row) == set(EVENTS[kind])
        for event, after in row.items():
            assert TABLES[kind].get((state, event), "") == after, (state, event)
    assert set(TABLES[kind].values()) <= set(STATES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_nobodys_comes_into_use_only_by_a_reservation_or_what_takes_a_step_back(kind: str) -> None:
    for (state, event), after in TABLES[kind].items():
        if after == "in_use" and state not in HELD:
            assert event in ("restore", "adopt"), (state, event)
        if after == "in_use" and state == "reserved":
            assert event == "use"


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_the_table(kind: str) -> None:
    """docs/howto/numbers.md has a line `state | event → state, …` for each state of a kind."""
    text = PAGE.read_text(encoding="utf-8").split(f"### {kind}\n")[1].split("###")[0].split("\n## ")[0]
    shown = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            state, steps = (cell.strip() for cell in line.strip("|").split("|"))
            shown[state.strip("`")] = {
                event: after for event, _, after in (step.partition(" → ") for step in steps.split(", ") if step)
            }
    wanted = {state: {event: after for event, after in row.items() if after} for state, row in table_of(kind).items()}
    assert shown == wanted
