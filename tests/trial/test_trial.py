"""A product manager tries a tariff on a month that was: what it says is what the month would have billed (MV-19)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django_scopes import scope
from tests.billing.desk import YUAN
from tests.cycles.world import OCTOBER, PEOPLE, TARIFF, ZHANG, World, some_usage

from yidian.domains.customer_bill import operations
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.operations import import_payers, import_states
from yidian.kernel.faults import BadInput
from yidian.kernel.rating.tariff import Fee, Offer, Price, Rule, Tariff
from yidian.platform.lake.queries import census
from yidian.platform.tenancy.models import Tenant
from yidian.runs.trial.run import Tried, UnableToTry, try_tariff
from yidian.runs.trial.types import Trial

DEARER = replace(
    TARIFF,
    prices=tuple(
        replace(price, price_micro=2 * price.price_micro) if price.item == "LOCAL" else price
        for price in TARIFF.prices
    ),
    fees=tuple(replace(fee, amount_micro=fee.amount_micro - 6 * YUAN) for fee in TARIFF.fees),
)  # fmt: skip


def tried(world: World, draft: Tariff, **how: Any) -> Tried:
    asked = {"cycle": OCTOBER, "source": "draft.xlsx", "threads": 1} | how
    return try_tariff(tenant=world.tenant, places=world.places, draft=draft, **asked)


def totals(tried: Tried) -> dict[str, int]:
    return dict(zip(tried.accounts["account"].to_pylist(), tried.accounts["after_minor"].to_pylist(), strict=True))


def really_billed(world: World, draft: Tariff, tmp_path: Any, first: Any = None, **how: Any) -> dict[str, int]:
    """What another operator bills, with the same people and usage, whose tariff the draft has always been."""
    other = Tenant.objects.create(code="twin", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=other):
        twin = World(other, tmp_path / "twin")
        twin.open(OCTOBER, **how)
        load_tariff(tenant=other, tariff=draft, source="t", now=twin.now)
        if first is not None:
            first(twin)
        twin.usage(*some_usage(random.Random(3), OCTOBER, 240)).billed(OCTOBER)
        return {account: row["total_minor"] for account, row in twin.bills(OCTOBER).items()}


def test_a_draft_that_says_nothing_new_changes_no_bill(october: World) -> None:
    found = tried(october, TARIFF).trial
    october.bill(OCTOBER)
    billed = sum(row["total_minor"] for row in october.bills(OCTOBER).values())
    assert (found.before_minor, found.after_minor, found.difference_minor) == (billed, billed, 0)
    assert (found.more, found.less, found.same) == (0, 0, found.accounts)
    assert (found.rises, found.falls) == ((), ())
    assert (
        found.rejected_before
        == found.rejected_after
        == {"UNKNOWN_SUBSCRIBER": found.rejected_after["UNKNOWN_SUBSCRIBER"]}
    )
    assert sum(step.accounts for step in found.steps) == found.accounts


def test_what_a_trial_says_is_what_the_month_would_have_billed(october: World, tmp_path: Any) -> None:
    found = tried(october, DEARER)
    assert totals(found) == really_billed(october, DEARER, tmp_path)
    assert found.trial.more > 0, "calls cost twice as much"
    assert found.trial.less > 0, "and the month six yuan less"


def stopped_and_paid_for(world: World) -> None:
    """s5 was stopped since the middle of September; a2 pays half of what s1 calls."""
    told = {"states": "subscriber,state,from\ns5,stopped,2026-09-15\n",
            "payers": "subscriber,items,account,mode,limit,rate,priority,from,to\n"
                      "s1,LOCAL,a2,share,,50%,1,2026-01-01,\n"}  # fmt: skip
    for name, text in told.items():
        (world.home / f"{name}.csv").write_text(text, encoding="utf-8")
    import_states(tenant=world.tenant, actor=ZHANG, path=world.home / "states.csv", now=world.now)
    import_payers(
        tenant=world.tenant, actor=ZHANG, path=world.home / "payers.csv", now=world.now, known_items=("LOCAL", "DATA")
    )


def test_who_is_stopped_and_who_pays_for_others_count_as_on_real_bills(october: World, tmp_path: Any) -> None:
    draft = replace(
        DEARER,
        fees=(*DEARER.fees, Fee(offer="PACK", item="RENT", amount_micro=9 * YUAN, during="active", billed="advance")),
    )
    stopped_and_paid_for(october)
    found = tried(october, draft)
    assert totals(found) == really_billed(october, draft, tmp_path, first=stopped_and_paid_for)
    assert found.trial.before_minor != tried(october, DEARER).trial.after_minor
    of_a2 = [one.lines for one in (*found.trial.rises, *found.trial.falls) if one.account == "a2"]
    assert "s1" in {line.subscriber for lines in of_a2 for line in lines}, "a2's bill shows what it bears"


def test_it_shows_who_and_what(october: World) -> None:
    found = tried(october, DEARER).trial
    assert sum(item.before_minor for item in found.items) == found.before_minor
    assert sum(item.after_minor for item in found.items) == found.after_minor
    assert sum(offer.after_minor for offer in found.offers) == found.after_minor
    assert {offer.code: offer.count for offer in found.offers} == {"PLAN": 4, "": 1}, "s5 has a pack alone"
    rise = found.rises[0]
    assert sum(line.after_minor for line in rise.lines) == rise.after_minor
    assert sum(line.before_minor for line in rise.lines) == rise.before_minor
    kinds = {(line.kind, line.item) for sample in (*found.rises, *found.falls) for line in sample.lines}
    assert kinds >= {("usage", "LOCAL"), ("usage", "DATA"), ("fee", "RENT")}
    assert Trial.from_json(found.to_json()) == found


def test_nothing_is_kept_and_nothing_is_changed(october: World) -> None:
    october.bill(OCTOBER)
    before = october.items(OCTOBER)
    tried(october, DEARER)
    assert october.items(OCTOBER) == before
    assert census(tenant=october.tenant, lake=october.places.lake).clean
    assert not (october.places.work / october.tenant.code / "trial").exists()
    assert october.rate(OCTOBER).state(OCTOBER) == "billed"


def test_the_rows_of_a_day_to_come(october: World) -> None:
    """A price that begins on New Year's Day is tried on October as if it had always been."""
    coming = date(2027, 1, 1)
    prices = []
    for price in TARIFF.prices:
        prices += [
            replace(price, valid_to=coming),
            replace(price, valid_from=coming, price_micro=3 * price.price_micro),
        ]
    draft = replace(TARIFF, prices=tuple(prices))
    assert tried(october, draft).trial.difference_minor == 0, "in October itself the old prices are in force"
    then = tried(october, draft, on=coming).trial
    assert then.on == "2027-01-01"
    assert then.after_minor > then.before_minor


