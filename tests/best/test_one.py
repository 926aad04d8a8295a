"""What a subscription would have cost under another offer is what the whole month says of it (issue 5)."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.best.conftest import settled
from tests.best.random_town import random_town
from tests.best.town import CAPPED, ONE_ACCOUNT, PEOPLE_HERE
from tests.best.whole_month import bills_of, group_of, lines_of, month_under
from tests.cycles.world import OCTOBER, SEPTEMBER, World

from yidian.kernel.calendar import day_start_ms
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best import costs
from yidian.runs.best.customer import best_of_customer
from yidian.runs.best.one import best_plan
from yidian.runs.best.types import BestPlan, Option, UnableToCompare

ENDS = {SEPTEMBER: datetime(2026, 10, 2, tzinfo=UTC), OCTOBER: datetime(2026, 11, 2, tzinfo=UTC)}


def asked(world: World, subscriber: str, **how: Any) -> BestPlan:
    return best_plan(tenant=world.tenant, places=world.places, subscriber=subscriber, **({"now": world.now} | how))


def option(found: BestPlan, offer: str) -> Option:
    return next(one for one in found.options if one.offer == offer)


def expect_the_whole_month(world: World, subscriber: str, cycle: str, *, since: str) -> int:
    """Each candidate of one month against the month rated and billed whole; how many could be answered for."""
    now, first = ENDS[cycle], day_start_ms(date.fromisoformat(since), world.tenant.zone)
    found = asked(world, subscriber, months=1, now=now)
    before = month_under(world, cycle, subscriber, "", on=found.on, since=first)
    group = group_of(before, subscriber)
    assert found.counted == len(group)
    assert found.present.months == (lines_of(before, group),)
    answered = 0
    for candidate in found.options:
        after = month_under(world, cycle, subscriber, candidate.offer, on=found.on, since=first)
        assert candidate.answered == (after.rejected == before.rejected)
        if candidate.answered:
            answered += 1
            assert candidate.months == (lines_of(after, group),)
            assert candidate.saving_minor == bills_of(before) - bills_of(after), "nobody else pays more or less"
        else:
            more = after.rejected.get("NO_PRICE", 0) - before.rejected.get("NO_PRICE", 0)
            assert (candidate.reason, candidate.events) == ("NO_PRICE", more)
    return answered


@pytest.mark.parametrize("cycle", [SEPTEMBER, OCTOBER])
def test_one_month_is_what_the_whole_month_says(town: World, cycle: str) -> None:
    for subscriber, since in (("s1", "2026-01-01"), ("s3", "2026-03-01"), ("s4", "2026-01-01")):
        assert expect_the_whole_month(town, subscriber, cycle, since=since) >= 4


@pytest.mark.parametrize("seed", range(4))
def test_random_people(tenant: Any, tmp_path: Path, seed: int) -> None:
    world, chance = random_town(tenant, tmp_path / "home", seed), random.Random(seed)
    subscriber, cycle = chance.choice(["s1", "s2", "s3", "s4", "s5"]), chance.choice([SEPTEMBER, OCTOBER])
    assert expect_the_whole_month(world, subscriber, cycle, since="2026-01-01") >= 4


def test_discounts_of_whole_accounts_look_at_all_who_are_billed_on_them(tenant: Any, tmp_path: Path) -> None:
    """s2 and s3 have one account, which takes half of what s1 calls too: what s1 holds moves what theirs come to."""
    world = settled(tenant, tmp_path / "home", people=ONE_ACCOUNT, tariff=CAPPED)
    for subscriber in ("s1", "s2"):
        found = asked(world, subscriber, months=1)
        before = month_under(world, OCTOBER, subscriber, "", on=found.on, since=0)
        assert found.counted == 3
        assert found.present.months == (lines_of(before, {"s1", "s2", "s3"}),)
        for candidate in (one for one in found.options if one.answered):
            after = month_under(world, OCTOBER, subscriber, candidate.offer, on=found.on, since=0)
            assert candidate.saving_minor == bills_of(before) - bills_of(after)


def really_billed(tmp_path: Path, subscriber: str, offer: str) -> tuple[int, ...]:
    """Both months of another operator where the subscription has always held the offer: the lines of its group."""
    head = next(row for row in PEOPLE_HERE if row.split(",")[2] == subscriber).split(",")
    held = ",".join([*head[:4], offer, head[5], "", head[7]])
    others = tuple(r for r in PEOPLE_HERE if r.split(",")[2] != subscriber or r.split(",")[4] == "PACK")
    tenant = Tenant.objects.create(code=f"twin-{offer.lower()}", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=tenant):
        twin = settled(tenant, tmp_path / f"twin{offer}", people=(held, *others))
        group = {row.split(",")[2] for row in PEOPLE_HERE if row.split(",")[7] == head[7]} if head[7] else {subscriber}
        found = []
        for month in (SEPTEMBER, OCTOBER):
            twin.bill(month)
            found.append(sum(row["amount_minor"] for row in twin.items(month) if row["subscriber"] in group))
    return tuple(found)


@pytest.mark.parametrize(("subscriber", "offer"), [("s1", "ROLL"), ("s2", "ROLL"), ("s3", "TOGETHER"), ("s3", "AHEAD")])
def test_two_months_are_what_another_operator_really_bills(
    town: World, tmp_path: Path, subscriber: str, offer: str
) -> None:
    """Loaded, rated, billed from nothing, one month after the other: what is rolled over is the candidate's own."""
    assert option(asked(town, subscriber, months=2), offer).months == really_billed(tmp_path, subscriber, offer)


