"""A tariff with much that makes one month's bill depend on others: pools, rollover, holdings, advance, other payers."""

from __future__ import annotations

from dataclasses import replace

from tests.billing.desk import YUAN
from tests.cycles.world import TARIFF, ZHANG, World

from yidian.domains.product_inventory.operations import import_payers, import_states
from yidian.kernel.rating.tariff import Allowance, Cap, Discount, Fee, Minimum, Offer, Price

PEOPLE_HERE = (
    "c1,a1,s1,13800000001,PLAN,2026-01-01,,",
    "c1,a1,s1,13800000001,PACK,2026-01-01,,",
    "c2,a2,s2,13800000002,PLAN,2026-01-01,,family",
    "c2,a3,s3,13800000003,ROLL,2026-03-01,2026-10-11,family",
    "c2,a3,s3,13800000003,PLAN,2026-10-11,,family",
    "c4,a4,s4,13800000004,PLAN,2026-01-01,2026-10-21,",
    "c5,a5,s5,13800000005,PACK,2026-01-01,,",
)
RICH = replace(
    TARIFF,
    offers=(*TARIFF.offers, Offer(code="ROLL"), Offer(code="TOGETHER"), Offer(code="AHEAD"), Offer(code="DATALESS")),
    prices=(
        *TARIFF.prices,
        *(Price(offer=o, item="LOCAL", price_micro=150_000, per=60, block=60) for o in ("ROLL", "TOGETHER", "AHEAD")),
        *(Price(offer=o, item="DATA", price_micro=200_000, per=1000, block=1) for o in ("ROLL", "TOGETHER", "AHEAD")),
        Price(offer="DATALESS", item="LOCAL", price_micro=1, per=60, block=60),
    ),
    allowances=(
        *TARIFF.allowances,
        Allowance(code="over", offer="ROLL", items=("DATA",), quantity=45_000, block=1, rollover=1),
        Allowance(code="card", offer="ROLL", items=("LOCAL",), quantity=7_200, block=60, period="holding"),
        Allowance(code="ours", offer="TOGETHER", items=("LOCAL", ), quantity=5_400, block=60, scope="unit", rollover=1,
                  member_limit=6_000),
        Allowance(code="daily", offer="AHEAD", items=("DATA",), quantity=1_500, block=1, period="day"),
    ),
    caps=(*TARIFF.caps, Cap(code="cap2", offer="TOGETHER", items=("LOCAL", "DATA"), amount_micro=40 * YUAN)),
    fees=(
        *TARIFF.fees,
        Fee(offer="ROLL", item="RENT", amount_micro=19 * YUAN, proration="by_days"),
        Fee(offer="TOGETHER", item="RENT", amount_micro=25 * YUAN, during="active"),
        Fee(offer="AHEAD", item="RENT", amount_micro=29 * YUAN, billed="advance"),
    ),
    discounts=(
        *TARIFF.discounts,
        Discount(code="ALL", offer="TOGETHER", item="OFF", items=("LOCAL", "DATA", "RENT"), rate_ppm=100_000,
                 scope="unit"),
    ),
    minimums=(*TARIFF.minimums, Minimum(offer="ROLL", item="LEAST", amount_micro=30 * YUAN)),
)  # fmt: skip
TOLD = {
    "states": "subscriber,state,from\ns4,stopped,2026-09-15\n",
    "payers": "subscriber,items,account,mode,limit,rate,priority,from,to\ns1,LOCAL,a2,share,,50%,1,2026-01-01,\n",
}


def told_of_people(world: World) -> None:
    """s4 is stopped since the middle of September; a2 pays half of what s1 calls."""
    for name, text in TOLD.items():
        (world.home / f"{name}.csv").write_text(text, encoding="utf-8")
    import_states(tenant=world.tenant, actor=ZHANG, path=world.home / "states.csv", now=world.now)
    import_payers(
        tenant=world.tenant, actor=ZHANG, path=world.home / "payers.csv", now=world.now, known_items=("LOCAL", "DATA")
    )


CAPPED = replace(
    RICH,
    discounts=(
        *RICH.discounts,
        Discount(
            code="CAP", offer="ROLL", item="OFF", items=("LOCAL", "DATA", "RENT"), cap_micro=50 * YUAN, scope="account"
        ),
        Discount(
            code="OFF5", offer="PACK", item="OFF", items=("LOCAL",), rate_ppm=500_000, threshold_micro=9 * YUAN,
            scope="account",
        ),
    ),
)  # fmt: skip
ONE_ACCOUNT = tuple(row.replace("c2,a3,s3", "c2,a2,s3") for row in PEOPLE_HERE)
