"""Rows that compete: who holds both pays by the one or the other, and only the order of codes says by which."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from yidian.domains.product_catalog.findings.view import View, meet
from yidian.domains.product_catalog.rules.draft import Written
from yidian.kernel.rating import tariff as t


def offers_that_compete(view: View) -> None:
    """OFFERS_COMPETE: offers of one priority, which somebody may hold together, price one item otherwise."""
    by_item: dict[str, list[str]] = defaultdict(list)
    for offer, item in view.prices:
        if offer in view.offers:
            by_item[item].append(offer)
    for item, offers in by_item.items():
        groups: dict[int, list[str]] = defaultdict(list)
        for offer in sorted(offers):
            groups[view.priority(offer)].append(offer)
        for group in groups.values():
            for first, second in combinations(group, 2):
                if view.together(first, second):
                    _compare(view, item, first, second)


def _compare(view: View, item: str, first: str, second: str) -> None:
    for price in view.prices[second, item]:
        for other in view.prices[first, item]:
            bands = {price.row.band, other.row.band}
            clash = (len(bands) == 1 or t.ANY in bands) and meet(price.span, other.span)
            if clash and _asked(price.row) != _asked(other.row):
                view.tell(
                    "OFFERS_COMPETE", price, "item", item, offer=second, winner=first, first_line=other.line,
                    priority=view.priority(first),
                )  # fmt: skip
                return


def _asked(price: t.Price) -> tuple[int, ...]:
    return price.price_micro * 1_000_000 // price.per, price.block, price.tier_from, price.setup_micro


def allowances_that_compete(view: View) -> None:
    """ALLOWANCES_COMPETE: allowances of one priority serve one item for whoever holds both; ends, then codes decide."""
    groups: dict[tuple[str, int], list[Written[t.Allowance]]] = defaultdict(list)
    for allowance in view.draft.of(t.Allowance):
        for item in allowance.row.items:
            groups[item, allowance.row.priority].append(allowance)
    told: set[tuple[int, int]] = set()
    for (item, priority), group in groups.items():
        for first, second in combinations(sorted(group, key=lambda a: (a.row.code, a.row.offer, a.line)), 2):
            if first.row.code == second.row.code and first.row.offer == second.row.offer:
                continue  # one after the other
            if not view.together(first.row.offer, second.row.offer) or not meet(first.span, second.span):
                continue
            if _bands_meet(first.row, second.row) and (first.line, second.line) not in told:
                told.add((first.line, second.line))
                view.tell(
                    "ALLOWANCES_COMPETE", second, "priority", priority, item=item, code=second.row.code,
                    other=first.row.code, first_line=first.line,
                )  # fmt: skip


def _bands_meet(one: t.Allowance, other: t.Allowance) -> bool:
    return t.ANY in one.bands or t.ANY in other.bands or bool(set(one.bands) & set(other.bands))
