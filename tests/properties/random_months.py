"""A random world: a tariff, its cycle, subscribers that come, go and change, and events where things change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from tests.properties.choosing import Chooser, Drawn, Seeded, likely, pick, some
from tests.properties.random_bills import circumstances, richer
from tests.properties.random_others import tariff_of_others, who_is_who
from tests.properties.random_packs import stack, stacking
from tests.properties.random_tariffs import MONTHS, Month, tariff
from tests.properties.random_walk import enriched
from tests.properties.worlds import FOREVER_MS, at, event, rows_of

from yidian.kernel.rating.tariff import Tariff

QUANTITIES = (1, 0, 2, 5, 6, 7, 59, 60, 61, 100, 119, 120, 121, 181, 600, 3601, 7200)
LONG_S = 40 * 3600 + 7
HUGE_BYTES = 10**7 + 1
NUDGES_MS = (0, -1, 1, 500, 1000, -1000, -4_500, -30_000, -60_000, -3_600_000)


@dataclass(frozen=True)
class World:
    tariff: Tariff
    cycle: tuple[int, int]
    subscribers: list[dict[str, Any]]
    events: list[dict[str, Any]]
    ported: tuple[tuple[str, str, int, int], ...] = ()

    @property
    def rows(self) -> dict[str, Any]:
        return rows_of(self.tariff)


def world(by: Chooser) -> World:
    return stacked(by, alone(by))


def stacked(by: Chooser, made: World) -> World:
    """The world, some of its offers as packs of which some people hold several."""
    beside = by.beside("packs")
    priced = stacking(beside, made.tariff)
    stack(beside, priced, made.subscribers, made.cycle, [event["start_ms"] for event in made.events])
    return replace(made, tariff=priced)


def alone(by: Chooser) -> World:
    """A world in which nobody holds an offer twice at one time."""
    month = pick(by, MONTHS)
    made = tariff_of_others(by, enriched(by, tariff(by, month)))
    cycle = at(month.zone, f"{month.first} 00:00:00"), at(month.zone, f"{month.after} 00:00:00")
    codes = [offer.code for offer in made.offers]
    moments = odd_moments(by, month, cycle)
    subscribers = [person(by, f"S{n}", cycle, codes, moments) for n in range(by.number(1, 4))]
    used = events(by, made, cycle, subscribers, moments)
    return World(made, cycle, subscribers, used, who_is_who(by, subscribers, used))


worlds = st.composite(lambda draw: world(Drawn(draw)))()


def seeded_world(seed: int) -> World:
    return world(Seeded(seed))


AMOUNTS = (10_000, 0, 1, 4_999, 5_000, 5_001, 15_000, 333_333, 1_234_567, 87_654_321)


def usage_totals(by: Chooser, made: World) -> dict[tuple[str, str, str], int]:
    """Rated totals of a world by (subscriber, account, item), freer than its few events would give."""
    items = [item.code for item in made.tariff.items if item.kind == "usage"]
    return {
        (who["code"], account, item): pick(by, AMOUNTS)
        for who in made.subscribers
        for account in sorted({code for code, _, _ in who["accounts"]})
        for item in some(by, items, 0)
    }


def with_totals(by: Chooser) -> tuple[World, dict[tuple[str, str, str], int]]:
    """A world in which somebody always pays, and what was used."""
    made = alone(by)
    for who in made.subscribers:
        (first, begins, change), *others = who["accounts"]
        who["accounts"] = [(first, begins, change), *((code, change, ends) for code, _, ends in others)]
    month = next(m for m in MONTHS if m.zone == made.tariff.zone and made.cycle[0] == at(m.zone, f"{m.first} 00:00:00"))
    made = replace(made, tariff=richer(by, month, made.tariff))
    for who in made.subscribers:
        circumstances(by, who, made.cycle, [item.code for item in made.tariff.items])
    totals = usage_totals(by, made)
    return stacked(by, made), totals


billed_worlds = st.composite(lambda draw: with_totals(Drawn(draw)))()


def odd_moments(by: Chooser, month: Month, cycle: tuple[int, int]) -> list[int]:
    """Instants at which something may change: midnights, band edges, clock changes, both ends of the cycle."""
    found = [cycle[0], cycle[1] - 1]
    for number in (2, 15, 16, 28, *month.odd_days):
        start = at(month.zone, f"{month.day(number)} 00:00:00")
        found += [start + minutes * 60_000 for minutes in (0, 1, 119, 120, 150, 180, 420, 720, 1380, 1439)]
    return found


def moment(by: Chooser, cycle: tuple[int, int], moments: list[int]) -> int:
    return min(max(pick(by, moments) + pick(by, NUDGES_MS), cycle[0]), cycle[1] - 1)


def person(by: Chooser, code: str, cycle: tuple[int, int], offers: list[str], moments: list[int]) -> dict[str, Any]:
    change = moment(by, cycle, moments)
    accounts = [("A0", 0, FOREVER_MS)]
    if likely(by, 2):
        accounts = [("A1", 0, change), (pick(by, ("A0", "A2")), change + pick(by, (0, 0, 1000)), FOREVER_MS)]
    return {
        "code": code,
        "home_area": pick(by, ("021", "010", "")),
        "units": memberships(by, code, change),
        "accounts": accounts,
        "holdings": holdings(by, cycle, offers, moments),
    }


def memberships(by: Chooser, code: str, change: int) -> list[tuple[str, int, int]]:
    """Mostly one family; some are alone; some move from one unit to another."""
    first = pick(by, ("U0", "U0", code))
    if likely(by, 8):
        return [(first, 0, FOREVER_MS)]
    return [(first, 0, change), (pick(by, ("U1", "U0", code)), change + pick(by, (0, 0, 1000)), FOREVER_MS)]


def holdings(by: Chooser, cycle: tuple[int, int], offers: list[str], moments: list[int]) -> list[tuple[str, int, int]]:
    """Per offer: not held, held throughout, joined, left, left and joined again; or a change of offers."""
    before, after = cycle[0] - 86_400_000, cycle[1] + 1
    if len(offers) > 1 and likely(by, 3):
        change = moment(by, cycle, moments)
        return [(offers[0], before, change), (offers[1], change, FOREVER_MS)]
    found = []
    for offer in some(by, offers, pick(by, (1, 1, 1, 0))):
        first, second = sorted((moment(by, cycle, moments), moment(by, cycle, moments)))
        windows = pick(
            by,
            (
                [cycle],
                [(before, FOREVER_MS)],
                [(first, FOREVER_MS)],
                [(cycle[0], second)],
                [(first, second)],
                [(before, first), (second, after)],
            ),
        )
        found += [(offer, begins, ends) for begins, ends in windows if begins < ends]
    return found


def events(
    by: Chooser, made: Tariff, cycle: tuple[int, int], subscribers: list[dict[str, Any]], moments: list[int]
) -> list[dict[str, Any]]:
    count = by.number(0, 10)
    ids = list(range(1, count + 1))
    edges = moments + [
        edge
        for who in subscribers
        for _, *held in (*who["holdings"], *who["accounts"])
        for edge in held
        if 0 < edge < FOREVER_MS
    ]
    tame = any(row.repeat for row in made.prices)
    found: list[dict[str, Any]] = []
    for _ in range(count):
        tied = bool(found) and likely(by, 4)
        start = found[-1]["start_ms"] + pick(by, (0, 0, 1, 60_000)) if tied else moment(by, cycle, edges)
        if not by.number(0, 49):
            start = pick(by, (cycle[1], cycle[0] - 1))
        long = likely(by, 1) and not tame
        found.append(
            event(
                start,
                ids.pop(by.number(0, len(ids) - 1)),
                subscriber=pick(by, subscribers)["code"] if by.number(0, 49) else "nobody",
                service=pick(by, ("voice", "data", "sms")),
                direction=pick(by, ("out", "in")),
                other_party=pick(by, ("", "13", "0101", "0086", "00811", "02")) if by.number(0, 29) else "9",
                place=pick(by, ("", "021", "0101", "440")) if by.number(0, 29) else "99",
                rating_group=pick(by, ("", "7")),
                duration_s=LONG_S if long else pick(by, QUANTITIES),
                bytes_up=pick(by, QUANTITIES),
                bytes_down=HUGE_BYTES if long else pick(by, (*QUANTITIES, 1023, 1024, 1025)),
                count=pick(by, (1, 0, 2, 7, 61)),
            )
        )
    return found
