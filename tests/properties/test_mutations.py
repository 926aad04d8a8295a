"""Every planted mistake is noticed by comparing with the oracle on a fixed set of worlds."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.oracle.price import Rated
from tests.properties import bill_doors, doors, mutations
from tests.properties.choosing import Seeded
from tests.properties.mutations import Mutation, mutant
from tests.properties.random_months import World, seeded_world, with_totals

RATED_WORLDS = 300
BILLED_WORLDS = 300
RATING = (*mutations.ROUNDINGS, *mutations.WALK, *mutations.TABLES)


@cache
def rated_world(seed: int) -> tuple[World, Rated]:
    made = seeded_world(seed)
    return made, doors.by_oracle(made)


@cache
def billed_world(seed: int) -> tuple[World, dict[tuple[str, str, str], int]]:
    return with_totals(Seeded(seed))


def rating_differs(kernel: dict[str, Any]) -> str:
    for seed in range(RATED_WORLDS):
        made, rated = rated_world(seed)
        difference = doors.first_difference(made, door=kernel["quote"], engine=kernel["engine"], rated=rated)
        if difference:
            return f"{seed}: {difference}"
    return ""


def bills_differ(kernel: dict[str, Any]) -> str:
    for seed in range(BILLED_WORLDS):
        difference = bill_doors.first_difference(*billed_world(seed), compiler=kernel["book"], biller=kernel["bill"])
        if difference:
            return f"{seed}: {difference}"
    return ""


def caught(differs: Any, mutation: Mutation) -> bool:
    """A mutant that falls over is caught as well."""
    with mutant(mutation) as kernel:
        try:
            return differs(kernel) != ""
        except (ArithmeticError, LookupError, ValueError, AssertionError):
            return True


def test_without_a_mistake_nothing_is_noticed() -> None:
    with mutant(None) as kernel:
        assert rating_differs(kernel) == ""
        assert bills_differ(kernel) == ""


@pytest.mark.parametrize("mutation", RATING, ids=lambda mutation: mutation.name.replace(" ", "_"))
def test_a_mistake_in_rating_is_caught(mutation: Mutation) -> None:
    assert caught(rating_differs, mutation)


@pytest.mark.parametrize("mutation", mutations.BILLS, ids=lambda mutation: mutation.name.replace(" ", "_"))
def test_a_mistake_in_billing_is_caught(mutation: Mutation) -> None:
    assert caught(bills_differ, mutation)


def test_there_are_enough_mistakes_and_none_twice() -> None:
    planted = [*RATING, *mutations.BILLS]
    assert len({(each.file, each.old) for each in planted}) == len(planted) >= 30
