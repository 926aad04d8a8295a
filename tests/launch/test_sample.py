"""A sample of a month's bills under a published tariff: what is wrong with a bill is said, and counts (MV-19)."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import YUAN
from tests.cycles.world import OCTOBER, TARIFF, World, some_usage

from yidian.kernel.rating.tariff import Fee, Offer, Rule, Tariff
from yidian.runs.trial.run import UnableToTry
from yidian.runs.trial.sample import Measure, SampleTest, from_json, judge_sample


@pytest.fixture
def october(tenant: Any, tmp_path: Path) -> World:
    world = World(tenant, tmp_path / "home")
    return world.open(OCTOBER).usage(*some_usage(random.Random(3), OCTOBER, 120)).rate(OCTOBER)


def judged(world: World, tariff: Tariff, **how: Any) -> SampleTest:
    moves, offers, measure = how.pop("moves", None), how.pop("offers", ("PLAN",)), Measure(**how)
    return judge_sample(
        tenant=world.tenant, places=world.places, cycle=OCTOBER, tariff=tariff, offers=offers, measure=measure,
        moves=moves, threads=1,
    )  # fmt: skip


DEARER = replace(TARIFF, fees=tuple(replace(fee, amount_micro=fee.amount_micro + 5 * YUAN) for fee in TARIFF.fees))


def test_what_a_sample_says_of_a_month(october: World) -> None:
    """One month rated once: asked in many ways."""
    same = judged(october, TARIFF, tolerance_minor=0)
    assert (same.passed, same.population, same.cases, same.reasons) == (True, 4, 4, {})
    assert from_json(same.to_json() | {"edition": 1}) == same

    two = [judged(october, TARIFF, size=2, seed=seed) for seed in (7, 7)]
    assert two[0] == two[1], "a seed draws the same"
    assert (two[0].population, two[0].cases) == (4, 2)

    dearer = judged(october, DEARER, tolerance_minor=100)
    assert not dearer.passed
    assert set(dearer.reasons) == {"SAMPLE_BILL_CHANGES"}
    assert judged(october, DEARER).passed, "no tolerance was asked"
    assert judged(october, DEARER, tolerance_minor=100, tolerance_ppm=1_000_000).passed, "either is enough"
    part = dearer.passed_cases * 1_000_000 // dearer.cases
    assert judged(october, DEARER, tolerance_minor=100, threshold_ppm=part).passed
    assert not judged(october, DEARER, tolerance_minor=100, threshold_ppm=part + 1).passed

    silent = judged(october, replace(TARIFF, rules=(Rule(order=1, item="DATA", service="data"),)))
    assert (silent.passed, silent.reasons) == (False, {"SAMPLE_EVENT_WITHOUT_PRICE": silent.cases})

    paying = replace(TARIFF, fees=(Fee(offer="PLAN", item="RENT", amount_micro=-10 * YUAN),), minimums=())
    assert "SAMPLE_LINE_BELOW_NOUGHT" in judged(october, paying).reasons

    new = replace(TARIFF, offers=(*TARIFF.offers, Offer(code="NEW")))
    with pytest.raises(UnableToTry) as refused:
        judged(october, new, offers=("NEW",))
    assert refused.value.code == "SAMPLE_OF_NOBODY"
    assert judged(october, new, offers=("NEW",), moves={"PACK": "NEW"}).population == 2, "s1 and s5 hold the pack"
    assert judged(october, TARIFF, offers=()).population == 5, "about no offer: of all"
