"""A small operator whose orders are quoted, carried out and billed: a tariff with nearly everything a bill can have."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.best.town import CAPPED
from tests.billing.desk import YUAN, ms, on
from tests.cycles.world import NOVEMBER, OCTOBER, SEPTEMBER, ZHANG, World, some_usage

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.queries import current_tariff
from yidian.domains.product_catalog.types import terms_of
from yidian.domains.product_inventory.operations import apply_changes, import_payers
from yidian.domains.product_inventory.types import Change
from yidian.kernel.rating.tariff import Allowance, Discount, Fee, Item, Minimum, Offer, Part, Price, Tariff
from yidian.platform.writing.operations import perform
from yidian.runs.first_bill.quote import first_bill
from yidian.runs.first_bill.types import AccountBill, Bill, FirstBill

PEOPLE = (
    "c1,a1,s1,13800000001,PLAN,2026-01-01,,",
    "c1,a1,s1,13800000001,PACK,2026-01-01,,",
    "c2,a2,s2,13800000002,TOGETHER,2026-01-01,,family",
    "c2,a3,s3,13800000003,ROLL,2026-03-01,,family",
    "c4,a4,s4,13800000004,PLAN,2026-01-01,,",
    "c5,a5,s5,13800000005,AHEAD,2026-09-20,,",
    "c2,a6,s6,13800000009,HALF,2026-09-20,,",
)
PRICED = ("TERM", "SUB", "HALF")
CHANGED = on("2026-10-15")  # prices do, within the cycle
SHOP: Tariff = replace(
    CAPPED,
    items=(
        *CAPPED.items, Item(code="CARD", kind="once", tax_class="value_added"),
        Item(code="KEEP", kind="recurring", tax_class="basic"), Item(code="LEAVE", kind="once", tax_class="basic"),
        Item(code="TV", kind="recurring", tax_class="value_added"),
    ),
    offers=(
        *CAPPED.offers, Offer(code="TERM", months=12, ends_with="month"), Offer(code="SUB", needs=("TOGETHER", "PLAN")),
        Offer(code="HALF"), Offer(code="BROAD"), Offer(code="OLD", valid_to=on("2026-05-01")),
        Offer(code="STACK", kind="pack", stacks=True, months=1), Offer(code="HELD"),
    ),
    prices=(
        *CAPPED.prices,
        *(Price(offer=o, item="LOCAL", price_micro=120_000, per=60, block=60) for o in PRICED),
        *(Price(offer=o, item="DATA", price_micro=300_000, per=1000, block=1, valid_to=CHANGED) for o in PRICED),
        *(Price(offer=o, item="DATA", price_micro=70_000, per=1000, block=1, valid_from=CHANGED) for o in PRICED),
    ),
    allowances=(
        *CAPPED.allowances,
        Allowance(code="sub", offer="SUB", items=("DATA",), quantity=9_000, block=1, proration="by_days"),
        Allowance(code="gift", offer="STACK", items=("LOCAL",), quantity=600, block=60, period="holding"),
    ),
    fees=(
        *CAPPED.fees,
        Fee(offer="TERM", item="RENT", amount_micro=59 * YUAN, proration="by_days", free_cycles=1),
        Fee(
            offer="TERM", item="LEAVE", amount_micro=120 * YUAN, charged="leaving", proration="by_term", term_cycles=12
        ),
        Fee(offer="TERM", item="CARD", amount_micro=20 * YUAN, charged="once"),
        Fee(offer="HALF", item="RENT", amount_micro=33 * YUAN, proration="half"),
        Fee(offer="SUB", item="RENT", amount_micro=10 * YUAN, proration="day_price", day_price_micro=470_000),
        Fee(offer="BROAD", item="RENT", amount_micro=100 * YUAN, during="active"),
        Fee(offer="PLAN", item="KEEP", amount_micro=5 * YUAN, during="kept"),
        Fee(offer="STACK", item="CARD", amount_micro=3 * YUAN, charged="once"),
    ),
    parts=(
        Part(offer="BROAD", item="RENT", part_item="RENT", price_micro=70 * YUAN),
        Part(offer="BROAD", item="RENT", part_item="TV", price_micro=41 * YUAN),
    ),
    discounts=(
        *CAPPED.discounts,
        Discount(code="ONE", offer="BROAD", item="OFF", items=("RENT", "TV"), rate_ppm=300_000, scope="unit",
                 requires=("BROAD", "PLAN"), cycles=6),
        Discount(code="VIP", offer="HALF", item="OFF", items=("RENT",), amount_micro=2 * YUAN, level=("gold",)),
    ),
    minimums=(*CAPPED.minimums, Minimum(offer="HALF", item="LEAST", amount_micro=58 * YUAN, free_cycles=1)),
)  # fmt: skip
PAYERS = "subscriber,items,account,mode,limit,rate,priority,from,to\ns1,LOCAL,a2,share,,50%,1,2026-01-01,\n"


@dataclass
class Shop(World):
    """A world in which orders are carried out. `counted`: of orders, for names nobody has."""

    now: datetime = datetime(2026, 10, 8, 2, tzinfo=UTC)
    counted: int = field(default=0)

    def quoted(self, *changes: Change, at: str) -> FirstBill:
        return first_bill(tenant=self.tenant, places=self.places, at_ms=ms(at), changes=changes)

    def carried_out(self, *changes: Change) -> None:
        """Really: in the database."""
        tariff = current_tariff(tenant=self.tenant)[1]
        self.counted += 1
        known = {row.code: (row.valid_from, row.valid_to) for row in tariff.offers}

        def work(frame: Any) -> dict[str, Any]:
            apply_changes(
                frame=frame, changes=changes, known_offers=known, terms=terms_of(tariff), quotas={}, held_back={}
            )
            return {}

        perform(
            tenant=self.tenant, actor=ZHANG, operation="test.order", key=f"order-{self.counted:08d}", request={},
            now=self.now, work=work,
        )  # fmt: skip


def shop(tenant: Any, home: Path, *, seed: int = 5, tariff: Tariff = SHOP, people: tuple[str, ...] = PEOPLE) -> Shop:
    """September is rated; usage of October has come in and nobody has rated it."""
    chance = random.Random(seed)
    made = Shop(tenant, home)
    made.open(SEPTEMBER, OCTOBER, NOVEMBER, people=people)
    load_tariff(tenant=tenant, tariff=tariff, source="t", now=made.now)
    (home / "payers.csv").write_text(PAYERS, encoding="utf-8")
    import_payers(
        tenant=tenant, actor=ZHANG, path=home / "payers.csv", now=made.now, known_items=("LOCAL", "DATA")
    )  # fmt: skip
    made.usage(*some_usage(chance, SEPTEMBER, 120)).usage(*some_usage(chance, OCTOBER, 150, first_id=1001))
    made.rate(SEPTEMBER)
    return made


Lines = dict[tuple[str, ...], tuple[int, int, int, int]]


def told(bill: Bill) -> tuple[int, Lines]:
    """A quoted bill's total and its lines, by all that tells them apart."""
    return bill.total_minor, {
        (one.subscriber, one.kind, one.item, one.of_item, one.offer, one.discount, one.tax_class): (
            one.quantity, one.events, one.amount_micro, one.amount_minor,
        )
        for one in bill.lines
    }  # fmt: skip


def really(world: World, month: str) -> dict[str, tuple[int, Lines]]:
    """The month's real bills, told in the same way."""
    found = {account: (row["total_minor"], Lines()) for account, row in world.bills(month).items()}
    for row in world.items(month):
        key = tuple(row[n] or "" for n in ("subscriber", "kind", "item", "of_item", "offer", "discount", "tax_class"))
        found[row["account"]][1][key] = tuple(row[n] for n in ("quantity", "events", "amount_micro", "amount_minor"))
    return found


def by_account(accounts: tuple[AccountBill, ...]) -> dict[str, tuple[int, Lines]]:
    return {one.account: told(one.bill) for one in accounts}
