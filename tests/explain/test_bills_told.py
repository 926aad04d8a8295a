"""Fees in advance, in parts and by state, bundles, grades and other payers: through the runs, and told on slips."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import YUAN
from tests.cycles.world import NOVEMBER, OCTOBER, TARIFF, ZHANG, World, some_usage
from tests.explain.test_slips import MINOR, slips

from yidian.domains.party.operations import import_grades
from yidian.domains.product_inventory.operations import import_payers, import_states
from yidian.faces.shell.slip_words import line_words, slip_words
from yidian.faces.shell.words import Words
from yidian.kernel.rating.tariff import Discount, Fee, Item, Part

RICH = replace(
    TARIFF,
    items=(
        *TARIFF.items, *(Item(code=code, kind="recurring", tax_class="basic") for code in ("EARLY", "KEEP", "TV")),
        *(Item(code=code, kind="once", tax_class="basic") for code in ("GONE", "PHONE", "PEN")),
    ),
    fees=(
        Fee(offer="PLAN", item="RENT", amount_micro=31 * YUAN, proration="by_days", during="active", free_cycles=1),
        Fee(offer="PLAN", item="EARLY", amount_micro=30 * YUAN, proration="by_days", billed="advance"),
        Fee(offer="PLAN", item="KEEP", amount_micro=5 * YUAN, during="kept"),
        Fee(offer="PLAN", item="PEN", amount_micro=117 * YUAN, charged="leaving", term_cycles=24),
        Fee(offer="PLAN", item="GONE", amount_micro=9 * YUAN, charged="leaving", proration="each_left", term_cycles=24),
        Fee(offer="PLAN", item="PHONE", amount_micro=4300 * YUAN, charged="leaving", proration="by_term",
            term_cycles=24),
    ),
    parts=(
        Part(offer="PLAN", item="EARLY", part_item="EARLY", price_micro=20 * YUAN),
        Part(offer="PLAN", item="EARLY", part_item="TV", price_micro=20 * YUAN),
    ),
    discounts=(
        *TARIFF.discounts,
        Discount(code="HOME", offer="PLAN", item="OFF", items=("RENT",), amount_micro=3 * YUAN, scope="unit",
                 requires=("PLAN",), level=("gold", "normal"), cycles=40),
        Discount(code="MOST", offer="PLAN", item="OFF", items=("RENT", "EARLY", "TV", "LOCAL", "DATA"),
                 cap_micro=40 * YUAN, scope="account", priority=200),
        Discount(code="HALF", offer="PACK", item="OFF", items=("LOCAL", "DATA"), cap_micro=9 * YUAN, priority=150),
    ),
    minimums=tuple(replace(row, amount_micro=95 * YUAN, level=("gold", "normal")) for row in TARIFF.minimums),
)  # fmt: skip
STATES = "subscriber,state,from\ns2,kept,2026-10-05\ns2,active,2026-10-25\ns5,stopped,2026-10-02\n"
PAYERS = (
    "subscriber,items,account,mode,limit,rate,priority,from,to\n"
    "s3,LOCAL;DATA,a5,limit,2,,,2026-01-01,\ns1,EARLY;TV,a4,share,,60%,,2026-01-01,\ns1,DATA,a3,full,,,,2026-01-01,\n"
)


@pytest.fixture
def world(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("tests.cycles.world.TARIFF", RICH)
    made = World(tenant, tmp_path / "home").open(OCTOBER, NOVEMBER)
    items = {item.code for item in RICH.items}
    for name, text in (("states", STATES), ("payers", PAYERS), ("grades", "customer,grade,from\nc2,gold,2026-01-01\n")):
        path = made.home / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        told: dict[str, Any] = {"tenant": tenant, "actor": ZHANG, "path": path, "now": made.now}
        if name == "states":
            import_states(**told)
        elif name == "payers":
            import_payers(**told, known_items=items)
        else:
            import_grades(**told)
    return made


def test_every_line_opens_to_what_happened(world: World) -> None:
    chance = random.Random(5)
    world.usage(*some_usage(chance, OCTOBER, 90)).usage(*some_usage(chance, NOVEMBER, 40, 5_000))
    world.billed(OCTOBER).post(OCTOBER)
    world.billed(NOVEMBER).post(NOVEMBER)
    seen: Counter[str] = Counter()
    texts: list[str] = []
    for month in (OCTOBER, NOVEMBER):
        for _, one in slips(world, month):
            assert sum(step.amount_micro for step in one.steps) == one.line.amount_minor * MINOR
            seen.update(step.code for step in one.steps)
            for lang in ("en", "zh"):
                words = Words(lang=lang, zone="Asia/Shanghai", currency="CNY", now=world.now)
                told = [row.title + row.note for row in slip_words(words, one)]
                line = line_words(words, one.line)
                assert not [text for text in (*told, line.title + line.note) if "{" in text or "HALL_" in text]
                texts += told
    assert "AS_BILLED" not in seen
    assert {"FEE_AHEAD", "FEE_BORNE", "FEE_PART", "PAID_BY", "DISCOUNT", "USED", "LEAST"} <= set(seen)
    for said in (
        "14 of 24 months were left", "协议期 24 个月还剩 14 个月", "9.00 for each month left",
        "4,300.00 for a term of 24 months", "117.00, because it ended", "At most", "封顶", "over the whole account",
        "for your grade",
    ):  # fmt: skip
        assert any(said in text for text in texts), said


def test_an_account_billed_alone_has_the_bill_it_has_among_all(world: World) -> None:
    """Its cap counts the lines it took from others, whose subscribers and units come along."""
    world.usage(*some_usage(random.Random(7), OCTOBER, 60)).billed(OCTOBER)
    bills = world.bills(OCTOBER)
    for account in ("a4", "a1"):
        world.bill(OCTOBER, [account])
        assert world.bills(OCTOBER) == bills


def test_a_bill_run_notices_what_has_changed(world: World) -> None:
    world.usage(*some_usage(random.Random(6), OCTOBER, 40)).billed(OCTOBER)
    bills = world.bills(OCTOBER)
    assert world.bill(OCTOBER).again
    path = world.home / "later.csv"
    path.write_text("subscriber,state,from\ns1,stopped,2026-10-20\n", encoding="utf-8")
    import_states(tenant=world.tenant, actor=ZHANG, path=path, now=world.now)
    assert not world.bill(OCTOBER).again
    assert world.bills(OCTOBER) != bills
