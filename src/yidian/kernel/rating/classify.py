"""The classification of one event, in numbers (docs/pricing.md §2). Plain text for a quote, compiled for a run."""

from __future__ import annotations

from yidian.kernel.rating.arrays import Text
from yidian.kernel.rating.classifier import Tables
from yidian.kernel.rating.price import entry_at

# Answers below zero are reasons; each has its code in REASONS.
UNKNOWN_SUBSCRIBER = -1
UNKNOWN_DESTINATION = -2
UNKNOWN_PLACE = -3
NO_ITEM = -4
OUT_OF_CYCLE = -5
NO_OTHER_PARTY = -2  # in place of a destination

REASONS = {
    UNKNOWN_SUBSCRIBER: "UNKNOWN_SUBSCRIBER",
    UNKNOWN_DESTINATION: "UNKNOWN_DESTINATION",
    UNKNOWN_PLACE: "UNKNOWN_PLACE",
    NO_ITEM: "NO_ITEM",
}


def longest_prefix(tables: Tables, root: int, digits: Text, first: int, last: int) -> int:
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
    home_visited: int,
    national_visited: int,
) -> int:
    """The charge item of an event, or the reason why it has none.

    destination: what longest_prefix answered, or NO_OTHER_PARTY.
    place_visited: the class of the place's zone, -2: no place was given.
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
        visited = home_visited
        area = home_area
        domestic = 1
    elif domestic == 1:
        visited = home_visited if area == home_area else national_visited
    relation = 0
    if other_domestic == 1 and domestic == 1:
        relation = 1 if other_area == area else 2
    shape = tables.shape
    cell = ((epoch * shape[1] + service) * shape[2] + direction) * shape[3] + zone
    cell = ((cell * shape[4] + visited) * shape[5] + relation) * shape[6] + group
    item = tables.item_of[cell]
    return item if item >= 0 else NO_ITEM
