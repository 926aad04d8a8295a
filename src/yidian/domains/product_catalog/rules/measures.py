"""Rules about units: seconds price calls, bytes price data, and nothing prices both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from yidian.domains.product_catalog.rules.draft import Draft, R, Written
from yidian.kernel.rating.tariff import Allowance, Conversion, Item, Price


def quantities_fit_the_measure(draft: Draft) -> None:
    """UNIT_MISMATCH: the unit in a cell is not one of the item's measure."""
    items = draft.items()
    for price in draft.of(Price):
        if price.row.item in items:
            _compare(draft, price, items[price.row.item].measure)
    pools = {conversion.row.allowance for conversion in draft.of(Conversion)}
    for allowance in draft.of(Allowance):
        measures = {"count"} if allowance.row.code in pools else _measures(allowance.row.items, items)
        if len(measures) == 1:
            _compare(draft, allowance, measures.pop())


def _compare(draft: Draft, written: Written[R], measure: str) -> None:
    for column, said in written.measures.items():
        if said and said != measure:
            draft.complain("UNIT_MISMATCH", written, column, said=said, expected=measure)


def _measures(codes: Iterable[str], items: dict[str, Item]) -> set[str]:
    return {str(items[code].measure) for code in codes if code in items}


def allowances_have_one_measure(draft: Draft) -> None:
    """MEASURES_MIXED: minutes and megabytes cannot be drawn from one allowance, unless they convert."""
    items = draft.items()
    pools = {conversion.row.allowance for conversion in draft.of(Conversion)}
    for allowance in draft.of(Allowance):
        measures = _measures(allowance.row.items, items)
        if len(measures) > 1 and allowance.row.code not in pools:
            draft.complain("MEASURES_MIXED", allowance, "items", found=", ".join(sorted(measures)))


def counters_have_one_measure(draft: Draft) -> None:
    """MEASURES_MIXED: nor be counted by one counter. COUNTER_UNUSED: a counter counts over a cycle or a day."""
    items = draft.items()
    first: dict[str, str] = {}
    mixed: dict[str, set[str]] = defaultdict(set)
    for price in draft.of(Price):
        counter, item = price.row.counter, items.get(price.row.item)
        if not counter or item is None:
            continue
        if price.row.tier_scope == "event":
            draft.complain("COUNTER_UNUSED", price, "counter", counter)
        mixed[counter].add(item.measure)
        if first.setdefault(counter, item.measure) != item.measure:
            found = ", ".join(sorted(mixed[counter]))
            draft.complain("MEASURES_MIXED", price, "counter", counter, found=found)


def only_durations_are_split(draft: Draft) -> None:
    """SPLIT_NOT_DURATION: only a duration passes from one band into another."""
    for item in draft.of(Item):
        if item.row.split == "block" and (item.row.kind != "usage" or item.row.measure != "duration"):
            draft.complain("SPLIT_NOT_DURATION", item, "split")
