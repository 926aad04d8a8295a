"""The classification of one event, in numbers (docs/pricing.md §2). Plain text for a quote, compiled for a run."""

from __future__ import annotations

from typing import Protocol

from yidian.kernel.rating.arrays import I32, Text
from yidian.kernel.rating.classifier import Tables
from yidian.kernel.rating.price import entry_at

# Answers below zero are reasons; each has its code in REASONS.
UNKNOWN_SUBSCRIBER = -1
UNKNOWN_DESTINATION = -2
UNKNOWN_PLACE = -3
NO_ITEM = -4
OUT_OF_CYCLE = -5
NO_OTHER_PARTY = -2  # in place of a destination
HOME, PROVINCE, NATIONAL = 0, 1, 2  # places in Tables.visited

REASONS = {
    UNKNOWN_SUBSCRIBER: "UNKNOWN_SUBSCRIBER",
    UNKNOWN_DESTINATION: "UNKNOWN_DESTINATION",
    UNKNOWN_PLACE: "UNKNOWN_PLACE",
    NO_ITEM: "NO_ITEM",
}


class Digits(Protocol):
    """What digits are looked up in: Tables, or others.Nets."""

    @property
    def child(self) -> I32: ...
    @property
    def value(self) -> I32: ...


def longest_prefix(tables: Digits, root: int, digits: Text, first: int, last: int) -> int:
    """The entry of the longest prefix of digits[first:last] (ASCII codes), -1: none."""
    node = root
    for at in range(first, last):
        digit = digits[at] - 48
        if digit < 0 or digit > 9:
            break
        following: int = tables.child[node, digit]
        if following < 0:
            return -1 - following
        if following == 0:
            break
        node = following
    found: int = tables.value[node]
    return found


def epoch_at(tables: Tables, at_ms: int) -> int:
    """The epoch of an instant of the cycle."""
    if len(tables.epoch_from_ms) == 1:
        return 0
    return entry_at(0, len(tables.epoch_from_ms), tables.epoch_from_ms, at_ms)


def same_province(tables: Tables, epoch: int, one: int, other: int) -> bool:
    """Whether two areas (-1: one that the tariff does not know) lie in one province. Asked only where rules do."""
    if tables.province.shape[1] == 0:
        return False
    province = tables.province[epoch, one + 1]
    return province > 0 and province == tables.province[epoch, other + 1]  # type: ignore[no-any-return]


def item_of(
    tables: Tables,
    epoch: int,
    service: int,
    direction: int,
    group: int,
    destination: int,
    place_area: int,
    place_visited: int,
    place_domestic: int,
    home_area: int,
    other_party: int,
) -> int:
    """The charge item of an event, or the reason why it has none.

    destination: what longest_prefix answered, or NO_OTHER_PARTY.
    place_visited: the class of the place's zone, -2: no place was given.
    other_party: the class of its network × circles + its circle, 0 where no rule asks for them.
    """
    zone = tables.none_zone[0]
    other_domestic = 0
    other_area = 0
    if destination == -1:
        return UNKNOWN_DESTINATION
    if destination >= 0:
        zone = tables.dest_zone[destination]
        other_domestic = tables.dest_domestic[destination]
        other_area = tables.dest_area[destination]
    visited = place_visited
    area = place_area
    domestic = place_domestic
    if place_visited == -2:
        visited = tables.visited[HOME]
        area = home_area
        domestic = 1
    elif domestic == 1:
        if area == home_area:
            visited = tables.visited[HOME]
        elif same_province(tables, epoch, area, home_area):
            visited = tables.visited[PROVINCE]
        else:
            visited = tables.visited[NATIONAL]
    relation = 0
    if other_domestic == 1 and domestic == 1:
        if other_area == area:
            relation = 1
        elif same_province(tables, epoch, other_area, area):
            relation = 2
        else:
            relation = 3
    shape = tables.shape
    cell = ((epoch * shape[1] + service) * shape[2] + direction) * shape[3] + zone
    cell = (((cell * shape[4] + visited) * shape[5] + relation) * shape[6] + group) * shape[7] + other_party
    item = tables.item_of[cell]
    return item if item >= 0 else NO_ITEM
