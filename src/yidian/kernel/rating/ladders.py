"""Price rows → ladders: the steps of one offer's price for one item and band, as flat arrays with proven bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm

from yidian.kernel.faults import refuse
from yidian.kernel.rating.arrays import BLOCKS_ON_COUNTER, LIMIT, SETUP, VOLUME
from yidian.kernel.rating.slots import Slots, counter_of
from yidian.kernel.rating.tariff import ANY, Item, Price

LadderKey = tuple[int, str, str, str]  # epoch, offer, item, band


@dataclass(slots=True)
class Ladders:
    """Steps and ladders while they are gathered; `index` finds a ladder by (epoch, offer, item, band)."""

    first: list[int] = field(default_factory=lambda: [0])
    scope: list[int] = field(default_factory=list)
    slot: list[int] = field(default_factory=list)
    repeat: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    setup: list[int] = field(default_factory=list)
    step_from: list[int] = field(default_factory=list)
    step_num: list[int] = field(default_factory=list)
    step_block: list[int] = field(default_factory=list)
    step_limit: list[int] = field(default_factory=list)
    step_rule: list[int] = field(default_factory=list)
    index: dict[LadderKey, int] = field(default_factory=dict)


def price_order(price: Price) -> tuple[str, str, str, int, str]:
    """The natural key by which price rows are numbered, whatever the order of the tariff's file."""
    return price.offer, price.item, price.band, price.tier_from, str(price.valid_from or "")


def price_key(price: Price) -> str:
    """A price row by what makes it that row, as exports and quotes write it: offer/item/band/step, and since when."""
    since = f"@{price.valid_from.isoformat()}" if price.valid_from else ""
    return f"{price.offer}/{price.item}/{price.band}/{price.tier_from}{since}"


def denominators(prices: Sequence[Price], items: Mapping[str, Item], unit_of: Mapping[str, int]) -> dict[str, int]:
    """Per item the common denominator of all its prices per base unit; refused where it would leave 64 bits."""
    found: dict[str, int] = dict.fromkeys(items, 1)
    for price in prices:
        found[price.item] = lcm(found[price.item], Fraction(price.price_micro, price.per).denominator)
        if found[price.item] * unit_of[price.item] > LIMIT:
            raise refuse("PRICE_BEYOND_BOUNDS", sheet="prices", column="per", value=price.per, item=price.item)
    return found


def numerator_of(price: Price, denominator: int) -> int:
    """A price per base unit over the item's denominator; refused where it would leave 64 bits."""
    numerator = price.price_micro * denominator // price.per
    if numerator > LIMIT:
        raise refuse("PRICE_BEYOND_BOUNDS", sheet="prices", column="price", value=price.price_micro, item=price.item)
    if price.setup_micro * denominator > LIMIT:
        raise refuse("PRICE_BEYOND_BOUNDS", sheet="prices", column="setup", value=price.setup_micro, item=price.item)
    return numerator


def kind_of(price: Price) -> int:
    """How a ladder counts, as its rows say."""
    kind = BLOCKS_ON_COUNTER if price.block_on == "counter" and price.tier_scope != "event" else 0
    return (VOLUME if price.tier_mode == "volume" else kind) + (SETUP if price.setup_micro else 0)


def gather(*, prices: Sequence[Price], days: Sequence[date], denominator: Mapping[str, int], slots: Slots) -> Ladders:
    """All ladders of all epochs. `prices` in price_order: their index is the rule's number. `days`: one an epoch."""
    ladders = Ladders()
    for epoch, day in enumerate(days):
        steps: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for rule, price in enumerate(prices):
            if price.in_force(day):
                steps[price.offer, price.item, price.band].append(rule)
        for (offer, item, band), rules in steps.items():
            ladders.index[epoch, offer, item, band] = len(ladders.scope)
            _add(ladders, [(rule, prices[rule]) for rule in rules], denominator[item], slots)
    return ladders


def _add(ladders: Ladders, steps: Sequence[tuple[int, Price]], denominator: int, slots: Slots) -> None:
    head = steps[0][1]
    ladders.scope.append(int(head.tier_scope != "event"))
    ladders.slot.append(slots.counter[counter_of(head)] if head.tier_scope != "event" else 0)
    ladders.repeat.append(0 if head.tier_mode == "volume" else head.repeat)
    ladders.kind.append(kind_of(head))
    ladders.setup.append(head.setup_micro * denominator)
    for rule, price in steps:
        numerator = numerator_of(price, denominator)
        ladders.step_from.append(price.tier_from)
        ladders.step_num.append(numerator)
        ladders.step_block.append(price.block)
        ladders.step_limit.append(LIMIT // numerator if numerator else LIMIT)
        ladders.step_rule.append(rule)
    ladders.first.append(len(ladders.step_from))


def find(ladders: Ladders, *, epoch: int, offer: str, item: str, band: str) -> int:
    """The ladder of an offer for an item in a band; a named band beats any; -1: none."""
    exact = ladders.index.get((epoch, offer, item, band), -1)
    return exact if exact >= 0 else ladders.index.get((epoch, offer, item, ANY), -1)


def head_of(prices: Sequence[Price], price: Price, day: date) -> Price:
    """The first step of the ladder that a step is of, on a day: it bears the set-up."""
    same = (price.offer, price.item, price.band)
    found = [p for p in prices if (p.offer, p.item, p.band) == same and p.in_force(day) and not p.tier_from]
    return found[0] if found else price
