"""Every line of every bill opens to steps that add up to it, whatever was used and however it was priced."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import NOVEMBER, OCTOBER, SEPTEMBER, Event, World, some_usage

from yidian.domains.customer_bill.queries import bills
from yidian.domains.product_inventory.models import OfferHolding
from yidian.kernel.calendar import DAY_MS, month_period
from yidian.platform.writing.types import system
from yidian.runs.bill.adjust import adjust
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.found import BillFound, UnableToFindBill, found_bill
from yidian.runs.explain.slip import UnableToFindLine, month_of, slip, slip_of
from yidian.runs.explain.types import Slip
from yidian.runs.rate.partial import rerate

ZONE = "Asia/Shanghai"
MINOR = 10_000  # micro-units of a fen
NUMBERS = {f"s{n}": f"1380000000{n}" for n in range(1, 6)}
ITEM_OF = {"voice": "LOCAL", "data": "DATA"}


def slips(world: World, month: str) -> list[tuple[BillFound, Slip]]:
    found = []
    for one in bills(tenant=world.tenant, cycle=month):
        bill = found_bill(tenant=world.tenant, lake=world.places.lake, account=one.account_code, cycle=month)
        rating = month_of(bill)
        found += [(bill, slip_of(bill, line, rating)) for line in bill.lines]
    return found


def quantities(one: Slip) -> list[tuple[str, object]]:
    return [(step.code, step.told["quantity"]) for step in one.steps if "quantity" in step.told]


def used(events: list[Event], number: str, item: str) -> int:
    """What was used by a number while somebody had it: that of s4 was given back on the 21st."""
    upto = month_period(OCTOBER, ZONE).start_ms + (20 if number == NUMBERS["s4"] else 31) * DAY_MS
    mine = [one for one in events if one[1] == number and ITEM_OF[one[2]] == item and one[3] < upto]
    return sum(one[4] for one in mine)


@pytest.fixture
def world(tenant: Any, tmp_path: Path) -> World:
    return World(tenant, tmp_path / "home")


@pytest.mark.parametrize(("seed", "count", "seldom"), [(0, 120, "CAPPED"), (1, 50, "DISCOUNT"), (2, 6, "LEAST")])
def test_the_steps_of_every_line_add_up_to_it_and_their_quantities_to_what_was_used(
    world: World, seed: int, count: int, seldom: str
) -> None:
    events = some_usage(random.Random(seed), OCTOBER, count)
    world.open(OCTOBER).usage(*events).billed(OCTOBER).post(OCTOBER)
    seen: Counter[str] = Counter()
    for bill, one in slips(world, OCTOBER):
        assert sum(step.amount_micro for step in one.steps) == one.line.amount_minor * MINOR
        seen.update(step.code for step in one.steps)
        if one.line.kind == "usage":
            told: list[Any] = [step.told for step in one.steps if step.code in ("DRAWN", "PRICED")]
            assert sum(step["quantity"] for step in told) == one.line.quantity == one.steps[0].told["quantity"]
            assert one.line.quantity == used(events, one.line.number, one.line.item.code)
        assert sum(line.amount_minor for line in bill.lines) == bill.bill.total_minor
    assert "AS_BILLED" not in seen, "every step could be told"
    assert {"USED", "DRAWN", "PRICED", "FEE", "ROUNDED_LINE", seldom} <= set(seen)


def test_every_row_is_found_in_whichever_part_of_a_run_it_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts, small row groups, and some accounts rated once more: rows come from several files."""
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 4)
    monkeypatch.setattr("yidian.runs.bill.parts.ACCOUNTS_IN_A_PART", 1)
    monkeypatch.setattr("yidian.platform.lake.operations.SMALL_GROUPS", {"rated": 4, "bill_item": 2, "rated_total": 2})
    events = some_usage(random.Random(11), OCTOBER, 80)
    world.open(OCTOBER).usage(*events).rate(OCTOBER)
    rerate(
        tenant=world.tenant, places=world.places, cycle=OCTOBER, accounts=["a5", "a2"], now=world.now, threads=1
    )  # fmt: skip
    world.bill(OCTOBER)
    world.post(OCTOBER)
    found = slips(world, OCTOBER)
    assert sum(bill.bill.total_minor for bill in {bill.bill.id: bill for bill, _ in found}.values()) == sum(
        one.total_minor for one in bills(tenant=world.tenant, cycle=OCTOBER)
    )
    for _, one in found:
        assert "AS_BILLED" not in [step.code for step in one.steps], one.line
        if one.line.kind == "usage":
            assert one.steps[0].told["quantity"] == used(events, one.line.number, one.line.item.code)