def test_people_are_tried_with_an_offer_that_nobody_holds_yet(october: World, tmp_path: Any) -> None:
    draft = replace(
        TARIFF,
        offers=(*TARIFF.offers, Offer(code="NEW")),
        prices=(*TARIFF.prices, Price(offer="NEW", item="LOCAL", price_micro=100_000, per=60, block=60),
                Price(offer="NEW", item="DATA", price_micro=1_000, per=1000, block=1)),
    )  # fmt: skip
    found = tried(october, draft, moves={"PLAN": "NEW"})
    people = tuple(row.replace(",PLAN,", ",NEW,") for row in PEOPLE)
    assert totals(found) == really_billed(october, draft, tmp_path, people=people)
    assert found.trial.after_minor < found.trial.before_minor


def test_events_that_the_draft_has_no_price_for(october: World) -> None:
    draft = replace(TARIFF, rules=(Rule(order=1, item="DATA", service="data"),))
    found = tried(october, draft).trial
    assert found.rejected_after["NO_ITEM"] > 0
    assert "NO_ITEM" not in found.rejected_before


def test_two_threads_find_what_one_finds(october: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = tried(october, DEARER)
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 40)
    monkeypatch.setattr("yidian.runs.bill.parts.ACCOUNTS_IN_A_PART", 2)
    two = tried(october, DEARER, threads=2)
    assert (one.trial, one.accounts) == (two.trial, two.accounts)


@pytest.mark.parametrize(
    ("how", "code"),
    [({"cycle": "2026-11"}, "CYCLE_NOT_RATED"), ({"draft": replace(TARIFF, currency="USD")}, "CURRENCY_DIFFERS")],
)
def test_what_cannot_be_tried(october: World, how: dict[str, Any], code: str) -> None:
    operations.open_cycle(tenant=october.tenant, name="2026-11", now=october.now)
    with pytest.raises(UnableToTry) as refused:
        tried(october, **({"draft": TARIFF} | how))
    assert refused.value.code == code


def test_an_offer_that_the_draft_has_not(october: World) -> None:
    with pytest.raises(BadInput) as refused:
        tried(october, TARIFF, moves={"PLAN": "NOBODY"})
    assert [fault.code for fault in refused.value.faults] == ["TARIFF_OFFER_UNKNOWN"]
