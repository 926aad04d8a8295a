"""What makes bills nasty: states, grades, other payers, fees in advance, parts, bundles (docs/pricing.md §7, §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.properties.choosing import Chooser, likely, pick, some
from tests.properties.random_tariffs import AMOUNTS, Month

from yidian.kernel.rating.tariff import Discount, Fee, Item, Minimum, Part, Tariff

FOREVER_MS = 1 << 62
GRADES = ("normal", "silver", "gold", "staff")
DURING = ("any", "any", "active", "stopped", "kept")


def richer(by: Chooser, month: Month, tariff: Tariff) -> Tariff:
    """The same tariff with fees, minimums and discounts that look at more; now and then left as it is."""
    if not likely(by, 7):
        return tariff
    offers = [offer.code for offer in tariff.offers]
    parts = [part for fee in tariff.fees for part in parts_of(by, month, fee)]
    return replace(
        tariff,
        items=(*tariff.items, *(Item(code=f"p{n}", kind="recurring", tax_class=t) for n, t in enumerate("TDT"))),
        fees=tuple(_fee(by, fee) for fee in tariff.fees),
        parts=tuple({(p.offer, p.item, p.part_item): p for p in parts}.values()),
        discounts=tuple(_discount(by, cut, offers) for cut in tariff.discounts),
        minimums=tuple(_minimum(by, least) for least in tariff.minimums),
    )


def _fee(by: Chooser, fee: Fee) -> Fee:
    monthly = fee.charged == "cycle"
    if not monthly and likely(by, 6):
        how = pick(by, ("none", "each_left", "by_term"))
        return replace(fee, charged="leaving", proration=how, term_cycles=pick(by, (2, 3, 4, 5, 24)))
    return replace(
        fee,
        proration=pick(by, (fee.proration, fee.proration, "half")) if monthly else fee.proration,
        during=pick(by, DURING),
        free_cycles=pick(by, (0, 0, 0, 1, 2, 3)),
        billed=pick(by, ("arrears", "advance", "advance")) if monthly else "arrears",
    )


def parts_of(by: Chooser, month: Month, fee: Fee) -> list[Part]:
    if not likely(by, 4):
        return []
    dates = {"valid_from": month.day(15)} if likely(by, 2) else {}
    return [
        Part(offer=fee.offer, item=fee.item, part_item=code, price_micro=pick(by, (1, 3, 0, 777_777)), **dates)
        for code in some(by, ("p0", "p1", "p2", fee.item))
    ]


def _discount(by: Chooser, cut: Discount, offers: list[str]) -> Discount:
    if likely(by, 3):
        capped = {"rate_ppm": 0, "amount_micro": 0, "threshold_micro": 0}
        cut = replace(cut, cap_micro=pick(by, (1, 5_000, 333_333, 1_234_567)), **capped)
    return replace(
        cut,
        items=(*cut.items, *some(by, ("p0", "p1"), 0)),
        scope=pick(by, ("subscriber", "subscriber", "unit", "unit", "account", "account")),
        requires=some(by, offers, 0) if likely(by, 3) else (),
        level=some(by, GRADES) if likely(by, 4) else ("*",),
        cycles=pick(by, (0, 0, 0, 1, 2)),
    )


def _minimum(by: Chooser, least: Minimum) -> Minimum:
    level = some(by, GRADES) if likely(by, 3) else ("*",)
    return replace(least, during=pick(by, DURING), free_cycles=pick(by, (0, 0, 1, 2)), level=level)


def circumstances(by: Chooser, who: dict[str, Any], cycle: tuple[int, int], items: list[str]) -> None:
    """Give a subscriber states, grades, payers and holdings that began before the cycle."""
    if likely(by, 6):
        who["states"] = states(by, cycle)
    if likely(by, 5):
        change = _moment(by, cycle)
        who["grades"] = [(pick(by, GRADES), 0, change), (pick(by, GRADES), change, FOREVER_MS)]
    if likely(by, 6):
        who["payers"] = [payer(by, cycle, items) for _ in range(by.number(1, 3))]
    older = [(offer, begins - by.number(0, 70) * 86_400_000 * int(begins < cycle[0]), ends)
             for offer, begins, ends in who["holdings"]]  # fmt: skip
    who["holdings"] = sorted(older, key=lambda held: held[1])


def _moment(by: Chooser, cycle: tuple[int, int]) -> int:
    span = cycle[1] - cycle[0]
    return pick(by, (cycle[0] + span * by.number(0, 31) // 31, cycle[0] - 1, cycle[0], cycle[1] - 1, cycle[1]))


def states(by: Chooser, cycle: tuple[int, int]) -> list[tuple[str, int, int]]:
    edges = sorted({_moment(by, cycle) + pick(by, (0, 0, 3_600_000, -1)) for _ in range(by.number(1, 4))})
    ends = [*edges[1:], pick(by, (FOREVER_MS, cycle[1] + 1, edges[-1] + 1))]
    named = [(pick(by, ("stopped", "kept", "active")), a, b) for a, b in zip(edges, ends, strict=True)]
    return [row for row in named if row[0] != "active"]


def payer(by: Chooser, cycle: tuple[int, int], items: list[str]) -> dict[str, Any]:
    mode = pick(by, ("full", "limit", "share", "share"))
    return {
        "items": "*" if likely(by, 4) else some(by, items),
        "account": pick(by, ("A0", "C0", "C1")),
        "mode": mode,
        "limit_micro": pick(by, AMOUNTS) if mode == "limit" else 0,
        "rate_ppm": pick(by, (600_000, 400_000, 333_333, 1_000_000, 1)) if mode == "share" else 0,
        "priority": pick(by, (1, 2)),
        "from": 0,
        "to": pick(by, (FOREVER_MS, FOREVER_MS, cycle[1], cycle[1] - 1)),
    }
