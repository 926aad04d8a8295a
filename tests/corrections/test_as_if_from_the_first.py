"""Whatever was wrong and whoever it touches: billed and borne together are what the month should have billed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from django_scopes import scope, scopes_disabled
from tests.billing.desk import YUAN
from tests.corrections.office import EVERYBODY, Office, Sums, dearer, taxes, together
from tests.cycles.world import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    PEOPLE,
    TARIFF,
    ZONE,
    Event,
    World,
    some_usage,
)

from yidian.domains.product_catalog.operations import load_tariff
from yidian.kernel.rating.tariff import Fee, Minimum, Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.correct.criteria import Criteria


def corrected(chance: random.Random) -> Tariff:
    """Another tariff: calls, sessions, fees, allowances, caps, discounts, minimums, each maybe."""
    found = dearer(chance.choice([1, 2, 3]))
    prices = tuple(
        replace(one, price_micro=one.price_micro + chance.choice([0, 10_000, 333_333])) for one in found.prices
    )
    found = replace(found, prices=prices)
    if chance.random() < 0.5:
        fees = tuple(replace(one, amount_micro=one.amount_micro - 7 * YUAN) for one in found.fees)
        found = replace(found, fees=(*fees, Fee(offer="PACK", item="RENT", amount_micro=3 * YUAN)))
    if chance.random() < 0.5:
        found = replace(found, allowances=tuple(replace(one, quantity=one.quantity * 2) for one in found.allowances))
    if chance.random() < 0.5:
        found = replace(found, caps=(), minimums=(Minimum(offer="PLAN", item="LEAST", amount_micro=60 * YUAN),))
    if chance.random() < 0.5:
        found = replace(found, discounts=())
    return found


def should_have(
    folder: Path, code: str, tariff: Tariff, events: list[Event], people: tuple[str, ...] = PEOPLE
) -> tuple[Sums, dict[tuple[str, str], int]]:
    """What an operator bills whose tariff and people were right from the first."""
    with scopes_disabled():
        row = Tenant.objects.create(code=code, currency="CNY", zone=ZONE)
    with scope(tenant=row):
        twin = Office(World(row, folder / code))
        twin.world.open(OCTOBER, NOVEMBER, people=people)
        if tariff is not TARIFF:
            load_tariff(tenant=row, tariff=tariff, source="t", now=twin.world.now)
        twin.world.usage(*events).billed(OCTOBER)
        return twin.own(OCTOBER), taxes(row, (OCTOBER, ""))


def of(sums: Sums, accounts: set[str]) -> Sums:
    return {key: value for key, value in sums.items() if key[0] in accounts}


@pytest.mark.parametrize("seed", range(4))
def test_a_month_and_what_is_borne_for_it_are_what_the_corrected_tariff_bills(
    office: Office, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(f"corrected {seed}")
    events = some_usage(chance, OCTOBER, chance.randrange(5, 60))
    late = [event for event in events if chance.random() < 0.2]
    world = office.world.open(OCTOBER, NOVEMBER, DECEMBER)
    world.usage(*(event for event in events if event not in late)).billed(OCTOBER).post(OCTOBER)
    tariff = corrected(chance)
    chosen = chance.choice([("a1",), ("a2", "a5"), ("a3",), ()])
    whose = {"a2", "a3"} if chosen == ("a3",) else {"a2", "a3", "a5"} if chosen == ("a2", "a5") else {"a1"}
    whose = whose if chosen else {"a1", "a2", "a3", "a4", "a5"}
    others = {"a1", "a2", "a3", "a4", "a5"} - whose
    number = office.edition(tariff)
    row = office.ask(OCTOBER, edition=number, criteria=Criteria(accounts=chosen) if chosen else EVERYBODY)
    load_tariff(tenant=office.tenant, tariff=TARIFF, source="back", now=world.now)
    if chance.random() < 0.5:
        world.billed(NOVEMBER).post(NOVEMBER)
    office.agree(row.number)
    world.usage(*late)
    for month in (NOVEMBER, DECEMBER):
        if world.state(month) not in ("posted", "closed"):
            world.billed(month).post(month)
    borne = together(office.borne(NOVEMBER, OCTOBER), office.borne(DECEMBER, OCTOBER))
    right, right_tax = should_have(tmp_path, "right", tariff, events)
    as_it_was, _ = should_have(tmp_path, "twin", TARIFF, events)
    total = together(office.own(OCTOBER), borne)
    assert of(total, whose) == together(of(right, whose))
    assert of(total, others) == together(of(as_it_was, others))
    if not others:
        assert office.taxes((OCTOBER, ""), (NOVEMBER, OCTOBER), (DECEMBER, OCTOBER)) == right_tax


CHANGES: dict[str, tuple[str, ...]] = {
    "another plan since the tenth": (
        "c5,a5,s5,13800000005,PACK,2026-01-01,2026-10-10,",
        "c5,a5,s5,13800000005,PLAN,2026-10-10,,",
    ),
    "gone since the fifth": ("c5,a5,s5,13800000005,PACK,2026-01-01,2026-10-05,",),
    "gone before the month began": ("c5,a5,s5,13800000005,PACK,2026-01-01,2026-09-20,",),
    "a pack more since the first": (
        "c5,a5,s5,13800000005,PACK,2026-01-01,,",
        "c5,a5,s5,13800000005,PLAN,2026-10-01,,",
    ),
    "paid for by another account": (
        "c5,a5,s5,13800000005,PACK,2026-01-01,2026-10-12,",
        "c5,a6,s5,13800000005,PACK,2026-10-12,,",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_known_of_a_customer_only_now_is_borne_as_if_it_had_been_known(
    office: Office, tmp_path: Path, what: str
) -> None:
    events = some_usage(random.Random(what), OCTOBER, 60)
    world = office.world.open(OCTOBER, NOVEMBER, DECEMBER).usage(*events).billed(OCTOBER)
    world.post(OCTOBER)
    people = (*(row for row in PEOPLE if ",s5," not in row), *CHANGES[what])
    world.open(people=people)
    world.billed(NOVEMBER)
    assert office.borne(NOVEMBER, OCTOBER) == {}, "nobody has asked for it"
    row = office.agreed(OCTOBER, criteria=Criteria(accounts=("a5",)))
    world.bill(NOVEMBER)
    right, right_tax = should_have(tmp_path, "right", TARIFF, events, people)
    assert together(office.own(OCTOBER), office.borne(NOVEMBER, OCTOBER)) == together(right)
    assert office.taxes((OCTOBER, ""), (NOVEMBER, OCTOBER)) == right_tax
    assert sum(minor for _, minor in office.borne(NOVEMBER, OCTOBER).values()) == row.difference_minor
    world.post(NOVEMBER)
    office.withdrawn(row.number)
    world.billed(DECEMBER)
    assert together(office.borne(NOVEMBER, OCTOBER), office.borne(DECEMBER, OCTOBER)) == {}
