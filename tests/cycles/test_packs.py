"""Top-up packs stacked: each has its own fee and its own data; a discount is given once; some rated again or all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import YUAN, ms
from tests.cycles.world import NOVEMBER, OCTOBER, TARIFF, World
from tests.explain.test_slips import MINOR, slips

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.types import terms_of
from yidian.domains.product_inventory.operations import import_customers
from yidian.domains.product_inventory.queries import lines_of
from yidian.faces.hall.home_words import concern_words, offers_of
from yidian.faces.shell.words import Words
from yidian.kernel.rating.tariff import Discount, Fee, Minimum, Offer
from yidian.runs.explain.home import home
from yidian.runs.explain.so_far import so_far
from yidian.runs.rate.partial import rerate
from yidian.runs.rate.results import rated_tables
from yidian.runs.rate.run import rate

PACKS = replace(
    TARIFF,
    offers=(Offer(code="PLAN"), Offer(code="PACK", kind="pack", stacks=True, months=1, ends_with="month")),
    fees=(*TARIFF.fees, Fee(offer="PACK", item="RENT", amount_micro=10 * YUAN)),
    discounts=(Discount(code="D5", offer="PACK", item="OFF", items=("DATA",), rate_ppm=500_000),),
    minimums=(Minimum(offer="PACK", item="LEAST", amount_micro=93 * YUAN),),
)  # a pack has 5,000 bytes and asks 0.50 for a thousand more
NUMBER = "13800000001"
THREE = ("2026-10-10 10:03", "2026-10-10 10:07", "2026-10-20")
USED = (
    (1, NUMBER, "data", ms("2026-10-10T10:05"), 4_000),  # of the first alone
    (2, NUMBER, "data", ms("2026-10-11"), 8_000),  # 1,000 of the first, 5,000 of the second, 2,000 more
    (3, NUMBER, "data", ms("2026-10-21"), 4_000),  # of the third
)


def buy(world: World, *begins: str) -> None:
    """Packs for s1, of the newest tariff's terms."""
    path = world.home / "packs.csv"
    rows = [f"c1,a1,s1,,PACK,{begin}," for begin in begins]
    path.write_text("\n".join(["customer,account,subscriber,identifier,offer,from,to", *rows]) + "\n")
    import_customers(
        tenant=world.tenant, path=path, known_offers={"PACK": (None, None)}, terms=terms_of(PACKS)
    )  # fmt: skip


@pytest.fixture
def world(tenant: Any, tmp_path: Path) -> World:
    made = World(tenant, tmp_path / "home").open(OCTOBER, NOVEMBER, people=(f"c1,a1,s1,{NUMBER},PLAN,2026-01-01,,",))
    load_tariff(tenant=tenant, tariff=PACKS, source="t", now=made.now)
    return made.usage(*USED)


def lines(world: World, month: str = OCTOBER) -> Counter[tuple[str, str, str]]:
    world.bill(month)
    found: Counter[tuple[str, str, str]] = Counter()
    for one in world.items(month):
        found[one["kind"], one["item"], one["offer"]] += one["amount_minor"]
    return found


def rated(world: World) -> list[tuple[Any, ...]]:
    tables = rated_tables(tenant=world.tenant, cycle=OCTOBER, lake=world.places.lake)
    return sorted(tuple(row.values()) for table in tables for row in table.to_pylist())


def test_each_pack_has_its_fee_and_its_data_and_a_code_is_given_once(world: World) -> None:
    buy(world, *THREE)
    told = lines(world.rate(OCTOBER))
    assert told["usage", "DATA", ""] == 100, "2,000 bytes beyond the packs"
    assert told["discount", "OFF", "PACK"] == -50, "half of that, and not three times"
    assert told["fee", "RENT", "PACK"] == 3 * 1_000, "whole, however late"
    assert told["minimum", "LEAST", "PACK"] == 22 * 300 - 6_150, "the least for 22 days, once"
    assert sum(told.values()) == 22 * 300
    assert lines(world.rate(NOVEMBER), NOVEMBER) == {("fee", "RENT", "PLAN"): 3_100}, "they ended with October"


def test_a_bill_opens_to_every_pack(world: World) -> None:
    buy(world, *THREE)
    world.billed(OCTOBER).post(OCTOBER)
    found = {(one.line.kind, one.line.offer.code): one for _, one in slips(world, OCTOBER)}
    for one in found.values():
        assert sum(step.amount_micro for step in one.steps) == one.line.amount_minor * MINOR
        assert "AS_BILLED" not in {step.code for step in one.steps}
    fees = [step for step in found["fee", "PACK"].steps if step.code == "FEE"]
    assert [(step.amount_micro // YUAN, step.told["first"].day) for step in fees] == [(10, 10), (10, 10), (10, 20)]  # type: ignore[attr-defined]
    drawn = sum(step.told["quantity"] for step in found["usage", ""].steps if step.code == "DRAWN")  # type: ignore[misc]
    assert drawn == 14_000


def test_home_tells_what_is_left_of_all_of_them(world: World) -> None:
    buy(world, *THREE)
    world.rate(OCTOBER)
    [line] = lines_of(tenant=world.tenant, customer="c1", at_ms=ms("2026-10-21"))
    month = so_far(
        tenant=world.tenant, lake=world.places.lake, cycle=cycle_named(tenant=world.tenant, name=OCTOBER),
        account="a1", account_id=None, subscriber=line.id,
    )  # fmt: skip
    [packs] = [one for one in month.left if one.allowance == "free"]
    assert (packs.granted, packs.drawn, packs.left) == (15_000, 14_000, 1_000)
    told = home(
        tenant=world.tenant, lake=world.places.lake, customer="c1", number="s1",
        now=world.now.replace(month=10, day=21),
    )  # fmt: skip
    mouth = Words(lang="zh", zone="Asia/Shanghai", currency="CNY", now=world.now)
    assert offers_of(mouth, told) == ["PACK × 3", "PLAN"]
    ends = [concern_words(mouth, one).title for one in told.concerns if one.code == "OFFER_ENDS"]
    assert len(ends) == 1, "all of them end at one instant, which is told once"


def test_a_pack_bought_afterwards_is_there_for_some_rated_again_as_for_all(world: World) -> None:
    buy(world, *THREE)
    first = rated(world.rate(OCTOBER))
    buy(world, "2026-10-10 11:00", *THREE)
    rerate(tenant=world.tenant, places=world.places, cycle=OCTOBER, accounts=["a1"], now=world.now, threads=1)
    some, told = rated(world), lines(world)
    assert told["usage", "DATA", ""] == 0
    assert told["fee", "RENT", "PACK"] == 4_000
    rate(tenant=world.tenant, places=world.places, cycle=OCTOBER, now=world.now, threads=1)
    assert rated(world) == some != first
    assert lines(world) == told
