"""Rules about the steps of prices: on every day each ladder is whole, and no day of an offer is left without one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.rules.spans import Span, gaps, shown, stretches
from yidian.kernel.rating.tariff import ANY, Band, Offer, Price

Ladder = list[Written[Price]]


def ladders_are_sound(draft: Draft) -> None:
    """TIER_NOT_FROM_ZERO, TIERS_DISAGREE, TIER_WIDTH, TIER_BEYOND_REPEAT, on each day that has the ladder."""
    ladders: dict[tuple[str, str, str], Ladder] = defaultdict(list)
    for price in draft.of(Price):
        ladders[price.row.offer, price.row.item, price.row.band].append(price)
    told: set[tuple[str, int]] = set()
    for ladder in ladders.values():
        if len(ladder) == 1 and not ladder[0].row.tier_from and not ladder[0].row.repeat:
            continue
        for start, _ in stretches([price.span for price in ladder]):
            steps = [price for price in ladder if price.span[0] <= start < price.span[1]]
            _check(draft, sorted(steps, key=lambda price: price.row.tier_from), told)


def _common(price: Price) -> tuple[object, ...]:
    """What all steps of a ladder say alike."""
    return price.tier_scope, price.counter, price.repeat, price.block_on, price.tier_mode


def _check(draft: Draft, steps: Ladder, told: set[tuple[str, int]]) -> None:
    def complain(code: str, price: Written[Price], column: str, **params: str | int) -> None:
        if (code, price.line) not in told:  # a fault that lasts over several stretches is one fault
            told.add((code, price.line))
            draft.complain(code, price, column, **params)

    if not steps:
        return
    head = steps[0].row
    if head.tier_from:
        complain("TIER_NOT_FROM_ZERO", steps[0], "tier_from")
    for below, above in pairwise(steps):
        ours, theirs = above.row, below.row
        if _common(ours) != _common(head):
            complain("TIERS_DISAGREE", above, "tier_scope", first_line=steps[0].line)
        width = ours.tier_from - theirs.tier_from
        if width % theirs.block and head.tier_mode != "volume":
            complain("TIER_WIDTH", above, "tier_from", width=width, block=theirs.block, first_line=below.line)
    last = steps[-1]
    if head.repeat and last.row.tier_from >= head.repeat:
        complain("TIER_BEYOND_REPEAT", last, "tier_from", repeat=last.cells.get("repeat", ""))
    elif head.repeat and (head.repeat - last.row.tier_from) % last.row.block:
        complain(
            "TIER_WIDTH",
            last,
            "repeat",
            width=head.repeat - last.row.tier_from,
            block=last.row.block,
            first_line=last.line,
        )


def prices_have_no_gap(draft: Draft) -> None:
    """PRICE_GAP: an offer that prices an item does so on all days that both are in force, in each band it prices.

    An open begin promises nothing, so there the first price begins it; an open end does promise.
    """
    offers = {offer.row.code: offer.span for offer in draft.of(Offer)}
    items = draft.items()
    sets: dict[str, set[str]] = defaultdict(set)
    for band in draft.of(Band):
        sets[band.row.band_set].add(band.row.band)
    priced: dict[tuple[str, str], Ladder] = defaultdict(list)
    for price in draft.of(Price):
        priced[price.row.offer, price.row.item].append(price)
    for (offer, code), ladder in priced.items():
        item = items.get(code)
        if item is None or (len(ladder) == 1 and ladder[0].span == (date.min, date.max)):
            continue
        whole = offers.get(offer, (date.min, date.max))
        item_span = item.valid_from or date.min, item.valid_to or date.max
        _check_coverage(draft, ladder, sets.get(item.band_set) or {ANY}, _both(whole, item_span))


def _check_coverage(draft: Draft, ladder: Ladder, bands: set[str], promised: Span) -> None:
    general = [price for price in ladder if price.row.band == ANY]
    for band in sorted(bands):
        named = [price for price in ladder if price.row.band == band and band != ANY]
        covering = named + general
        if not covering:
            continue  # this offer leaves the band to the next one
        start = promised[0] if promised[0] > date.min else min(price.span[0] for price in covering)
        for gap in gaps([price.span for price in covering], start, promised[1]):
            before = [price for price in covering if price.span[1] <= gap[0]]
            beside = max(before, key=lambda price: price.span[1]) if before else min(covering, key=lambda p: p.span)
            draft.complain(
                "PRICE_GAP", beside, "to" if before else "from", beside.row.item, offer=beside.row.offer, band=band,
                start=shown(gap[0]), end=shown(gap[1]),
            )  # fmt: skip
            return


def _both(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])
