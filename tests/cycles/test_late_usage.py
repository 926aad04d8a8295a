"""Usage that comes after its month is in the books: billed once, on the next bill, to the last fen."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled
from tests.cycles.world import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    ZONE,
    World,
    some_usage,
    together,
    told,
)

from yidian.domains.customer_bill import operations
from yidian.kernel.calendar import month_period
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill import exports


def own(world: World, month: str) -> dict[tuple[str, ...], tuple[int, int]]:
    return told(world.items(month), origin="")


def late(world: World, month: str) -> dict[tuple[str, ...], tuple[int, int]]:
    return told(world.items(month), origin=OCTOBER)


def taxes(world: World, *months: tuple[str, str]) -> dict[tuple[str, str], int]:
    """Tax by account and class of (month, origin) together."""
    from yidian.domains.customer_bill.queries import bills

    sums: dict[tuple[str, str], int] = {}
    for month, origin in months:
        for bill in bills(tenant=world.tenant, cycle=month):
            for tax in bill.taxes:
                if tax.origin == origin:
                    key = (bill.account_code, tax.tax_class)
                    sums[key] = sums.get(key, 0) + tax.tax_minor
    return {key: value for key, value in sums.items() if value}


@pytest.mark.parametrize("seed", range(8))
def test_a_month_and_its_late_differences_are_what_it_would_have_billed(tenant: Any, tmp_path: Path, seed: int) -> None:
    chance = random.Random(f"late {seed}")
    events = some_usage(chance, OCTOBER, chance.randrange(5, 60))
    others = some_usage(chance, NOVEMBER, 10, first_id=1_000)
    pieces: list[list[Any]] = [[], [], []]  # in time, for November's bills, for December's
    for event in events:
        pieces[chance.choice([0, 0, 0, 1, 2])].append(event)
    world = World(tenant, tmp_path / "late").open(OCTOBER, NOVEMBER, DECEMBER)
    world.usage(*pieces[0]).billed(OCTOBER).close(OCTOBER)
    before = own(world, OCTOBER)
    world.usage(*pieces[1], *others).billed(NOVEMBER).close(NOVEMBER)
    world.usage(*pieces[2]).billed(DECEMBER).close(DECEMBER)
    assert own(world, OCTOBER) == before, "nothing of a closed month changes"
    with scopes_disabled():
        other = Tenant.objects.create(code="other", currency="CNY", zone=ZONE)
    with scope(tenant=other):
        intime = World(other, tmp_path / "time").open(OCTOBER, NOVEMBER, DECEMBER)
        intime.usage(*events).billed(OCTOBER)
        would, would_tax = own(intime, OCTOBER), taxes(intime, (OCTOBER, ""))
        intime.close(OCTOBER).usage(*others).billed(NOVEMBER)
        november = own(intime, NOVEMBER)
    assert together(before, late(world, NOVEMBER), late(world, DECEMBER)) == together(would)
    assert taxes(world, (OCTOBER, ""), (NOVEMBER, OCTOBER), (DECEMBER, OCTOBER)) == would_tax
    assert own(world, NOVEMBER) == november, "late usage is no usage of the month that bears it"


def at(month: str, day: int) -> int:
    return month_period(month, ZONE).start_ms + (day - 1) * 86_400_000 + 36_000_000


def test_repeating_adds_nothing_and_another_file_adds_only_its_own(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage((1, "13800000005", "voice", at(OCTOBER, 3), 60)).billed(OCTOBER).close(OCTOBER)
    world.usage((2, "13800000005", "voice", at(OCTOBER, 4), 60)).billed(NOVEMBER)
    assert [(r["account"], r["item"], r["amount_minor"]) for r in world.items(NOVEMBER) if r["origin"]] == [
        ("a5", "LOCAL", 19)
    ]
    assert world.bill(NOVEMBER).again
    world.billed(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["late_minor"] == 19
    assert Run.objects.filter(kind="late", state="done").count() == 1
    world.usage((3, "13800000005", "voice", at(OCTOBER, 5), 120)).billed(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["late_minor"] == 19 + 38
    files = {path.relative_to(world.places.lake).as_posix() for path in world.places.lake.rglob("*.parquet")}
    assert files == set(LakeFile.objects.values_list("path", flat=True))


def test_a_threshold_that_late_usage_reaches_gives_money_back(world: World) -> None:
    world.open(OCTOBER, NOVEMBER)
    world.usage((1, "13800000005", "voice", at(OCTOBER, 3), 6_000)).billed(OCTOBER).close(OCTOBER)
    world.usage((2, "13800000005", "voice", at(OCTOBER, 4), 360)).billed(NOVEMBER)
    [one] = [bill for account, bill in world.bills(NOVEMBER).items() if account == "a5"]
    # 100 minutes were 19.00; with six more they are 20.14, and half of that is taken off
    assert world.bills(OCTOBER)["a5"]["total_minor"] == 1_900
    assert one["late_minor"] == -893 == 1_007 - 1_900
    assert one["total_minor"] == -893


def test_who_has_left_gets_a_bill_of_nothing_but_late_usage(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage().billed(OCTOBER).close(OCTOBER)
    world.usage((2, "13800000004", "data", at(OCTOBER, 4), 60_000)).billed(NOVEMBER)
    bill = world.bills(NOVEMBER)["a4"]
    assert (bill["late_minor"], bill["items"] > 0) == (bill["total_minor"], True)
    assert bill["total_minor"] > 0
    path = world.home / "items.csv"
    exports.export(tenant=world.tenant, lake=world.places.lake, kind="items", cycle=NOVEMBER, path=path)
    assert OCTOBER in path.read_text()
    world.close(NOVEMBER)


def test_a_cut_makes_later_files_late_although_the_month_is_not_posted(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage((1, "13800000005", "voice", at(OCTOBER, 3), 60))
    operations.cut_cycle(tenant=world.tenant, name=OCTOBER, now=world.now)
    world.usage((2, "13800000005", "voice", at(OCTOBER, 4), 120)).billed(OCTOBER)
    assert world.bills(OCTOBER)["a5"]["total_minor"] == 19
    world.close(OCTOBER).billed(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["late_minor"] == 38


def test_only_the_oldest_month_that_is_not_posted_bears_late_usage(world: World) -> None:
    world.open(OCTOBER, NOVEMBER, DECEMBER).billed(OCTOBER).close(OCTOBER)
    world.usage((2, "13800000005", "voice", at(OCTOBER, 4), 120))
    world.billed(DECEMBER).billed(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["late_minor"] == 38
    assert sum(bill["late_minor"] for bill in world.bills(DECEMBER).values()) == 0
    world.close(NOVEMBER).bill(DECEMBER)
    assert sum(bill["late_minor"] for bill in world.bills(DECEMBER).values()) == 0


def test_late_usage_of_a_number_that_nobody_had_waits_until_somebody_is_known_to_have_had_it(world: World) -> None:
    world.open(OCTOBER, NOVEMBER, DECEMBER).billed(OCTOBER).close(OCTOBER)
    world.usage((2, "13800000009", "voice", at(OCTOBER, 4), 120)).billed(NOVEMBER)
    run = Run.objects.get(kind="late", state="done")
    assert run.counts["months"][OCTOBER]["rejected"] == {"UNKNOWN_SUBSCRIBER": 1}
    world.open(people=("c9,a9,s9,13800000009,PACK,2026-10-01,,",))
    world.close(NOVEMBER).billed(DECEMBER)
    assert world.bills(DECEMBER)["a9"]["late_minor"] == 38
