"""Who is at the other end, put onto a random world: provinces, networks, ported numbers, friends, closed groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from tests.properties.choosing import Chooser, likely, pick, some
from tests.properties.worlds import FOREVER_MS

from yidian.kernel.rating.tariff import Area, Network, Prefix, Rule, Tariff

CALLED = ("13", "0101", "0086", "02")  # numbers of events that somebody may have
NETWORKS = ("N0", "N1", "N2")
Ported = tuple[tuple[str, str, int, int], ...]


def tariff_of_others(by: Chooser, made: Tariff) -> Tariff:
    """The tariff, two times in three with rules that ask who is called, and rows that say it."""
    if likely(by, 3):
        return made
    change = {"valid_from": None, "valid_to": None}
    dates = [row.valid_from for row in made.prefixes if row.valid_from is not None]
    if dates:
        change["valid_from"] = dates[0]  # type: ignore[assignment]
    return replace(
        made, prefixes=(*made.prefixes, Prefix(prefix="02", zone="cn", area="0512")),
        areas=_areas(by, change), networks=_networks(by, change),
        rules=(*made.rules, *_rules(by, made)),
    )  # fmt: skip


def _areas(by: Chooser, change: dict[str, Any]) -> tuple[Area, ...]:
    rows = [Area(area="021", province="P"), Area(area="0512", province=pick(by, ("P", "P", "Q")))]
    if likely(by, 8):
        rows.append(Area(area="010", province=pick(by, ("P", "Q")), **(change if likely(by, 4) else {})))
    return tuple(rows)


def _networks(by: Chooser, change: dict[str, Any]) -> tuple[Network, ...]:
    rows = [Network(prefix="1", network="N0", own=likely(by, 7)), Network(prefix="0", network="N1", own=likely(by, 2))]
    rows.append(Network(prefix=pick(by, ("13", "010", "00")), network=pick(by, NETWORKS), own=likely(by, 4), **change))
    return tuple(rows)


def _rules(by: Chooser, made: Tariff) -> list[Rule]:
    """Rules before the others, each of which asks one or two things."""
    items = [item.code for item in made.items if item.kind == "usage"]
    columns: dict[str, Any] = {
        "net": ("own", "other", "none", "N0", "N1"), "circle": ("group", "friend", "unit", "group", "none"),
        "relation": ("province", "long", "long", "province", "local"),
        "visited": ("province", "national", "national", "province", "home"),
    }  # fmt: skip
    found = []
    for n in range(by.number(2, 4)):
        asked = {pick(by, tuple(columns)), *some(by, ("net", "circle"), 0)[:1]}
        found.append(
            Rule(order=n - 9, item=pick(by, items), **{name: pick(by, columns[name]) for name in sorted(asked)})
        )
    return found


def who_is_who(by: Chooser, people: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> Ported:
    """Give people numbers, friends and groups, some of them homes elsewhere; answers ported numbers (with to as well).

    Things change at starts of events and a millisecond beside them.
    """
    starts = [event["start_ms"] for event in events] or [0]
    for who in people:
        who["numbers"], who["friends"], who["groups"] = [], [], []
        if likely(by, 4):
            who["home_area"] = "0512"
    for number in CALLED:
        for begins, ends in _cut(by, starts):
            if likely(by, 7):
                pick(by, list(people))["numbers"].append((number, begins, ends))
    for who in people:
        for names, told in ((CALLED, "friends"), (("G0", "G1"), "groups")):
            for name in some(by, names, 0):
                who[told] += [(name, *period) for period in _cut(by, starts) if likely(by, 6)]
    ported = [
        (number, pick(by, NETWORKS), *period)
        for number in some(by, CALLED, 0)
        for period in _cut(by, starts)
        if likely(by, 6)
    ]
    return tuple(ported)


def _cut(by: Chooser, starts: Sequence[int]) -> list[tuple[int, int]]:
    cuts = sorted({0, FOREVER_MS, *(pick(by, starts) + pick(by, (0, 0, 1, -1)) for _ in range(by.number(0, 2)))})
    return [(begins, ends) for begins, ends in pairwise(cuts) if begins >= 0]
