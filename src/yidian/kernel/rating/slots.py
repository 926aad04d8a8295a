"""Where the running sums of a subscriber and of a rating unit stand: each has a slot.

Slot 0 of a subscriber is the sum of one event. What is counted by the local day comes last, behind a slot that
remembers which day that is: when another day begins, all from there on is nought again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yidian.kernel.rating.tariff import Cap, Item, Price

NO_DAYS: Final = -1  # instead of a slot, where the tariff counts nothing by the day


@dataclass(frozen=True, slots=True)
class Slots:
    """By kind of sum: code → slot. `count` and `unit_count`: how many a subscriber and a rating unit have.

    `day`, `unit_day`: the slot that remembers the local day, NO_DAYS: none.
    """

    counter: dict[tuple[str, str], int]  # (scope, counter)
    total: dict[str, int]
    cap: dict[tuple[str, str, str], int]  # (scope, period, code): of the subscriber, or of the unit
    day: int
    count: int
    unit_day: int
    unit_count: int


def slots(items: Sequence[Item], prices: Sequence[Price], caps: Sequence[Cap]) -> Slots:
    """The sums that a tariff needs, in the order of their codes."""
    counters = sorted({counter_of(p) for p in prices if p.tier_scope != "event"})
    wanted = sorted({cap_of(c) for c in caps})
    totals = sorted(i.code for i in items if i.round_on == "total")
    own: list[object] = [c for c in counters if c[0] == "cycle"]
    own += [*totals, *(c for c in wanted if c[0] != "unit" and c[1] == "cycle")]
    daily: list[object] = [c for c in counters if c[0] == "day"]
    daily += [c for c in wanted if c[0] != "unit" and c[1] == "day"]
    shared: list[object] = [c for c in wanted if c[0] == "unit" and c[1] == "cycle"]
    shared_daily: list[object] = [c for c in wanted if c[0] == "unit" and c[1] == "day"]
    days = bool(daily or shared_daily)
    place = {key: 1 + n for n, key in enumerate([*own, *([NO_DAYS, *daily] if days else [])])}
    unit_place = {key: n for n, key in enumerate([*shared, *([NO_DAYS, *shared_daily] if days else [])])}
    return Slots(
        counter={c: place[c] for c in counters},
        total={code: place[code] for code in totals},
        cap={c: (unit_place if c[0] == "unit" else place)[c] for c in wanted},
        day=place.get(NO_DAYS, NO_DAYS),
        count=1 + len(place),
        unit_day=unit_place.get(NO_DAYS, NO_DAYS),
        unit_count=len(unit_place),
    )


def counter_of(price: Price) -> tuple[str, str]:
    """What a price counts by: its scope and counter."""
    return price.tier_scope, price.counter or price.item


def cap_of(cap: Cap) -> tuple[str, str, str]:
    return cap.scope, cap.period, cap.code