def test_as_now_is_what_was_billed(town: World) -> None:
    town.bill(SEPTEMBER)
    found = asked(town, "s2", months=2)
    assert found.billed == (found.present.months[0], None), "October has no bill yet"
    assert (found.present.offer, found.present.saving_minor) == ("PLAN", 0)


def test_the_cheapest_comes_first_and_what_cannot_be_said_last(town: World) -> None:
    found = asked(town, "s2", months=2)
    assert [one.offer for one in found.options if not one.answered] == ["DATALESS"]
    assert found.options[-1].reason == "NO_PRICE"
    totals = [one.total_minor for one in found.options if one.answered]
    assert totals == sorted(totals)
    assert [one.offer for one in found.options if one.present] == ["PLAN"]
    best = found.best
    assert best is not None
    assert best.saving_minor == found.present.total_minor - best.total_minor > 0


def test_copies_in_turns_say_the_same(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = asked(town, "s3", months=2)
    monkeypatch.setattr(costs, "MOST_EVENTS", 100)
    assert asked(town, "s3", months=2) == whole


def test_only_some_offers(town: World) -> None:
    found = asked(town, "s1", offers=["ROLL", "PLAN"])
    assert {one.offer for one in found.options} == {"ROLL", "PLAN"}
    with pytest.raises(BadInput) as refused:
        asked(town, "s1", offers=["PACK", "NOBODY"])
    assert [(fault.code, fault.value) for fault in refused.value.faults] == [
        ("OFFER_NOT_COMPARED", "NOBODY"), ("OFFER_NOT_COMPARED", "PACK")
    ]  # fmt: skip


def test_what_cannot_be_compared(town: World) -> None:
    early = {"now": datetime(2026, 9, 30, tzinfo=UTC)}
    for subscriber, how, code in (
        ("s9", {}, "SUBSCRIPTION_NOT_FOUND"), ("s5", {}, "NO_BASE_OFFER"), ("s1", early, "MONTHS_NOT_RATED"),
    ):  # fmt: skip
        with pytest.raises(UnableToCompare) as refused:
            asked(town, subscriber, **how)
        assert refused.value.code == code


def test_who_came_in_october_has_paid_nothing_in_september(tenant: Any, tmp_path: Path) -> None:
    people = tuple(
        row.replace("s4,13800000004,PLAN,2026-01-01", "s4,13800000004,PLAN,2026-10-05") for row in PEOPLE_HERE
    )
    world = settled(tenant, tmp_path / "home", people=people)
    found = asked(world, "s4", months=2)
    assert found.present.months[0] == 0 < found.present.months[1]
    assert all(one.months[0] == 0 for one in found.options if one.answered)


def test_a_customer_is_not_told_what_somebody_elses_number_adds_up_to(tenant: Any, tmp_path: Path) -> None:
    world = settled(tenant, tmp_path / "home", people=ONE_ACCOUNT, tariff=CAPPED)
    how = {"tenant": tenant, "places": world.places, "customer": "c1", "number": "s1", "now": world.now}
    hall, desk = (best_of_customer(own=own, **how) for own in (True, False))
    assert (hall.found, hall.refused) == (None, "BEST_SHARED")
    assert desk.found is not None
    assert desk.found.customers == 2
