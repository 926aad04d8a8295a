"""Tariff + cycle → Book: rows become arrays once, before a run or a quote. Same rows, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from yidian.kernel.calendar import Period, band_edges
from yidian.kernel.money import currency, micro_per_minor
from yidian.kernel.money.rounding import ROUNDINGS
from yidian.kernel.rating import ladders as ladder
from yidian.kernel.rating.arrays import EVENT_SLOT, Book, array
from yidian.kernel.rating.draws import Draws, draws, member_limit
from yidian.kernel.rating.epochs import Epoch, day_starts, epochs
from yidian.kernel.rating.prefixes import Prefixes
from yidian.kernel.rating.slots import cap_of, slots
from yidian.kernel.rating.tariff import STANDARD, Allowance, Cap, Item, Mark, Price, Tariff

MEASURES = {"duration": 0, "volume": 1, "count": 2}
NO_ITEM = -1


@dataclass(frozen=True, slots=True)
class Compiled:
    """A tariff for one cycle, with the names behind the numbers. `book` holds no programs yet (see programs.py)."""

    tariff: Tariff
    cycle: Period
    epochs: tuple[Epoch, ...]
    items: tuple[Item, ...]  # usage items by code
    bands: tuple[tuple[str, ...], ...]  # per item the band names behind the band columns
    prices: tuple[Price, ...]
    allowances: tuple[Allowance, ...]
    caps: tuple[Cap, ...]
    marks: tuple[Mark, ...]
    slots: int
    unit_slots: int
    ladders: ladder.Ladders
    draws: Draws
    book: Book


def compile_tariff(tariff: Tariff, cycle: Period) -> Compiled:
    """Make the arrays of one cycle. Raises BadInput where a bound cannot be proved or a band set has a gap."""
    tariff = replace(tariff, prefixes=Prefixes.of(tariff.prefixes))
    found = epochs(tariff, cycle)
    items = tuple(sorted((i for i in tariff.items if i.kind == "usage"), key=lambda i: i.code))
    prices = tuple(sorted(tariff.prices, key=ladder.price_order))
    allowances = tuple(sorted(tariff.allowances, key=lambda a: (a.code, a.offer, str(a.valid_from or ""))))
    caps = tuple(sorted(tariff.caps, key=lambda c: (c.code, c.offer, str(c.valid_from or ""))))
    marks = tuple(sorted(tariff.marks, key=lambda m: (m.code, m.offer, str(m.valid_from or ""))))

    unit = micro_per_minor(currency(tariff.currency))
    unit_of = {i.code: unit if i.round_to == "minor" else 1 for i in items}
    denominator = ladder.denominators(prices, {i.code: i for i in items}, unit_of)
    slot = slots(items, prices, caps)
    gathered = ladder.gather(prices=prices, days=[e.day for e in found], denominator=denominator, slots=slot)
    sets, edges = _bands(tariff, items, cycle)
    bands = tuple(sets.get(i.band_set, ("",)) for i in items)
    width = max([1, *map(len, bands)])
    set_index = {code: n for n, code in enumerate(sets)}
    drawn = draws(allowances, tariff.conversions, items, bands, width, found)
    book = Book(
        width=width, day_slot=slot.day, unit_day_slot=slot.unit_day,
        day_edge_ms=array(day_starts(cycle, tariff.zone)),
        item_measure=array([MEASURES[i.measure] for i in items]),
        item_split=array([int(i.split == "block" and i.measure == "duration") for i in items]),
        item_bands=array([set_index.get(i.band_set, -1) for i in items]),
        item_rounding=array([ROUNDINGS[i.rounding] for i in items]),
        item_unit=array([unit_of[i.code] for i in items]),
        item_total=array([slot.total.get(i.code, EVENT_SLOT) for i in items]),
        item_den=array([denominator[i.code] for i in items]), item_free=array([i.free_below for i in items]),
        band_first=array(edges[0]), band_edge_ms=array(edges[1]), band_of=array(edges[2]),
        ladder_first=array(gathered.first), ladder_scope=array(gathered.scope),
        ladder_slot=array(gathered.slot), ladder_repeat=array(gathered.repeat),
        ladder_kind=array(gathered.kind), ladder_setup=array(gathered.setup),
        step_from=array(gathered.step_from), step_num=array(gathered.step_num),
        step_block=array(gathered.step_block), step_limit=array(gathered.step_limit),
        step_rule=array(gathered.step_rule),
        needs=drawn.needs, converted=drawn.blocks,
        allowance_block=array([a.block for a in allowances]),
        allowance_limit=array([member_limit(a) for a in allowances]),
        cap_micro=array([c.amount_micro for c in caps]),
        cap_slot=array([slot.cap[cap_of(c)] for c in caps]),
        cap_shared=array([int(c.scope == "unit") for c in caps]),
        price_of=array(np.zeros((0, len(items) * width)), np.int32),
        priced=array(np.zeros((0, len(items))), np.uint8),
        cap_of=array(np.zeros((0, len(items))), np.int32),
        draws_of=array([]),
    )  # fmt: skip
    return Compiled(
        tariff, cycle, found, items, bands, prices, allowances, caps, marks, slot.count, slot.unit_count, gathered,
        drawn, book,
    )  # fmt: skip


def prove_bounds(tariff: Tariff) -> None:
    """Refuse a tariff whose prices cannot be counted exactly in 64 bits, whatever the cycle (PRICE_BEYOND_BOUNDS)."""
    unit = micro_per_minor(currency(tariff.currency))
    items = {i.code: i for i in tariff.items}
    unit_of = {i.code: unit if i.round_to == "minor" else 1 for i in tariff.items}
    denominator = ladder.denominators(tariff.prices, items, unit_of)
    for price in tariff.prices:
        ladder.numerator_of(price, denominator[price.item])


def _bands(
    tariff: Tariff, items: Sequence[Item], cycle: Period
) -> tuple[dict[str, tuple[str, ...]], tuple[list[int], list[int], list[int]]]:
    """Band names per set, and the edges of all sets in one row. A call may outlast the cycle, so edges do too."""
    used = sorted({i.band_set for i in items if i.band_set})
    names: dict[str, tuple[str, ...]] = {}
    first, edge_ms, band_of = [0], [], []
    longer = Period(cycle.start_ms, cycle.end_ms + 40 * 86_400_000)
    for code in used:
        names[code] = tuple(sorted({b.band for b in tariff.bands if b.band_set == code}))
        at, of = band_edges(bands=tariff.bands, days=tariff.days, band_set=code, zone=tariff.zone, period=longer)
        edge_ms += at
        band_of += [names[code].index(band) for band in of]
        first.append(len(edge_ms))
    return names, (first, edge_ms, band_of)


def offers_in_order(tariff: Tariff) -> tuple[str, ...]:
    """Offer codes as pricing asks them, (priority, code); the standard tariff is not among them."""
    best: dict[str, int] = {}
    for offer in tariff.offers:
        best[offer.code] = min(offer.priority, best.get(offer.code, offer.priority))
    return tuple(sorted((c for c in best if c != STANDARD), key=lambda code: (best[code], code)))