def test_late_usage_and_corrections_say_which_month_they_are_of(world: World) -> None:
    chance = random.Random(7)
    world.open(SEPTEMBER, OCTOBER).usage(*some_usage(chance, SEPTEMBER, 60)).billed(SEPTEMBER).post(SEPTEMBER)
    world.usage(*some_usage(chance, SEPTEMBER, 20, 5_000)).usage(*some_usage(chance, OCTOBER, 60, 9_000))
    adjust(
        tenant=world.tenant, actor=system("test"), key="k", now=world.now, account="a1", cycle=SEPTEMBER, item="LOCAL",
        amount_minor=-250, reason="wrong_price",
    )  # fmt: skip
    world.billed(OCTOBER).post(OCTOBER)
    codes: Counter[str] = Counter()
    for _, one in slips(world, OCTOBER):
        assert sum(step.amount_micro for step in one.steps) == one.line.amount_minor * MINOR
        if one.line.origin:
            assert one.line.origin == SEPTEMBER
            assert one.steps[0].told["origin"] == SEPTEMBER
            assert one.events == 0, "the usage of another month is not among this month's events"
            codes[one.steps[0].code] += 1
    assert codes["LATE"] > 3
    assert codes["ADJUSTED"] == 1


@pytest.mark.parametrize("seed", range(2))
def test_the_reasons_of_a_difference_sum_to_it(world: World, seed: int) -> None:
    chance = random.Random(100 + seed)
    world.open(SEPTEMBER, OCTOBER).usage(*some_usage(chance, SEPTEMBER, 40)).billed(SEPTEMBER).post(SEPTEMBER)
    world.usage(*some_usage(chance, OCTOBER, 90, 9_000)).billed(OCTOBER).post(OCTOBER)
    for account in ("a1", "a2", "a3", "a4", "a5"):
        told = account_bill(tenant=world.tenant, lake=world.places.lake, account=account, cycle=OCTOBER)
        assert told.before == SEPTEMBER
        assert sum(one.difference_minor for one in told.reasons) == told.total_minor - told.before_minor
        sizes = [abs(one.difference_minor) for one in told.reasons if one.kind != "rest"]
        assert sizes == sorted(sizes, reverse=True)


def test_a_shared_allowance_says_when_all_together_had_used_it_up(world: World) -> None:
    """Twice 1,800 s for s2 and s3 together, in whole minutes: 1,200 and 1,800 taken, of the next 700 only 600."""
    start = month_period(OCTOBER, ZONE).start_ms
    hour = 3_600_000
    calls = [
        (1, NUMBERS["s2"], "voice", start + 10 * hour, 1200),
        (2, NUMBERS["s3"], "voice", start + 20 * hour, 1800),
        (3, NUMBERS["s2"], "voice", start + 30 * hour, 700),
        (4, NUMBERS["s3"], "voice", start + 40 * hour, 61),
    ]
    world.open(OCTOBER).usage(*calls).billed(OCTOBER).post(OCTOBER)
    found = {
        (one.account, one.line.number): one
        for bill, one in slips(world, OCTOBER)
        if one.line.kind == "usage" and bill.bill.account_code in ("a2", "a3")
    }
    s2, s3 = found["a2", NUMBERS["s2"]], found["a3", NUMBERS["s3"]]
    assert quantities(s2) == [("USED", 1900), ("DRAWN", 1800), ("PRICED", 100)]
    assert quantities(s3) == [("USED", 1861), ("DRAWN", 1800), ("PRICED", 61)]
    for one in (s2, s3):
        drawn = one.steps[1].told
        assert (drawn["granted"], drawn["shared"], drawn["emptied_ms"]) == (3600, 2, start + 30 * hour)
    assert s2.events == 2
    assert s3.steps[2].told["units"] == 120, "61 s are two whole minutes"


def test_a_holding_corrected_after_the_bill_is_told_as_it_was_billed(world: World) -> None:
    world.open(OCTOBER).billed(OCTOBER).post(OCTOBER)
    OfferHolding.objects.filter(subscriber__code="s4").update(to_ms=month_period(OCTOBER, ZONE).start_ms + 10 * DAY_MS)
    [fee] = [one for bill, one in slips(world, OCTOBER) if bill.bill.account_code == "a4" and one.line.kind == "fee"]
    assert [step.code for step in fee.steps] == ["AS_BILLED"]
    assert fee.steps[0].amount_micro == fee.line.amount_minor * MINOR


def test_only_bills_that_are_in_the_books_are_shown(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage(*some_usage(random.Random(1), OCTOBER, 20)).billed(OCTOBER)
    ask = {"tenant": world.tenant, "lake": world.places.lake, "account": "a1", "cycle": OCTOBER}
    with pytest.raises(UnableToFindBill):
        found_bill(**ask)
    world.post(OCTOBER)
    assert found_bill(**ask).lines
    with pytest.raises(UnableToFindLine):
        slip(**ask, place=999)
    for wrong in ({"account": "nobody"}, {"cycle": NOVEMBER}, {"cycle": "2099-01"}):
        with pytest.raises(UnableToFindBill):
            found_bill(**(ask | wrong))
