"""Everybody's best plan, as a list for marketing: each row is what the customer is told, and the sums are the rows'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.best.conftest import settled
from tests.best.random_town import random_town
from tests.best.town import CAPPED, ONE_ACCOUNT
from tests.cycles.world import World

from yidian.platform.jobs.models import Run
from yidian.platform.lake.queries import census
from yidian.runs.best import block, many
from yidian.runs.best.many import Asked, best_plans, kept, plan_list
from yidian.runs.best.one import best_plan
from yidian.runs.best.types import BestPlans, UnableToCompare


def compared(world: World, *, threads: int = 1, **asked: Any) -> tuple[int, BestPlans, list[dict[str, Any]]]:
    run, told = best_plans(
        tenant=world.tenant, places=world.places, now=world.now, asked=Asked(**asked), threads=threads
    )
    return run, told, plan_list(tenant=world.tenant, places=world.places, run=run).to_pylist()


def expect_what_each_is_told(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        one = best_plan(tenant=world.tenant, places=world.places, subscriber=row["subscriber"], now=world.now)
        best = one.best
        assert (row["offer"], row["present_minor"]) == (one.present.offer, one.present.total_minor)
        assert row["best"] == (best.offer if best else "")
        assert row["saving_minor"] == (best.saving_minor if best else 0)
        others = [option for option in one.options if option.answered and not option.present]
        assert row["second"] == (others[1].offer if len(others) > 1 else "")
        assert row["second_minor"] == (others[1].total_minor if len(others) > 1 else 0)


def test_each_row_is_what_that_customer_is_told(town: World) -> None:
    _, told, rows = compared(town)
    assert [row["subscriber"] for row in rows if row["saving_minor"]] == [
        row["subscriber"] for row in sorted(rows, key=lambda row: -row["saving_minor"]) if row["saving_minor"]
    ]
    assert {row["subscriber"] for row in rows} == {"s1", "s2", "s3", "s4"}, "s5 has a pack alone"
    expect_what_each_is_told(town, rows)
    assert told.compared == 4 * 5 * 2


@pytest.mark.parametrize("seed", [2, 7])
def test_random_people_in_many_blocks_on_two_threads(
    tenant: Any, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 30)
    world = random_town(tenant, tmp_path / "home", seed)
    _, told, rows = compared(world, threads=2)
    expect_what_each_is_told(world, rows)
    assert told.subscribers == len(rows) == 5


def test_who_is_billed_on_one_account_is_moved_one_after_the_other(tenant: Any, tmp_path: Path) -> None:
    world = settled(tenant, tmp_path / "home", people=ONE_ACCOUNT, tariff=CAPPED)
    expect_what_each_is_told(world, compared(world)[2])


def test_the_sums_are_those_of_the_rows(town: World) -> None:
    run, told, rows = compared(town)
    savers = [row for row in rows if row["best"]]
    assert told.subscribers == len(rows)
    assert told.savers == len(savers) == sum(flow.subscribers for flow in told.flows) > 0
    assert told.saving_minor == sum(row["saving_minor"] for row in rows)
    assert told.saving_minor == sum(flow.saving_minor for flow in told.flows)
    assert told.present_minor == sum(row["present_minor"] for row in rows)
    assert sum(step.subscribers for step in told.steps) == len(savers)
    assert sum(step.saving_minor for step in told.steps) == told.saving_minor
    for flow in told.flows:
        assert flow.subscribers == sum((row["offer"], row["best"]) == (flow.from_offer, flow.to_offer) for row in rows)
    [stored] = kept(tenant=town.tenant, run=run)
    assert (stored.told, stored.listed) == (told, True)


def test_only_some_offers_and_one_month(town: World) -> None:
    _, told, rows = compared(town, months=1, offers=("ROLL",))
    assert (told.cycles, told.offers) == (("2026-10",), ("ROLL",))
    assert {row["best"] for row in rows} <= {"", "ROLL"}


def test_lists_of_long_ago_go_what_they_came_to_stays(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "KEPT_LISTS", 2)
    runs = [compared(town, months=1, offers=("ROLL",))[0] for _ in range(3)]
    found = kept(tenant=town.tenant)
    assert [(one.run, one.listed) for one in found] == [(runs[2], True), (runs[1], True), (runs[0], False)]
    assert plan_list(tenant=town.tenant, places=town.places, run=runs[0]).num_rows == 0
    assert census(tenant=town.tenant, lake=town.places.lake).clean


def test_broken_off_anywhere_it_is_taken_up_again(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compared(town)
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 60)
    real, calls = block.block_of, list[int]()

    def breaks(work: Any, number: int) -> Any:
        calls.append(number)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(work, number)

    monkeypatch.setattr(many, "block_of", breaks)
    with pytest.raises(KeyboardInterrupt):
        compared(town)
    assert Run.objects.filter(tenant=town.tenant, kind=many.KIND, state=Run.State.WORKING).count() == 1
    run, told, rows = compared(town)
    assert calls.count(0) == 1, "what was done stays done"
    assert run != whole[0]
    assert (told, rows) == whole[1:]
    assert not (town.places.work / town.tenant.code / many.KIND).exists()


def test_nothing_on_sale_or_no_month_is_said(town: World) -> None:
    with pytest.raises(UnableToCompare) as refused:
        best_plans(tenant=town.tenant, places=town.places, now=town.now.replace(month=9), asked=Asked(), threads=1)
    assert refused.value.code == "MONTHS_NOT_RATED"
